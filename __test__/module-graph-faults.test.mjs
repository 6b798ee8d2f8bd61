// Faults of code in the module graph: what is said, and what goes on.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { directoryOf, faultOf, graphOf, loadAll, write } from './support/module-graph.mjs'

/** Loads `a.mjs` of these files; its error, with the file's name and its place. */
async function faultIn(t, files, options) {
  const directory = directoryOf(t, files)
  const fault = await faultOf(graphOf(options), directory, 'a.mjs')
  const { location, line, column } = fault?.details ?? {}
  return { fault, place: [location?.replace(`${directory}/`, ''), line, column] }
}

describe('the place of a fault is', () => {
  const CASES = {
    'that of a syntax error': [{ 'a.mjs': `const a = 1\n const = 2\n` }, ['a.mjs', 2, 8]],
    'that of a throw': [{ 'a.mjs': `\n\n  throw new Error('x')` }, ['a.mjs', 3, 9]],
    'that of a throw on the first line': [{ 'a.mjs': `export const a = 1; throw new Error('x')` }, ['a.mjs', 1, 27]],
    'that of a throw after an await': [{ 'a.mjs': `await null\n\nthrow new Error('x')` }, ['a.mjs', 3, 7]],
    'in the helper that throws': [
      { 'a.mjs': `import { f } from './b.mjs'\nf()`, 'b.mjs': `export function f() {\n  throw new Error('x')\n}` },
      ['b.mjs', 2, 9],
    ],
    'in the file that a CommonJS file requires': [
      { 'a.mjs': `import './b.cjs'`, 'b.cjs': `\nrequire('./c.cjs')`, 'c.cjs': `\n\n  null.x` },
      ['c.cjs', 3, 8],
    ],
    'that of a call into a builtin': [
      { 'a.mjs': `import { readFileSync } from 'node:fs'\n\nreadFileSync('/gone')` },
      ['a.mjs', 3],
    ],
    'the file alone, where the error has no stack': [{ 'a.mjs': `\nthrow 'text'` }, ['a.mjs', undefined, undefined]],
    'that of a name that nobody exports': [
      {
        'a.mjs': `import './b.mjs'`,
        'b.mjs': `import {\n  one,\n  two,\n} from './c.mjs'; one(two)`,
        'c.mjs': `export const one = 1`,
      },
      ['b.mjs', 3, 3],
    ],
    'that of a name that a package lacks': [{ 'a.mjs': `\nimport { gone } from 'node:fs'; gone()` }, ['a.mjs', 2, 10]],
    'that of a name that CommonJS lacks': [
      { 'a.mjs': `\nimport { gone } from './b.cjs'; gone()`, 'b.cjs': `exports.x = 1` },
      ['a.mjs', 2, 10],
    ],
    'that of an import of what throws': [
      { 'a.mjs': `\nimport 'data:text/javascript,throw new Error("x")'` },
      ['a.mjs', 2, 8],
    ],
    'that of a require of a module that awaits': [
      {
        'a.mjs': `import './b.cjs'`,
        'b.cjs': `\nrequire('./c.mjs')`,
        'c.mjs': `import './d.mjs'`,
        'd.mjs': `await null`,
      },
      ['b.cjs', 2, 1],
    ],
    'that of JSON that is none': [{ 'a.mjs': `import './b.json' with { type: 'json' }`, 'b.json': '{' }, ['b.json', 1]],
  }
  for (const [name, [files, [file, line, column]]] of Object.entries(CASES))
    test(name, async (t) => {
      const { fault, place } = await faultIn(t, files)
      assert.equal(fault.code, 'INVALID_SPEC', fault.message)
      assert.deepEqual(
        place.slice(0, column === undefined ? 2 : 3),
        [file, line, column].slice(0, column === undefined ? 2 : 3),
      )
      assert.match(fault.message, new RegExp(`${file}${line === undefined ? '' : `:${line}:`}`))
    })
})

test('the stack of a function shows its file and line', async (t) => {
  const directory = directoryOf(t, {
    'a.mjs': `import { b } from './b.mjs'\nexport type_is_no_type\n`.replace(
      'export type_is_no_type\n',
      '\nexport const f = () => b()\n',
    ),
    'b.mjs': `\n\n\nexport function b() { throw new Error('x') }`,
    'c.cjs': `\nexports.c = function c() { throw new Error('x') }`,
  })
  const [{ f }, { c }] = await loadAll(graphOf(), directory, 'a.mjs', 'c.cjs')
  const stackOf = (call) => {
    try {
      call()
    } catch ({ stack }) {
      return stack
    }
  }
  assert.match(stackOf(f), /at b \(file:\/\/[^)]*\/b\.mjs:4:\d+\)\n {4}at f \(file:\/\/[^)]*\/a\.mjs:3:/)
  assert.ok(stackOf(c).includes(`${directory}/c.cjs:2:`))
})

describe('what a module throws at its top is the cause', () => {
  const STRANGE = [
    'undefined',
    'null',
    '1n',
    'Symbol("s")',
    'Object.freeze(new Error("frozen"))',
    'Object.create(null)',
  ]
  for (const one of [...STRANGE, 'proxy', 'revoked', 'hostile'])
    test(one, async (t) => {
      const source = `
        const traps = Reflect.ownKeys(Reflect).map((key) => [key, () => { throw 1 }])
        const proxy = new Proxy(new Error('p'), Object.fromEntries(traps))
        const { proxy: revoked, revoke } = Proxy.revocable({}, {}); revoke()
        const bad = { get() { throw 1 } }
        const hostile = Object.defineProperties(new Error('h'), { stack: bad, name: bad })
        globalThis.thrown = ${one}
        throw globalThis.thrown`
      for (const files of [{ 'a.mjs': source }, { 'a.mjs': `import './b.cjs'`, 'b.cjs': source }]) {
        const { fault } = await faultIn(t, files)
        assert.equal(fault.code, 'INVALID_SPEC')
        assert.ok(Object.hasOwn(fault, 'cause') && Object.is(fault.cause, globalThis.thrown))
        assert.equal(typeof JSON.stringify(fault), 'string')
      }
    })
})

describe('a module that does not end', () => {
  for (const [name, files] of Object.entries({
    'awaits for ever': {
      'a.mjs': `globalThis.go = null; await new Promise((go) => (globalThis.go = go)); globalThis.late = 1`,
    },
    'imports one that awaits for ever': { 'a.mjs': `import './b.mjs'`, 'b.mjs': `await new Promise(() => {})` },
    'imports a package that awaits for ever': {
      'a.mjs': `import 'data:text/javascript,await new Promise(() => {})//${process.hrtime()}'`,
    },
  }))
    test(name, async (t) => {
      const directory = directoryOf(t, files)
      const graph = graphOf({ loadTimeoutMs: 30 })
      const fault = await faultOf(graph, directory, 'a.mjs')
      assert.equal(fault.code, 'TIMEOUT')
      assert.deepEqual(fault.details, { location: join(directory, 'a.mjs'), timeoutMs: 30 })
      write(directory, { 'a.mjs': 'export const a = 1' })
      assert.equal((await loadAll(graph, directory, 'a.mjs'))[0].a, 1)
    })

  test('reaches nothing when it ends later', async (t) => {
    const directory = directoryOf(t, {
      'a.mjs': `import { b } from './b.mjs'; await new Promise((go) => (globalThis.go = go)); b.late = true;
      export { b }`,
      'b.mjs': `export const b = {}`,
    })
    const graph = graphOf({ loadTimeoutMs: 30 })
    assert.equal((await faultOf(graph, directory, 'a.mjs')).code, 'TIMEOUT')
    const { go } = globalThis
    const loading = loadAll(graph, directory, 'b.mjs')
    go()
    const [{ b }] = await loading
    await new Promise(setImmediate)
    assert.deepEqual(b, {})
  })
})

describe('a missing', () => {
  for (const [name, specifier] of [
    ['package', 'no-such-package'],
    ['file', './gone.mjs'],
  ])
    test(`${name} is named with its importer`, async (t) => {
      const { fault } = await faultIn(t, { 'a.mjs': `import './b.mjs'`, 'b.mjs': `import '${specifier}'` })
      assert.equal(fault.code, 'SOURCE_UNREADABLE')
      assert.ok(fault.message.includes(specifier) && fault.message.includes('b.mjs'), fault.message)
    })
})

describe('C13: a require at the top that leads nowhere', () => {
  for (const [name, specifier] of [
    ['package', 'no-such-package'],
    ['file', './gone.cjs'],
  ])
    test(`names the ${name}, the line and the error of Node`, async (t) => {
      const files = { 'a.mjs': `import './b.cjs'`, 'b.cjs': `\nrequire('${specifier}')` }
      const { fault, place } = await faultIn(t, files)
      assert.deepEqual([fault.code, place[0]], ['SOURCE_UNREADABLE', 'b.cjs:2:1'], fault.message)
      assert.ok(fault.message.includes(specifier), fault.message)
      assert.equal(fault.cause.code, 'MODULE_NOT_FOUND')
    })

  test('is a throw of what it requires, where that is there', async (t) => {
    const needing = `require('no-such-package')`
    const files = { 'a.cjs': `require('it')`, 'node_modules/it/index.js': needing }
    const directory = directoryOf(t, files)
    assert.equal((await faultOf(graphOf(), directory, 'a.cjs')).code, 'INVALID_SPEC')
  })
})

test('import.meta.resolve of a package that is not there throws the code of Node', async (t) => {
  const code = `let code
    try { import.meta.resolve('no-such-package') } catch (error) { code = error.code }
    export { code }`
  const [namespace] = await loadAll(graphOf(), directoryOf(t, { 'a.mjs': code }), 'a.mjs')
  assert.equal(namespace.code, 'ERR_MODULE_NOT_FOUND')
})

describe('import() with import attributes', () => {
  for (const [attributes, file, expected] of [
    [`{ type: 'json' }`, './b.js', 'TypeError ERR_IMPORT_ATTRIBUTE_TYPE_INCOMPATIBLE'],
    [`{ type: 'css' }`, './b.json', 'TypeError ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
    [`{ type: 'css' }`, './b.js', 'TypeError ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
    [`{ kind: 'json' }`, './b.json', 'TypeError ERR_IMPORT_ATTRIBUTE_UNSUPPORTED'],
    ['{ type: 5 }', './b.json', 'TypeError undefined'],
    [`{ type: 'json' }`, './b.json', 5],
    ['undefined', './b.json', 5],
    ['{}', './b.js', 6],
  ])
    test(`${attributes} of ${file} is ${expected}`, async (t) => {
      const source = `const { default: of } = await import('${file}', { with: ${attributes} })
        .catch(({ name, code }) => ({ default: name + ' ' + code }))\nexport { of }`
      const directory = directoryOf(t, { 'a.mjs': source, 'b.js': 'module.exports = 6', 'b.json': '5' })
      const [{ of }] = await loadAll(graphOf(), directory, 'a.mjs')
      assert.equal(of, expected)
    })
})

test('a helper that throws, goes and comes back takes its ten tools along', async (t) => {
  const names = Array.from({ length: 10 }, (_, i) => `tool${i}.mjs`)
  const tools = Object.fromEntries(
    names.map((name) => [name, `import { version } from './middle.mjs'; export { version }`]),
  )
  const directory = directoryOf(t, {
    ...tools,
    'middle.mjs': `export * from './helper.mjs'`,
    'helper.mjs': `export const version = 1`,
  })
  const graph = graphOf()
  const entries = names.map((name) => join(directory, name))
  const versions = async () => (await loadAll(graph, directory, ...names)).map(({ version }) => version)
  assert.deepEqual(new Set(await versions()), new Set([1]))
  for (const [bad, code] of [
    [`throw new Error('x')`, 'INVALID_SPEC'],
    [undefined, 'SOURCE_UNREADABLE'],
    ['let x, x', 'INVALID_SPEC'],
  ]) {
    write(directory, bad === undefined ? { 'middle.mjs': `export * from './gone.mjs'` } : { 'helper.mjs': bad })
    const { modules, failed } = await graph.load(entries)
    assert.equal(modules.size, 0)
    assert.deepEqual(new Set([...failed.values()].map((error) => error.code)), new Set([code]))
    write(directory, { 'middle.mjs': `export * from './helper.mjs'` })
  }
  write(directory, { 'helper.mjs': `export const version = 2` })
  assert.deepEqual(new Set(await versions()), new Set([2]))
})

describe('CommonJS exports that are hostile', () => {
  for (const [name, source] of Object.entries({
    'a getter that throws': `Object.defineProperty(exports, 'bad', { get() { throw 1 }, enumerable: true });
      exports.good = 1`,
    'a proxy whose traps throw': `module.exports = new Proxy({}, { ownKeys() { throw 1 }, get() { throw 2 } })`,
    'a revoked proxy': `const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); module.exports = proxy`,
    'a module object that is spoiled': `module.loaded = false; Object.freeze(module); delete module.children`,
    'a name like __proto__': `Object.defineProperty(exports, '__proto__', { value: 1, enumerable: true })`,
  }))
    test(name, async (t) => {
      const directory = directoryOf(t, { 'a.cjs': source })
      const [namespace] = await loadAll(graphOf(), directory, 'a.cjs')
      assert.ok('default' in namespace)
      assert.equal(Object.getPrototypeOf(namespace), null)
    })
})
