// Programs with JSON, builtins, packages and CommonJS, which Node's own import and the module graph run alike.

/** A package of a program. */
const packageFiles = (name, source, type = 'module') => ({
  [`node_modules/${name}/package.json`]: JSON.stringify({ name, type, main: 'index.js', exports: './index.js' }),
  [`node_modules/${name}/index.js`]: source,
})

export const FORMAT_PROGRAMS = {
  JSON: {
    'entry.mjs': `import data from './data.json' with { type: 'json' };
      import * as ns from './data.json' with { type: 'json' }
      const { default: again } = await import('./data.json', { with: { type: 'json' } })
      export const same = data === again, keys = Object.keys(ns), name = data.name`,
    'data.json': '{ "name": "x", "__proto__": 1 }',
  },
  'builtins and data: URLs': {
    'entry.mjs': `import fs, { readFileSync } from 'fs'; import * as path from 'node:path';
      import one from 'data:text/javascript,export default 1'
      export const seen = [fs.readFileSync === readFileSync, path.basename('/a/b'), one, typeof path.default]`,
  },
  'import.meta': {
    'entry.mjs': `const base = import.meta.url.slice(0, import.meta.url.lastIndexOf('/'))
      const relative = (text) => String(text).replace(base, '').replace(import.meta.dirname, '')
      export const seen = [import.meta.filename, import.meta.resolve('./x.mjs'), import.meta.resolve('node:fs'),
        import.meta.resolve('./gone.mjs'), import.meta.resolve('pack')].map(relative)
      export const isNull = Object.getPrototypeOf(import.meta) === null`,
    'x.mjs': '',
    ...packageFiles('pack', ''),
  },
  'a package is loaded in its turn': {
    'entry.mjs': `import './before.mjs'; import { seen } from 'pack'; import './after.mjs'; export { seen };
      log.push('entry')`,
    'before.mjs': `log.push('before'); globalThis.prepared = true`,
    'after.mjs': `import { more } from 'other'; log.push('after ' + more)`,
    ...packageFiles('pack', `log.push('pack'); export const seen = globalThis.prepared`),
    ...packageFiles('other', `log.push('other'); export const more = 1`),
  },
  'a package without the imported name': {
    'entry.mjs': `import { nothing } from 'pack'; log.push(nothing)`,
    ...packageFiles('pack', `export const something = 1`),
  },
  'a package that throws': {
    'entry.mjs': `import './a.mjs'; import 'pack'; log.push('never')`,
    'a.mjs': `log.push('a')`,
    ...packageFiles('pack', `throw new Error('no pack')`),
  },
  'export * of a package': {
    'entry.mjs': `import { x, y } from './through.mjs'; export const seen = [x, y]; export * from './through.mjs'`,
    'through.mjs': `export * from 'pack'; export const y = 2`,
    ...packageFiles('pack', `export const x = 1; export default 3`),
  },
  'CommonJS for an ES module': {
    'entry.mjs': `import a, { x } from './a.cjs'; import * as ns from './a.cjs'; import f from './f.cjs'
      export const seen = [a.x, x, ns.default === a, typeof ns.y, f(), Object.keys(ns).includes('x')]`,
    'a.cjs': `log.push('a', typeof this, this === exports); exports.x = 1; exports.y = function () {}`,
    'f.cjs': `module.exports = () => 'called'`,
  },
  'exports of CommonJS are passed on': {
    'entry.mjs': `export { x, default } from './barrel.mjs'; import * as barrel from './barrel.mjs'
      export const keys = Object.keys(barrel).filter((key) => key !== 'module.exports')`,
    'barrel.mjs': `export { x, default } from './a.cjs'; export * as all from './a.cjs'; export * from './b.cjs'`,
    'a.cjs': `exports.x = 1`,
    'b.cjs': `exports.y = 2; exports.x = 3`,
  },
  'a package without a default export': {
    'entry.mjs': `import one from 'pack'; log.push(one)`,
    ...packageFiles('pack', `export const x = 1`),
  },
  'the default of compiled ES modules stays module.exports': {
    'entry.mjs': `import a, { x } from './a.cjs'; export const seen = [a.default, a.__esModule, x]`,
    'a.cjs': `Object.defineProperty(exports, '__esModule', { value: true }); exports.default = 1; exports.x = 2`,
  },
  'exports that are no objects': {
    'entry.mjs': `import one from './one.cjs'; import nothing from './nothing.cjs'; import list from './list.cjs'
      export { one, nothing, list }`,
    'one.cjs': 'module.exports = 1',
    'nothing.cjs': 'module.exports = null',
    'list.cjs': 'module.exports = [1, 2]',
  },
  'CommonJS in a circle': {
    entry: 'entry.cjs',
    'entry.cjs': `exports.early = 1; const b = require('./b.cjs'); exports.late = 2; exports.seen = b.seen;
      log.push('entry', b.all().join())`,
    'b.cjs': `const a = require('./entry.cjs'); exports.seen = Object.keys(a); exports.all = () => Object.keys(a)`,
  },
  'CommonJS requires files, JSON, builtins and packages': {
    entry: 'entry.cjs',
    'entry.cjs': `const path = require('path')
      const local = (file) => path.relative(__dirname, file)
      exports.seen = [require('./a').x, require('./data').name, require('./data.json') === require('./data'),
        require('pack').x,
        require('node:fs') === require('fs'), local(__filename), local(require.resolve('./a')), require.resolve('fs'),
        require.main === module, module.exports === exports, local(module.filename), typeof require.cache]
      exports.same = require('./a.js') === require('./a') && require('./' + 'a') === require('./a')`,
    'a.js': `log.push('a'); module.exports = { x: 1 }`,
    'data.json': '{ "name": "x" }',
    'package.json': '{ "type": "commonjs" }',
    ...packageFiles('pack', 'exports.x = 2', 'commonjs'),
  },
  'a require that fails': {
    entry: 'entry.cjs',
    'entry.cjs': `const seen = exports.seen = []
      for (const one of ['./gone', 'no-such-package', './bad.cjs', './bad.cjs', undefined])
        try { require(one) } catch (error) { seen.push(error.code ?? error.message) }`,
    'bad.cjs': `log.push('bad'); throw new Error('bad')`,
  },
  'import() in CommonJS': {
    entry: 'entry.cjs',
    'entry.cjs': `module.exports = { promise: import('./a.mjs').then(({ a }) => { log.push('then ' + a) }) };
      log.push('entry')`,
    'a.mjs': `import cjs from './b.cjs'; log.push('a ' + cjs); export const a = 1`,
    'b.cjs': `module.exports = 'b'`,
  },
  'a CommonJS module has no such name': {
    'entry.mjs': `import { nothing } from './a.cjs'; log.push('never', nothing)`,
    'a.cjs': `exports.x = 1`,
  },
}

/** `require()` of an ES module, which Node has from 22 on. */
export const REQUIRE_PROGRAMS = {
  'require() gives a namespace': {
    entry: 'entry.cjs',
    'entry.cjs': `const a = require('./a.mjs'); log.push('entry');
      exports.seen = [a.x, Object.keys(a), require('./a.mjs') === a]`,
    'a.mjs': `import './b.mjs'; log.push('a'); export const x = 1`,
    'b.mjs': `import { readFileSync } from 'node:fs'; log.push('b', typeof readFileSync)`,
  },
  'require() marks a default export': {
    entry: 'entry.cjs',
    'entry.cjs': `const a = require('./a.mjs'); exports.seen = [a.default, a.__esModule, Object.keys(a)]`,
    'a.mjs': `export default 1; export const x = 2`,
  },
  'require() takes module.exports': {
    entry: 'entry.cjs',
    'entry.cjs': `exports.seen = require('./a.mjs')`,
    'a.mjs': `const value = { only: 1 }; export { value as 'module.exports' }`,
  },
  'require() of an ES module that awaits': {
    entry: 'entry.cjs',
    'entry.cjs': `try { require('./' + 'a.mjs') } catch (error) { exports.seen = error.code }`,
    'a.mjs': `await null; log.push('never')`,
  },
  'require() of an ES module in a circle': {
    'entry.mjs': `import a from './a.cjs'; export { a }; export const x = 1`,
    'a.cjs': `try { module.exports = require('./entry.mjs') } catch (error) { module.exports = error.code }`,
  },
}
