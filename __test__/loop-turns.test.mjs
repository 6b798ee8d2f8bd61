// Turns of an agent loop without a framework: tools for a request, and answers to the calls of a response.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { anthropicTurn } from 'toolrack/anthropic'
import { geminiTurn } from 'toolrack/gemini'
import { openaiChatTurn, openaiTurn } from 'toolrack/openai'
import { proxied, revoked } from './support/hostile.mjs'
import { codeOf, registryOf } from './support/tools.mjs'

const ids = ['a', 'b', 'c']

/** A provider: its turn, its responses with these calls, a response without calls, and ids and texts of answers. */
const APIS = {
  openai: {
    turnOf: openaiTurn,
    responses: (calls) => {
      const output = [
        { type: 'reasoning', summary: [] },
        ...calls.map(({ id, name, args }) => ({
          type: 'function_call',
          call_id: id,
          name,
          arguments: JSON.stringify(args),
        })),
        { type: 'web_search_call', id: 'w' },
      ]
      return [{ output }, output.slice(1, -1)]
    },
    silent: [{ output: [] }, { output: [{ type: 'message', content: [] }] }, []],
    idOf: ({ call_id }) => call_id,
    textOf: ({ output }) => output,
  },
  'openai-chat': {
    turnOf: openaiChatTurn,
    responses: (calls) => {
      const tool_calls = calls.map(({ id, name, args }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      }))
      const message = { role: 'assistant', content: null, tool_calls }
      const custom = { id: 'x', type: 'custom', custom: { name: 'x', input: '' } }
      const mixed = { ...message, tool_calls: [custom, ...tool_calls] }
      return [{ choices: [{ message }] }, message, mixed, tool_calls, [custom, ...tool_calls]]
    },
    silent: [
      { role: 'assistant', content: 'Done' },
      { role: 'assistant', content: 'Done', tool_calls: null },
      { choices: [{ message: { role: 'assistant', content: 'Done' } }] },
    ],
    idOf: ({ tool_call_id }) => tool_call_id,
    textOf: ({ content }) => content,
  },
  anthropic: {
    turnOf: anthropicTurn,
    responses: (calls) => {
      const blocks = calls.map(({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }))
      const content = [{ type: 'text', text: 'Hm' }, ...blocks]
      return [{ role: 'assistant', content }, blocks]
    },
    silent: [{ content: 'Done' }, { content: [{ type: 'text', text: 'Done' }] }, { content: [] }],
    idOf: ({ tool_use_id }) => tool_use_id,
    textOf: ({ content }) => content,
  },
  gemini: {
    turnOf: geminiTurn,
    responses: (calls) => {
      const parts = calls.map(({ id, name, args }) => ({ functionCall: { id, name, args } }))
      const content = { role: 'model', parts: [{ text: 'Hm' }, ...parts] }
      return [{ candidates: [{ content }] }, content, parts, parts.map(({ functionCall }) => functionCall)]
    },
    silent: [
      { candidates: [] },
      { candidates: [{ finishReason: 'SAFETY' }] },
      { promptFeedback: { blockReason: 'SAFETY' } },
      { candidates: null, promptFeedback: { blockReason: 'SAFETY' } },
      { candidates: [{ content: { role: 'model' } }] },
      { parts: [{ text: 'Done' }] },
    ],
    idOf: ({ functionResponse }) => functionResponse.id,
    textOf: ({ functionResponse }) => JSON.stringify(functionResponse.response),
  },
}

for (const [name, { turnOf, responses, silent, idOf, textOf }] of Object.entries(APIS)) {
  test(`${name}: all calls of a response are answered at once, in their order`, async () => {
    let running = 0
    let most = 0
    const opened = defer()
    const registry = registryOf({
      name: 'crm/lookup',
      inputSchema: { type: 'object', properties: { n: { type: 'integer' } } },
      async execute({ n }) {
        most = Math.max(most, ++running)
        if (running === ids.length) opened.resolve()
        await opened.promise
        running--
        return { n }
      },
    })
    const calls = ids.map((id, n) => ({ id, name: 'crm_lookup', args: { n } }))
    for (const response of responses(calls)) {
      const answers = await turnOf(registry).answer(response)
      assert.deepEqual(answers.map(idOf), ids)
      assert.deepEqual(
        answers.map((answer) => /\d/.exec(textOf(answer))[0]),
        ['0', '1', '2'],
      )
    }
    assert.equal(most, ids.length)
  })

  test(`${name}: a failed call and one of a tool that was not offered are answers`, async () => {
    const registry = registryOf(
      { name: 'fail', tags: ['a'], execute: () => Promise.reject(new Error('no')) },
      { name: 'purge', tags: ['b'], execute: () => assert.fail('was called') },
    )
    const turn = turnOf(registry, { filter: { tags: 'a' } })
    const calls = [
      { id: 'a', name: 'fail', args: {} },
      { id: 'b', name: 'purge', args: {} },
    ]
    const [failed, unknown] = await turn.answer(responses(calls)[0])
    assert.match(textOf(failed), /TOOL_FAILED/)
    assert.match(textOf(unknown), /UNKNOWN_TOOL/)
  })

  test(`${name}: a response without calls has no answers`, async () => {
    for (const response of silent) assert.deepEqual(await turnOf(registryOf({})).answer(response), [])
  })

  test(`${name}: what is no response is refused`, async () => {
    const { answer } = turnOf(registryOf({}))
    const wrong = [
      undefined,
      null,
      5,
      'text',
      {},
      { output: 5, content: 5, choices: 5, parts: 5 },
      proxied({}),
      revoked({}),
    ]
    for (const response of wrong) assert.equal(await codeOf(() => answer(response)), 'INVALID_OPTIONS')
    for (const options of [{ signal: 5 }, { onPiece: 5 }, { context: {} }, null])
      assert.equal(
        await codeOf(() => answer(responses([{ id: 'a', name: 'echo', args: {} }])[0], options)),
        'INVALID_OPTIONS',
      )
  })

  test(`${name}: answers may be cancelled and shown in pieces`, async () => {
    const registry = registryOf({
      async *execute() {
        yield 'x'
        yield 'y'
      },
    })
    const turn = turnOf(registry)
    const [response] = responses(ids.map((id) => ({ id, name: 'echo', args: {} })))
    const pieces = []
    await turn.answer(response, { onPiece: (piece, { index }) => pieces.push(`${index}${piece}`) })
    assert.deepEqual(pieces.sort(), ['0x', '0y', '1x', '1y', '2x', '2y'])
    for (const answer of await turn.answer(response, { signal: AbortSignal.abort() }))
      assert.match(textOf(answer), /CANCELLED/)
  })
}

for (const [name, { turnOf, responses, idOf, textOf }] of Object.entries(APIS)) {
  test(`${name}: the option approve decides for each call of a response by itself`, async () => {
    const registry = registryOf({
      name: 'shop/refund',
      inputSchema: { type: 'object', properties: { n: { type: 'integer' } } },
      requiresApproval: true,
      async *execute({ n }) {
        yield `refunded ${n}`
      },
    })
    const asked = []
    const approve = ({ toolName, id, input }) => asked.push(`${toolName} ${id} ${input.n}`) && input.n !== 1
    const [response] = responses(ids.map((id, n) => ({ id, name: 'shop_refund', args: { n } })))
    const pieces = []
    const onPiece = (_, { index }) => pieces.push(index)
    const answers = await turnOf(registry, { approve }).answer(response, { onPiece })
    assert.deepEqual(asked, ['shop/refund a 0', 'shop/refund b 1', 'shop/refund c 2'])
    assert.deepEqual(answers.map(idOf), ids)
    assert.deepEqual(
      answers.map((answer) => /refunded \d|declined/.exec(textOf(answer))[0]),
      ['refunded 0', 'declined', 'refunded 2'],
    )
    assert.deepEqual(pieces.sort(), [0, 2])
  })
}

test('what is no call has the same outcome with the option approve as without it', async () => {
  const registry = registryOf({ requiresApproval: true })
  const outcome = async (options, call) =>
    anthropicTurn(registry, options)
      .answer([call])
      .then(JSON.stringify, ({ code }) => code)
  const approve = () => assert.fail('was asked')
  for (const call of [null, undefined, 5, 'echo', {}, { name: 5 }, { toolUse: 5 }, proxied({}), revoked({})])
    assert.equal(await outcome({ approve }, call), await outcome({}, call))
})

test('a turn has the definitions of its target, and the number of its revision', () => {
  const registry = registryOf({})
  const turn = anthropicTurn(registry, { strict: 'auto', cache: true })
  assert.deepEqual(turn.tools, registry.definitions('anthropic', {}, { strict: 'auto', cache: true }))
  assert.equal(turn.revision, registry.revision)
  const [first] = openaiTurn(registryOf({}, { name: 'other' }), { deferLoading: { names: ['other'] } }).tools
  assert.equal(first.name, 'echo')
})

/** A promise with what settles it. */
function defer() {
  const deferred = {}
  deferred.promise = new Promise((resolve) => (deferred.resolve = resolve))
  return deferred
}
