// Tools with a handler, as MCP has them: what the handler gets, and what its result becomes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { registryWith, toolOf } from './support/shapes.mjs'
import { refusal } from './support/tools.mjs'

const spec = (over) => ({
  name: 'weather',
  description: 'Weather',
  inputSchema: { type: 'object', properties: { city: { type: 'string' } } },
  ...over,
})

test('a handler is called on its object, and its title and hints are kept', async () => {
  const annotations = { title: 'Weather', readOnlyHint: true, anything: 1 }
  const weather = {
    ...spec({ annotations }),
    handler() {
      return this === weather
    },
  }
  const registry = registryWith(await toolOf({ weather }))
  const { title, annotations: kept } = registry.get('weather')
  assert.deepEqual(
    [title, kept, await registry.execute('weather', { city: 'x' })],
    ['Weather', { readOnlyHint: true }, true],
  )
})

const base64 = Buffer.from('PNG').toString('base64')
const image = { type: 'image', data: base64, mimeType: 'image/png' }
const file = { mediaType: 'image/png', data: Buffer.from('PNG') }
const resource = { type: 'resource', resource: { uri: 'file:///a', text: 'b' } }
const link = { type: 'resource_link', uri: 'file:///a', name: 'a' }

/** What a handler of MCP returns, and what comes of it. */
const RESULTS = [
  ['one text', { content: [{ type: 'text', text: '{"a":1}' }] }, '{"a":1}'],
  ['structured content', { content: [{ type: 'text', text: 'x' }], structuredContent: { a: 1 } }, { a: 1 }],
  [
    'structured content with an image, a resource and a link',
    { content: [{ type: 'text', text: '{"a":1}' }, image, resource, link], structuredContent: { a: 1 } },
    [{ a: 1 }, file, resource, link],
  ],
  [
    'structured content with an audio',
    { content: [{ ...image, type: 'audio', mimeType: 'audio/wav' }], structuredContent: {} },
    [{}, { ...file, mediaType: 'audio/wav' }],
  ],
  [
    'several texts',
    {
      content: [
        { type: 'text', text: 'a' },
        { type: 'text', text: 'b', annotations: { priority: 1 } },
      ],
    },
    'a\nb',
  ],
  ['an image', { content: [image], isError: false, _meta: {} }, file],
  ['a text and an image', { content: [{ type: 'text', text: 'a' }, image] }, ['a', file]],
  ['an audio', { content: [{ ...image, type: 'audio', mimeType: 'audio/wav' }] }, { ...file, mediaType: 'audio/wav' }],
  [
    'bytes of a resource',
    { content: [{ type: 'resource', resource: { uri: 'file:///a/b.bin', mimeType: 'image/png', blob: base64 } }] },
    { ...file, name: 'b.bin' },
  ],
  ['the text of a resource', { content: [resource] }, resource],
  ['a link', { content: [{ type: 'text', text: 'a' }, link] }, ['a', link]],
  ['structured content that is none', { content: [{ type: 'text', text: 'a' }], structuredContent: null }, 'a'],
  ['rows of its own', { content: [{ type: 'post', id: 1 }] }, { content: [{ type: 'post', id: 1 }] }],
  [
    'rows that have a text',
    { content: [{ type: 'text', text: 'a', id: 1 }] },
    { content: [{ type: 'text', text: 'a', id: 1 }] },
  ],
  ['a page of its own', { content: [], total: 0 }, { content: [], total: 0 }],
  ['no content', { content: [] }, []],
  ['a value of its own', { content: ['a'], n: 1 }, { content: ['a'], n: 1 }],
  ['a text', 'a', 'a'],
]

for (const [what, result, value] of RESULTS) {
  test(`of a handler that returns ${what} the value is the result`, async () => {
    for (const handler of [() => result, async () => result]) {
      const registry = registryWith(await toolOf({ a: { name: 'a', description: 'A', handler } }))
      assert.deepEqual(await registry.execute('a'), value)
    }
  })
}

test('a result with isError is a failure with its text, for the model too', async () => {
  const content = [
    { type: 'text', text: 'no such city' },
    { type: 'text', text: 'try Oslo' },
  ]
  const registry = registryWith(
    await toolOf({ a: { name: 'a', description: 'A', handler: () => ({ content, isError: true }) } }),
  )
  const { code, details } = await refusal(() => registry.execute('a'))
  assert.deepEqual([code, details.message, details.forModel], ['TOOL_FAILED', 'no such city\ntry Oslo', true])
})

test('a handler gets the signal of its call, and no client to ask', async () => {
  const handler = async (extra) => {
    await extra.sendNotification({ method: 'notifications/progress' })
    await assert.rejects(extra.sendRequest({}), /no MCP client is connected/)
    return `${extra.signal.aborted} ${extra.requestId === extra.context.callId}`
  }
  assert.equal(
    await registryWith(await toolOf({ a: { description: 'A', handler, enabled: true, update() {} } })).execute('a'),
    'false true',
  )
})

for (const [sdk, functionsOf] of Object.entries({
  1: ({ _meta, sendNotification }) => ({
    token: _meta.progressToken,
    notify: sendNotification,
    log: (level, data, logger) =>
      sendNotification({ method: 'notifications/message', params: { level, data, logger } }),
  }),
  2: ({ mcpReq }) => ({ token: mcpReq._meta.progressToken, notify: mcpReq.notify, log: mcpReq.log }),
}))
  test(`progress and log messages of a handler of SDK ${sdk} are those of its call`, async () => {
    const handler = async (extra) => {
      const { token, notify, log } = functionsOf(extra)
      for (const progress of [1, 'many', 2])
        await notify({ method: 'notifications/progress', params: { progressToken: token, progress, total: 2 } })
      for (const level of ['warning', 'loud']) await log(level, { left: 1 }, 'quota')
      for (const wrong of [undefined, null, 'x', {}, { method: 'notifications/progress' }]) await notify(wrong)
      return 'done'
    }
    const registry = registryWith(await toolOf({ a: { name: 'a', description: 'A', handler } }))
    const [told, logged] = [[], []]
    registry.on('toolLog', ({ level, data, logger }) => logged.push({ level, data, logger }))
    const { value } = await registry.respond(
      'plain',
      { name: 'a' },
      { onPiece: ({ done, total }) => told.push([done, total]) },
    )
    assert.equal(value, 'done')
    assert.deepEqual(told.at(-1), [2, 2])
    assert.deepEqual(logged, [{ level: 'warning', data: { left: 1 }, logger: 'quota' }])
  })

/** A tool as `registerTool` of an MCP server returns it. */
function registered(handler) {
  const inputSchema = { type: 'object', properties: { city: { type: 'string' } } }
  return { description: 'A', inputSchema, handler, enabled: true, update() {} }
}

test('a registered tool is called as its MCP server has it now, and fails while it is disabled', async () => {
  const a = registered(({ city }) => `old ${city}`)
  const registry = registryWith(await toolOf({ a }))
  const call = () => registry.execute('a', { city: 'x' })
  assert.equal(await call(), 'old x')
  a.enabled = false
  const { code, message } = await refusal(call)
  assert.deepEqual([code, message], ['TOOL_FAILED', 'tool "a" failed: the tool is disabled in its MCP server'])
  Object.assign(a, { enabled: true, handler: ({ city }) => `new ${city}` })
  assert.equal(await call(), 'new x')
})

/** What an MCP server may make of a tool that is not the registered one any more. */
const CHANGED = [
  ['another input schema', { inputSchema: { type: 'object' } }, 'the input schema of the tool was changed'],
  ['no input schema', { inputSchema: undefined }, 'the input schema of the tool was changed'],
  ['no handler', { handler: { createTask() {} } }, 'the tool has no handler any more'],
]

for (const [what, change, says] of CHANGED) {
  test(`a registered tool that has ${what} since fails, and says so`, async () => {
    const a = registered(() => assert.fail())
    const registry = registryWith(await toolOf({ a }))
    Object.assign(a, change)
    const { code, message } = await refusal(() => registry.execute('a', { city: 'x' }))
    assert.deepEqual([code, message.includes(says)], ['TOOL_FAILED', true], message)
  })
}
