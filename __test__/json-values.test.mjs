// Results as JSON: each value that JSON has no word for has a form, wherever a result is read by who cannot have the
// value.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { runInNewContext } from 'node:vm'
import { callFromRust, registryOf } from './support/tools.mjs'

class Point {
  constructor() {
    this.x = 1
  }
  get y() {
    return 2
  }
}
class Money {
  #cents = 5
  get cents() {
    return this.#cents
  }
}
class Amount {
  toJSON() {
    return { amount: 5n }
  }
}
class Itself {
  a = 1
  toJSON() {
    return this
  }
}
const coded = Object.assign(new RangeError('out of it', { cause: new Error('inner') }), {
  code: 'E_OUT',
  config: { password: 'secret' },
  toJSON: () => ({ config: 'secret' }),
})
const shared = { a: 1 }

/** A result, and what is read of it. */
const FORMS = [
  [
    'a Map of texts',
    new Map([
      ['a', 1],
      ['__proto__', 2],
    ]),
    JSON.parse('{"a":1,"__proto__":2}'),
  ],
  [
    'a Map of other keys',
    new Map([
      [1, 'a'],
      [{ k: 1 }, new Set([2])],
    ]),
    [
      [1, 'a'],
      [{ k: 1 }, [2]],
    ],
  ],
  ['a Set', new Set([1, 'a', new Date(0)]), [1, 'a', '1970-01-01T00:00:00.000Z']],
  ['a Date that is none', { at: new Date(NaN) }, { at: null }],
  ['a safe BigInt', 5n, 5],
  ['a large BigInt', { id: 2n ** 64n, low: -(2n ** 53n) }, { id: '18446744073709551616', low: '-9007199254740992' }],
  ['NaN and infinities', [NaN, Infinity, -Infinity, -0], [null, null, null, 0]],
  ['a typed array', { a: new Float32Array([0.5, 1]), b: new BigInt64Array([1n]) }, { a: [0.5, 1], b: [1] }],
  ['other bytes', { a: new DataView(new Uint8Array([1, 2, 3]).buffer, 1) }, { a: [2, 3] }],
  ['an Error', { failed: coded }, { failed: { name: 'RangeError', message: 'out of it', code: 'E_OUT' } }],
  ['a DOMException', [new DOMException('gone', 'AbortError')], [{ name: 'AbortError', message: 'gone', code: '20' }]],
  [
    'an instance with toJSON',
    [new Amount(), new URL('https://a.example/b'), new Itself()],
    [{ amount: 5 }, 'https://a.example/b', { a: 1 }],
  ],
  ['an instance without', new Point(), { x: 1 }],
  ['an instance that shows nothing', [new Money(), new (class {})()], ['[Money]', '[Object]']],
  [
    'what cannot be looked into',
    { p: Promise.resolve(), w: new WeakMap(), g: (function* () {})(), s: new WeakSet(), b: [].values() },
    { p: '[Promise]', w: '[WeakMap]', g: '[Generator]', s: '[WeakSet]', b: '[Array Iterator]' },
  ],
  ['a RegExp', { r: /a\/b/gi }, { r: '/a\\/b/gi' }],
  ['URLSearchParams and Headers', [new URLSearchParams({ a: '1 2' }), new Headers({ A: 'b' })], ['a=1+2', { a: 'b' }]],
  [
    'boxed values',
    [Object(1), Object('a'), Object(true), Object(2n ** 60n), Object(Symbol('x'))],
    [1, 'a', true, '1152921504606846976', null],
  ],
  [
    'functions, symbols and undefined',
    { a: () => 1, b: Symbol('b'), c: undefined, d: [() => 1, Symbol('d'), undefined] },
    { d: [null, null, null] },
  ],
  [
    'keys of an object itself',
    JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
    JSON.parse('{"__proto__":{"a":1},"constructor":2}'),
  ],
  ['parts that are shared', [shared, shared, { again: shared }], [{ a: 1 }, { a: 1 }, { again: { a: 1 } }]],
  ['a proxy of a map', new Proxy({ a: new Proxy([1], {}) }, {}), { a: [1] }],
  ['an object without a prototype', Object.assign(Object.create(null), { a: {} }), { a: {} }],
  [
    'values of another realm',
    runInNewContext(
      `({ map: new Map([['a', 1n]]), set: new Set([1]), at: new Date(0), empty: {}, list: [[]],
         error: new TypeError('there'), f: new Float64Array([1]), r: /x/ })`,
    ),
    {
      map: { a: 1 },
      set: [1],
      at: '1970-01-01T00:00:00.000Z',
      empty: {},
      list: [[]],
      error: { name: 'TypeError', message: 'there' },
      f: [1],
      r: '/x/',
    },
  ],
  ['half of an emoji', { text: '👍'.slice(0, 1) }, { text: '\ufffd' }],
]
for (const [what, value, form] of FORMS) {
  test(`${what} has one JSON form for models, repeated keys and Rust threads; callers get the value`, async () => {
    const registry = registryOf({ execute: () => ({ value }) })
    assert.equal((await registry.execute('echo')).value, value)
    const { content } = await registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
    assert.deepEqual(JSON.parse(content), { value: form })
    const call = () => registry.execute('echo', {}, { idempotencyKey: 'k' })
    assert.equal((await call()).value, value)
    assert.deepEqual(await call(), { value: form })
    assert.deepEqual((await callFromRust(registry)).value, { value: form })
  })
}

test('bytes are files for a model, and numbers elsewhere', async () => {
  const value = {
    buffer: Buffer.from('ab'),
    bytes: new Uint8Array([1]),
    array: new Uint8Array([2]).buffer,
    blob: new Blob(['x']),
  }
  const registry = registryOf({ execute: () => value })
  const { content } = await registry.respond('mcp', { name: 'echo', arguments: {} })
  assert.deepEqual(JSON.parse(content[0].text), {
    buffer: '[file 1]',
    bytes: '[file 2]',
    array: '[file 3]',
    blob: '[file 4]',
  })
  assert.deepEqual((await callFromRust(registry)).value, {
    buffer: { type: 'Buffer', data: [97, 98] },
    bytes: [1],
    array: [2],
    blob: '[Blob]',
  })
})

test('a result is asked once, so that what was counted is what is written', async () => {
  let asked = 0
  const registry = registryOf({
    execute: () => ({
      get value() {
        return { toJSON: () => ++asked }
      },
    }),
  })
  const { content } = await registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
  assert.deepEqual([JSON.parse(content), asked], [{ value: 1 }, 1])
})
