// Values of other realms, as Jest, vm contexts and addons hand them in. Whole programs are in programs.test.mjs.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { SpecLoader, ToolRegistry, ToolrackError } from 'toolrack'
import { codeOf, loadedAgain, refusal, registryOf } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { revive } = require('../lib/border/error.js')
const realm = require('../lib/border/realm.js')
const context = createContext({})
const foreign = (code) => runInContext(code, context)

const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error('no')
    },
    getPrototypeOf: () => {
      throw new Error('no')
    },
  },
)
const withThrowing = (tag, key) =>
  Object.defineProperty({ [Symbol.toStringTag]: tag }, key, {
    get: () => {
      throw new Error('no')
    },
  })
/** Each predicate: what is one, in either realm, and what is none. */
const KINDS = {
  isError: [
    ['new Error("a")', 'new (class Own extends TypeError {})()'],
    [{}, { message: 'a' }, null, hostile],
  ],
  isPromise: [
    ['Promise.resolve()', '(async () => {})()'],
    [{ then() {} }, null, hostile],
  ],
  isUint8Array: [
    ['new Uint8Array(1)', 'new (class Own extends Uint8Array {})(1)'],
    [[1], new Uint16Array(1), null, hostile],
  ],
  isArrayBuffer: [
    ['new ArrayBuffer(1)', 'new SharedArrayBuffer(1)'],
    [new Uint8Array(1), null, hostile],
  ],
  isDate: [['new Date(0)'], [{ getTime: () => 0 }, 0, null, hostile]],
  isPlainObject: [
    ['({})', 'Object.create(null)', 'JSON.parse("{}")'],
    [new Map(), new (class Own {})(), [], Object.create({}), Object.create(Object.create(null))],
  ],
  isPlainArray: [
    ['[]', 'JSON.parse("[]")'],
    [new (class Own extends Array {})(), {}],
  ],
  isAbortSignal: [
    ['globalThis.AbortSignal ? AbortSignal.abort() : signal'],
    [
      { aborted: false, addEventListener() {}, removeEventListener() {} },
      withThrowing('AbortSignal', 'aborted'),
      null,
      hostile,
    ],
  ],
  isBlob: [['globalThis.Blob ? new Blob([]) : blob'], [{ arrayBuffer() {} }, null, hostile]],
  isUrl: [
    ['globalThis.URL ? new URL("http://a") : url'],
    [{ href: 'http://a' }, new Proxy(new URL('http://a'), {}), withThrowing('URL', 'href'), 'http://a', null, hostile],
  ],
}
Object.assign(context, { signal: AbortSignal.abort(), blob: new Blob([]), url: new URL('http://a') })

for (const [name, [are, none]] of Object.entries(KINDS)) {
  test(`${name} knows a value of every realm, and is fooled by none`, () => {
    for (const code of are) {
      assert.ok(realm[name](foreign(code)), `foreign ${code}`)
      assert.ok(realm[name]((0, eval)(code)), `own ${code}`)
    }
    for (const value of none) if (name !== 'isPlainObject' || value !== hostile) assert.ok(!realm[name](value))
  })
}

test('js/ asks instanceof of nothing that another realm may have made', () => {
  const folder = new URL('../js/', import.meta.url)
  const code = readdirSync(folder, { recursive: true })
    .filter((file) => /\.[jt]s$/.test(file))
    .map((file) => readFileSync(new URL(file, folder), 'utf8').replace(/^\s*(\*|\/[/*]).*$/gm, ''))
    .join('\n')
  const asked = [...code.matchAll(/instanceof ([\w.]+)/g)].map(([, name]) => name)
  assert.deepEqual(
    asked.filter((name) => !code.includes(`class ${name} `)),
    [],
    'js/realm.js has predicates',
  )
})

test('a fault is known by its mark, whatever realm its error is of', () => {
  const message = `toolrack:${JSON.stringify({ code: 'CLOSED', message: 'over', details: { what: 'registry' } })}`
  for (const thrown of [new Error(message), foreign(`new Error(${JSON.stringify(message)})`), { message }]) {
    const { code, message, details } = revive(thrown)
    assert.deepEqual([code, message, details], ['CLOSED', 'over', { what: 'registry' }])
  }
})

test('a mark without a fault behind it is a fault of toolrack, and what was thrown is its cause', () => {
  for (const message of ['toolrack:', 'toolrack:null', 'toolrack:{}', 'toolrack:{"code":', 'something else']) {
    const thrown = new Error(message)
    const { code, cause } = revive(thrown)
    assert.deepEqual([code, cause], ['INTERNAL', thrown])
  }
})

test('an error of another copy of toolrack is an instance of this one, and is handed on as it is', () => {
  const other = loadedAgain().ToolrackError
  assert.notEqual(other, ToolrackError)
  const error = new other('CLOSED', 'over')
  assert.ok(error instanceof ToolrackError && new ToolrackError('CLOSED', 'over') instanceof other)
  assert.equal(revive(error), error)
})

test('a class made of ToolrackError has its own instances alone', () => {
  class Own extends ToolrackError {}
  assert.ok(new Own('CLOSED', 'over') instanceof Own && new Own('CLOSED', 'over') instanceof ToolrackError)
  for (const other of [new ToolrackError('CLOSED', 'over'), new Error('over'), {}, null, 'over'])
    assert.ok(!(other instanceof Own))
  for (const other of [new Error('over'), {}, null, undefined, 'over', hostile])
    assert.ok(!(other instanceof ToolrackError))
})

test('metadata of another realm is a frozen copy', async () => {
  const registry = registryOf({ execute: (_, { metadata }) => metadata })
  const given = foreign('({ roles: ["admin"] })')
  const { roles } = await registry.execute('echo', {}, { context: { userId: 1, metadata: given } })
  assert.ok(Object.isFrozen(roles) && roles !== given.roles)
})

test('defaults are filled into arguments of another realm, at every depth', async () => {
  const inner = { type: 'object', properties: { n: { type: 'integer', default: 3 } } }
  const registry = registryOf({ inputSchema: { type: 'object', properties: { inner } } })
  assert.deepEqual(JSON.parse(JSON.stringify(await registry.execute('echo', foreign('({ inner: { } })')))), {
    inner: { n: 3 },
  })
})

test('a timer that is a number, as a DOM in JavaScript gives, serves as a deadline', async (t) => {
  const given = globalThis.setTimeout
  t.mock.method(globalThis, 'setTimeout', (...args) => given(...args)[Symbol.toPrimitive]())
  const registry = registryOf({ execute: () => new Promise(() => {}) })
  assert.equal(await codeOf(() => registry.execute('echo', {}, { timeoutMs: 5 })), 'TIMEOUT')
  assert.equal(await codeOf(() => new ToolRegistry({ timeoutMs: 5 }).execute('none')), 'UNKNOWN_TOOL')
})

test('a failure of a fetch is told in the words of an error of any realm', async () => {
  const fetch = () => Promise.reject(foreign('new Error("no route")'))
  const loader = new SpecLoader(new ToolRegistry(), { fetch })
  assert.match((await refusal(() => loader.load('https://example.com/a.json'))).message, /no route/)
})
