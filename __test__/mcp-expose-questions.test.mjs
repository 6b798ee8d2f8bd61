// Questions and progress of a tool that is called through `call_tool`: they are those of the tool's own call.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect, modernMeta } from './support/mcp-client.mjs'
import { registryOf } from './support/tools.mjs'

const seat = { type: 'object', properties: { seat: { type: 'string' } } }
const rack = () =>
  registryOf(
    {
      name: 'book',
      execute: async (_, { ask }) => ask('seat', { message: 'Which seat?', schema: seat }),
    },
    {
      name: 'work',
      execute: (_, { progress }) => {
        progress(1, 2, 'half')
        return 'done'
      },
    },
  )

const _meta = modernMeta({ 'io.modelcontextprotocol/clientCapabilities': { elicitation: { form: {} } } })
const inner = (name, args = {}) => ({ name: 'call_tool', arguments: { name, arguments: args } })

test('a question comes back, and its state is bound to the tool and its arguments', async (t) => {
  const { client } = await connect(t, rack(), { expose: 'search' })
  const call = (params) => client.request('tools/call', { ...params, _meta })
  const { result } = await call(inner('book', { row: 7 }))
  assert.deepEqual([result.resultType, Object.keys(result.inputRequests)], ['input_required', ['seat']])
  const { requestState } = result
  const inputResponses = { seat: { action: 'accept', content: { seat: '7A' } } }
  const answered = await call({ ...inner('book', { row: 7 }), requestState, inputResponses })
  assert.match(answered.result.content[0].text, /7A/)
  for (const other of [inner('book', { row: 8 }), inner('work', { row: 7 })])
    assert.equal((await call({ ...other, requestState, inputResponses })).error.code, -32602)
})

test('progress has the token of the call', async (t) => {
  const { client } = await connect(t, rack(), { era: 'legacy', expose: 'search' })
  const told = client.next(({ method }) => method === 'notifications/progress')
  const { result } = await client.request('tools/call', { ...inner('work'), _meta: { progressToken: 'p1' } })
  assert.equal(result.content[0].text, 'done')
  assert.deepEqual((await told).params, { progressToken: 'p1', progress: 1, total: 2, message: 'half' })
})
