// Modules by Node's own import: the fallback where code generation from strings is forbidden.
import assert from 'node:assert/strict'
import nodeModule from 'node:module'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { outputOf } from './support/child.mjs'
import { directoryOf, faultOf, loadAll, nativeImport, write } from './support/module-graph.mjs'

const hasHooks = typeof nodeModule.registerHooks === 'function'

test('a changed file is fresh, and an unchanged one stays', async (t) => {
  const directory = directoryOf(t, { 'a.mjs': `export const version = 1`, 'b.mjs': `export const b = 1` })
  const loader = nativeImport()
  const [, b] = await loadAll(loader, directory, 'a.mjs', 'b.mjs')
  write(directory, { 'a.mjs': `export const version = 2` })
  const [again, same] = await loadAll(loader, directory, 'a.mjs', 'b.mjs')
  assert.equal(again.version, 2)
  assert.equal(same, b)
})

test('helpers are as fresh where Node has synchronous hooks, and the load says whether they are', async (t) => {
  const directory = directoryOf(t, {
    'a.mjs': `export { version, pack } from './b.mjs'; export const lazy = () => import('./c.mjs')`,
    'b.mjs': `export * from './deep.mjs'; export { default as pack } from 'pack'`,
    'deep.mjs': `export const version = 1`,
    'c.mjs': `export { version } from './deep.mjs'`,
    'node_modules/pack/package.json': '{ "type": "module", "exports": "./index.js" }',
    'node_modules/pack/index.js': 'export default {}',
  })
  const loader = nativeImport()
  const [before] = await loadAll(loader, directory, 'a.mjs')
  write(directory, { 'deep.mjs': `export const version = 2` })
  const { modules } = await loader.load([join(directory, 'a.mjs')])
  const { namespace, helpers } = modules.get(join(directory, 'a.mjs'))
  assert.equal(helpers, hasHooks)
  assert.equal(namespace.version, hasHooks ? 2 : 1)
  assert.equal((await namespace.lazy()).version, hasHooks ? 2 : 1)
  assert.equal(namespace.pack, before.pack)
})

test('CommonJS is fresh with what it requires', async (t) => {
  const directory = directoryOf(t, { 'a.cjs': `exports.version = require('./b.cjs')`, 'b.cjs': `module.exports = 1` })
  const loader = nativeImport()
  await loadAll(loader, directory, 'a.cjs')
  write(directory, { 'b.cjs': `module.exports = 2` })
  assert.equal((await loadAll(loader, directory, 'a.cjs'))[0].default.version, 2)
})

test('a file that does not change keeps its instance until it is forgotten', async (t) => {
  const directory = directoryOf(t, { 'a.mjs': `export const a = {}` })
  const loader = nativeImport()
  const [a] = await loadAll(loader, directory, 'a.mjs')
  loader.forget([join(directory, 'a.mjs')])
  assert.notEqual((await loadAll(loader, directory, 'a.mjs'))[0], a)
})

describe('a fault has the place and the cause', () => {
  const CASES = {
    'of what a module throws': [{ 'a.mjs': `\n\nthrow new TypeError('x')` }, 'INVALID_SPEC', 'a.mjs', 3],
    'of what a helper throws': [
      { 'a.mjs': `import './b.mjs'`, 'b.mjs': `\nthrow new TypeError('x')` },
      'INVALID_SPEC',
      hasHooks ? 'b.mjs' : 'a.mjs',
      hasHooks ? 2 : undefined,
    ],
    'of a syntax error': [{ 'a.mjs': `\nlet x, x` }, 'INVALID_SPEC', 'a.mjs', 2],
    'of an await without an end': [{ 'a.mjs': `await new Promise(() => {})` }, 'TIMEOUT', 'a.mjs', undefined],
  }
  for (const [name, [files, code, file, line]] of Object.entries(CASES))
    test(name, async (t) => {
      const directory = directoryOf(t, files)
      const fault = await faultOf(nativeImport({ loadTimeoutMs: 200 }), directory, 'a.mjs')
      assert.equal(fault.code, code)
      assert.equal(fault.details.location, join(directory, file))
      assert.equal(fault.details.line, line)
    })
})

test('TypeScript runs where Node strips types, and is refused elsewhere', async (t) => {
  const directory = directoryOf(t, { 'a.mts': `export const a: number = 1` })
  const { modules, failed } = await nativeImport().load([join(directory, 'a.mts')])
  if (process.features.typescript) assert.equal(modules.get(join(directory, 'a.mts')).namespace.a, 1)
  else assert.match(failed.get(join(directory, 'a.mts')).message, /this Node runs no TypeScript/)
})

test('the graph says that code generation is forbidden, and Node imports the same file', async (t) => {
  const directory = directoryOf(t, { 'a.mjs': `export const a = 1` })
  const output = await outputOf(
    `
    import { graphOf, loadAll, nativeImport } from './__test__/support/module-graph.mjs'
    const directory = ${JSON.stringify(directory)}
    const refused = await loadAll(graphOf(), directory, 'a.mjs').catch((error) => error.constructor.name)
    const [{ a }] = await loadAll(nativeImport(), directory, 'a.mjs')
    console.log(refused, a)
  `,
    { flags: ['--disallow-code-generation-from-strings'] },
  )
  assert.equal(output.trim(), 'CodeGenerationForbidden 1')
})
