// What a person sees of a call, by the option `approve` of an adapter: the call that is made.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { anthropicTurn } from 'toolrack/anthropic'
import { geminiTurn } from 'toolrack/gemini'
import { openaiChatTurn, openaiTurn } from 'toolrack/openai'
import { createTestRegistry } from 'toolrack/test'
import { registryOf } from './support/tools.mjs'

/** Calls of the tool that a provider makes, each with its turn. */
const CALLS = {
  openai: [openaiTurn, (text) => ({ type: 'function_call', call_id: 'c', name: 'refund', arguments: text })],
  'openai-chat': [
    openaiChatTurn,
    (text) => ({ id: 'c', type: 'function', function: { name: 'refund', arguments: text } }),
  ],
  anthropic: [anthropicTurn, (text) => ({ type: 'tool_use', id: 'c', name: 'refund', input: JSON.parse(text) })],
  gemini: [geminiTurn, (text) => ({ functionCall: { id: 'c', name: 'refund', args: JSON.parse(text) } })],
}

/** Answers a call of a tool, and returns what a person saw, and the arguments that the tool got. */
async function answered(turnOf, call, options) {
  const [seen, made] = [[], []]
  const inputSchema = {
    type: 'object',
    properties: { amount: { type: 'integer' }, note: { type: 'string' } },
    required: ['amount'],
  }
  const registry = registryOf({
    name: 'refund',
    inputSchema,
    requiresApproval: true,
    execute: (input) => made.push(input),
  })
  const approve = ({ toolName, id, input }) => seen.push({ toolName, id, input }) > 0
  await turnOf(registry, { approve, ...options }).answer([call])
  return { seen, made }
}

for (const [target, [turnOf, callOf]] of Object.entries(CALLS)) {
  test(`${target}: members of other formats in a call are neither shown nor used`, async () => {
    const strange = { input: { amount: 2 }, args: { amount: 3 }, arguments: '{"amount":4}', toolName: 'other', id: 'c' }
    const other = { function: { name: 'refund', arguments: '{"amount":5}' }, toolUse: { input: { amount: 6 } } }
    const { seen, made } = await answered(turnOf, { ...other, ...strange, ...callOf('{"amount":1}') })
    assert.deepEqual(seen, [{ toolName: 'refund', id: 'c', input: { amount: 1 } }])
    assert.deepEqual(made, [{ amount: 1 }])
  })

  test(`${target}: a person sees the arguments that the closure gets`, async () => {
    const text = '{"amount":9007199254740993,"userId":"eve","note":"9007199254740993"}'
    const { seen, made } = await answered(turnOf, callOf(text))
    assert.deepEqual(made, [{ amount: 9_007_199_254_740_992, note: '9007199254740993' }])
    assert.deepEqual(seen[0].input, made[0])
  })
}

test('null that strict mode asks for is left out of what a person sees', async () => {
  const { seen, made } = await answered(openaiTurn, CALLS.openai[1]('{"amount":1,"note":null}'), { strict: true })
  assert.deepEqual([seen[0].input, made], [{ amount: 1 }, [{ amount: 1 }]])
})

test('the id that approve gets of a call of the Responses API is that of its answer', async () => {
  const { seen } = await answered(openaiTurn, { id: 'fc_1', ...CALLS.openai[1]('{"amount":1}') })
  assert.equal(seen[0].id, 'c')
})

/** Arguments of an operation, and how a person sees them. */
const NUMBERS = [
  ['{"id":9007199254740993}', { id: '9007199254740993' }],
  ['{"id":-9223372036854775808}', { id: '-9223372036854775808' }],
  ['{"id":18446744073709551615}', { id: '18446744073709551615' }],
  ['{"id":9007199254740992}', { id: 9_007_199_254_740_992 }],
  [
    String.raw`{"note":"\\\"9007199254740993\\","id":1152921504606846977}`,
    { note: String.raw`\"9007199254740993` + '\\', id: '1152921504606846977' },
  ],
  ['{"id":7,"part":0.12345678901234567}', { id: 7, part: 0.12345678901234566 }],
]
for (const [sent, shown] of NUMBERS)
  test(`what an operation sends is what a person saw, for ${sent}`, async () => {
    const registry = registryOf()
    const urls = []
    const fetch = (url) => urls.push(String(url)) && Response.json({})
    const loader = new SpecLoader(registry, { fetch })
    const parameters = [
      { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
      { name: 'note', in: 'query', schema: { type: 'string' } },
      { name: 'part', in: 'query', schema: { type: 'number' } },
    ]
    const paths = { '/orders/{id}': { delete: { operationId: 'drop', parameters } } }
    const document = { openapi: '3.1.0', servers: [{ url: 'https://shop.example' }], paths }
    await loader.load(document, { name: 'shop', overrides: { drop: { requiresApproval: true } } })
    const seen = []
    const turn = openaiTurn(registry, { approve: ({ input }) => seen.push(input) > 0 })
    const { name } = turn.tools[0]
    await turn.answer([{ type: 'function_call', call_id: 'c', name, arguments: sent }])
    loader.close()
    assert.deepEqual(seen, [shown])
    assert.equal(new URL(urls[0]).pathname, `/orders/${shown.id}`)
  })

/** Ways in which a call that waits for a person is not made, and its outcome. */
const REFUSALS = [
  ['declined', () => false, 'APPROVAL_REQUIRED'],
  ['approve throws', () => Promise.reject(new Error('nobody there')), 'TOOL_FAILED'],
  ['cancelled', (_, abort) => new Promise(abort), 'CANCELLED'],
]
for (const [what, answer, outcome] of REFUSALS)
  test(`${what}: a call that is not made is recorded with its caller and its arguments`, async () => {
    const registry = createTestRegistry()
    const execute = () => assert.fail('made')
    registry.register({ name: 'refund', description: 'Pays back', requiresApproval: true, parameters: {}, execute })
    const events = []
    registry.on('call', (event) => events.push(event))
    const controller = new AbortController()
    const approve = (call) => answer(call, () => controller.abort())
    const turn = anthropicTurn(registry, { approve, context: { userId: 'ada', metadata: { tenant: 'a' } } })
    const call = { type: 'tool_use', id: 'c', name: 'refund', input: { userId: 'eve' } }
    await turn.answer([call], { signal: controller.signal })
    assert.deepEqual(
      events.map((event) => [event.outcome, event.userId]),
      [[outcome, 'ada']],
    )
    const [{ params, context, outcome: recorded }] = registry.calls()
    assert.deepEqual([params, context, recorded], [{}, { userId: 'ada', metadata: { tenant: 'a' } }, outcome])
  })
