// Reading of MCP calls: a call that JavaScript reads is answered as one that the core reads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'

const properties = { a: {}, n: { type: 'number', default: 1 }, s: { type: 'string' } }
/** The same arguments: the core reads calls of the second schema, which is rewritten for every target. */
const SCHEMAS = {
  here: { type: 'object', properties },
  core: { type: 'object', properties, allOf: [{ type: 'object' }] },
}

function registryOf(t, name) {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const execute = (args, { userId, callId }) => ({ args, userId, hasId: typeof callId === 'string' })
  registry.register({ name: 'tool', description: 'A tool', inputSchema: SCHEMAS[name], execute })
  registry.register({ name: 'off', description: 'A tool', inputSchema: SCHEMAS[name], execute }).disable()
  return registry
}

const call = (args, more) => ({ params: { name: 'tool', arguments: args }, ...more })
const half = '\ud800'
const deep = (levels) => Array.from({ length: levels }).reduce((inner) => [inner], 1)
const own = (text) => JSON.parse(text)

const CALLS = {
  'arguments and a default': call({ a: [1, { b: null }], s: 'x' }),
  'no arguments': { params: { name: 'tool' } },
  'params alone': { name: 'tool', arguments: { s: 'x' } },
  'arguments that are null': call(null),
  'arguments that are a list': call([1]),
  'arguments as text': call('{"s":"x"}'),
  'arguments as empty text': call(''),
  'a wrong type': call({ n: 'many' }),
  'an unknown name': { params: { name: 'tol', arguments: {} } },
  'a tool that is disabled': { params: { name: 'off', arguments: {} } },
  'a name that is no text': { params: { name: 7 } },
  'params that are text': { params: 'tool' },
  'a list of nothing': { params: [] },
  'the id of a message': call({ s: 'x' }, { id: 7, jsonrpc: '2.0', method: 'tools/call' }),
  'numbers that JSON lacks': call({ a: [Number.NaN, Infinity, -0] }),
  'members that JSON leaves out': call({ a: undefined, s: 'x', f() {} }),
  'a date': call({ a: new Date(0) }),
  'half of a surrogate pair': call({ s: half, [half]: half }),
  'a key of the prototype': call(own('{"__proto__":{"n":5},"s":"x"}')),
  'identity among arguments': call({ userId: 'forged', s: 'x' }),
  'more values than are copied': call({ a: Array.from({ length: 2_000 }, (_, i) => i) }),
  'levels that are copied': call({ a: deep(10) }),
  'levels that are not copied': call({ a: deep(100) }),
  'a value of JSON alone': call({ a: { toJSON: () => 'json' } }),
  'a bytes': call({ a: Buffer.from('b') }),
  text: 'tool',
  nothing: null,
}

async function outcome(registry, sent, options) {
  try {
    return { reply: await registry.respond('mcp', sent, options) }
  } catch ({ code, message }) {
    return { code, message }
  }
}

for (const [what, sent] of Object.entries(CALLS))
  test(`a call that JavaScript reads is answered as one that the core reads: ${what}`, async (t) => {
    const [here, core] = [registryOf(t, 'here'), registryOf(t, 'core')]
    for (const options of [undefined, { context: { userId: 'u' } }, { revision: '2025-11-25' }, { timeoutMs: -1 }])
      assert.deepEqual(await outcome(here, sent, options), await outcome(core, sent, options))
  })

for (const name of Object.keys(SCHEMAS))
  test(`arguments of more levels than the core reads are refused for the model: ${name}`, async (t) => {
    const { isError, content } = await registryOf(t, name).respond('mcp', call({ a: deep(200) }))
    assert.equal(isError, true)
    assert.match(content[0].text, /INVALID_PARAMS.*nested deeper than 127 levels/)
  })

test('members that somebody added to Object.prototype are no call', async (t) => {
  const registry = registryOf(t, 'here')
  Object.defineProperty(Object.prototype, 'arguments', { value: { s: 'added' }, configurable: true, writable: true })
  t.after(() => delete Object.prototype.arguments)
  const { structuredContent } = await registry.respond('mcp', { params: { name: 'tool' } })
  assert.deepEqual(structuredContent.args, { n: 1 })
})

test('a call is read once, before its closure begins', async (t) => {
  const registry = registryOf(t, 'here')
  let reads = 0
  const args = {
    get s() {
      return `read ${++reads}`
    },
  }
  const answer = registry.respond('mcp', call(args))
  assert.equal((await answer).structuredContent.args.s, 'read 1')
  assert.equal(reads, 1)
})

test('a call of a newer revision is made on that one', async (t) => {
  const registry = registryOf(t, 'here')
  const answer = async () => (await registry.respond('mcp', call({ s: 'x' }))).content[0].text
  assert.match(await answer(), /"s":"x"/)
  registry.replace({ name: 'tool', description: 'Another', inputSchema: SCHEMAS.here, execute: () => 'another' })
  assert.equal(await answer(), 'another')
})
