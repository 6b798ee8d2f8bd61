// Whole loops of a finder through the SDKs of the providers: a model searches, and the tool is loaded, called, and
// answered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SDKS, text } from './support/sdks.mjs'
import { serve } from './support/server.mjs'
import { registryOf } from './support/tools.mjs'

/** Tools of a help desk: one that is in every request, some to find, and many that nobody looks for. */
function desk(count = 200) {
  const inputSchema = { type: 'object', properties: { subject: { type: 'string' } }, required: ['subject'] }
  const execute = ({ subject }) => ({ opened: subject })
  const named = [
    { name: 'whoami', description: 'Says who is logged in' },
    { name: 'desk/ticket.create', description: 'Creates a support ticket. For customers.', inputSchema, execute },
    { name: 'refund', description: 'Returns money', category: 'hidden' },
  ]
  const others = Array.from({ length: count }, (_, i) => ({ name: `other_${i}`, description: `Measures sensor ${i}` }))
  return registryOf(...named, ...others)
}

const FILTER = { predicate: ({ category }) => category !== 'hidden' }
const SEARCH = { name: 'search_tools', args: { queries: ['create support ticket', 'open a ticket'], limit: 1 } }
const CALL = { name: 'desk_ticket_create', args: { subject: 'No light' } }

const sentOf = (sdk, { body }) => (sdk.sent ?? ((request) => request.tools))(JSON.parse(body))
/** The tools on the wire as texts, one for each tool. */
const itemsOf = (tools) =>
  tools.flatMap((tool) => tool.functionDeclarations ?? [tool]).map((one) => JSON.stringify(one))
const namesOf = (sdk, request) =>
  itemsOf(sentOf(sdk, request)).map((one) => {
    const { name, function: inner, toolSpec } = JSON.parse(one)
    return name ?? inner?.name ?? toolSpec?.name
  })

/** Runs a loop: the model makes each step's calls, which the finder answers. Returns the requests and the answers. */
async function loop(t, { target, sdk = SDKS[target], registry = desk(), options, steps }) {
  const left = [...steps]
  const { url, requests } = await serve(t, () => sdk.reply(left.shift() ?? []), sdk.create)
  let finder = registry.snapshot().finder(target, { filter: FILTER, always: ['whoami'], ...options })
  const turns = [sdk.hello]
  const answers = []
  for (let i = 0; i <= steps.length; i++) {
    const { calls, turn } = await sdk.open(url, finder.definitions())(turns)
    if (!calls?.length) break
    const given = await finder.respond(calls)
    answers.push(given)
    turns.push(...sdk.hand(turn, given))
    finder = finder.next()
  }
  return { requests, answers, finder, sdk }
}

const EMULATED = ['openai-chat', 'gemini', 'gemini-openapi', 'bedrock', 'mistral', 'cohere']
for (const [target, options] of [
  ...EMULATED.map((target) => [target, {}]),
  ['openai', { native: false }],
  ['anthropic', { native: false }],
])
  test(`${target}${options.native === false ? ', emulated' : ''}: a found tool ends the next request`, async (t) => {
    const steps = [[{ id: 'call_1', ...SEARCH }], [{ id: 'call_2', ...CALL }]]
    const { requests, answers, finder, sdk } = await loop(t, { target, options, steps })
    assert.equal(requests.length, 3)
    const [first, second, third] = requests.map((request) => itemsOf(sentOf(sdk, request)))
    assert.deepEqual(namesOf(sdk, requests[0]), ['whoami', 'search_tools'])
    assert.deepEqual(namesOf(sdk, requests[1]), ['whoami', 'search_tools', 'desk_ticket_create'])
    // The bytes of the first request are the prefix of the second.
    assert.deepEqual(second.slice(0, first.length), first)
    const [bytes, more] = [first, second].map((items) => items.join(','))
    assert.ok(more.startsWith(bytes))
    assert.deepEqual(third, second)
    const called = sdk.wire({ id: 'call_2', name: CALL.name }, { value: { opened: 'No light' } })
    assert.deepEqual(JSON.parse(JSON.stringify(sdk.told(JSON.parse(requests[2].body), 1))), [called])
    const found = { name: CALL.name, description: 'Creates a support ticket.', required: ['subject'] }
    assert.ok(text(answers[0]).replaceAll('\\', '').includes(text(found).slice(0, -1)))
    assert.equal(finder.native, false)
  })

test('anthropic: all tools are deferred, and references load the found ones', async (t) => {
  const steps = [[{ id: 'call_1', ...SEARCH }], [{ id: 'call_2', ...CALL }]]
  const { requests, answers, finder, sdk } = await loop(t, { target: 'anthropic', steps })
  assert.equal(finder.native, true)
  const [first, second] = requests.map((request) => sentOf(sdk, request))
  assert.deepEqual(
    first.filter((tool) => !tool.defer_loading).map(({ name }) => name),
    ['whoami', 'search_tools'],
  )
  assert.equal(first.length, 203)
  assert.ok(!first.some(({ name }) => name === 'refund'))
  // Nothing of the tools changes, so that the prompt cache stays.
  assert.deepEqual(second, first)
  const [reference] = answers[0]
  assert.deepEqual(reference, {
    type: 'tool_result',
    tool_use_id: 'call_1',
    content: [{ type: 'tool_reference', tool_name: CALL.name }],
  })
  assert.deepEqual(sdk.told(JSON.parse(requests[1].body)), [reference])
  for (const { tool_name } of reference.content) assert.ok(second.some(({ name }) => name === tool_name))
  assert.deepEqual(answers[1], [sdk.wire({ id: 'call_2' }, { value: { opened: 'No light' } })])
})

/** OpenAI's model where the client executes the tool search: its call is an item of its own. */
const WITH_TOOL_SEARCH = {
  ...SDKS.openai,
  reply(calls) {
    const response = SDKS.openai.reply(calls)
    const output = response.output.map((item) =>
      item.name === 'search_tools' || item.name === 'load_tools'
        ? {
            type: 'tool_search_call',
            id: 'tsc_1',
            call_id: item.call_id,
            execution: 'client',
            status: 'completed',
            arguments: JSON.parse(item.arguments),
          }
        : item,
    )
    return { ...response, output }
  },
  open(url, tools) {
    const ask = SDKS.openai.open(url, tools)
    return async (turns) => {
      const { turn } = await ask(turns)
      return { calls: turn.filter(({ type }) => type === 'function_call' || type === 'tool_search_call'), turn }
    }
  },
}

for (const target of ['openai', 'openai-responses'])
  test(`${target}: the client answers each tool search once, with the definitions of the found tools`, async (t) => {
    const sdk = WITH_TOOL_SEARCH
    const steps = [
      [
        { id: 'call_1', ...SEARCH },
        { id: 'call_2', name: 'search_tools', args: { queries: ['rocket'] } },
      ],
      [{ id: 'call_3', ...CALL }],
    ]
    const { requests, answers, finder } = await loop(t, { target, sdk, steps })
    const [first, second, third] = requests.map((request) => sentOf(sdk, request))
    assert.deepEqual(
      first.map(({ type, name, execution }) => [type, name ?? execution]),
      [
        ['function', 'whoami'],
        ['tool_search', 'client'],
      ],
    )
    assert.deepEqual([second, third], [first, first])
    const outputs = JSON.parse(requests[1].body).input.filter(({ type }) => type === 'tool_search_output')
    assert.deepEqual(outputs, answers[0])
    assert.deepEqual(
      outputs.map(({ call_id, execution, tools }) => [call_id, execution, tools.map(({ name }) => name)]),
      [
        ['call_1', 'client', [CALL.name]],
        ['call_2', 'client', []],
      ],
    )
    const [definition] = outputs[0].tools
    assert.deepEqual([definition.defer_loading, definition.parameters.required], [true, ['subject']])
    assert.deepEqual(answers[1], [sdk.wire({ id: 'call_3' }, { value: { opened: 'No light' } })])
    assert.deepEqual(
      finder.state.loaded.map(({ name }) => name),
      ['desk/ticket.create'],
    )
  })

const LOAD = { name: 'load_tools', args: { names: [CALL.name] } }
for (const target of EMULATED.concat('anthropic'))
  test(`${target}: with load: 'explicit' a model loads what it chooses`, async (t) => {
    const steps = [[{ id: 'call_1', ...SEARCH }], [{ id: 'call_2', ...LOAD }], [{ id: 'call_3', ...CALL }]]
    const { requests, answers, sdk } = await loop(t, { target, options: { load: 'explicit' }, steps })
    const own = ['whoami', 'search_tools', 'load_tools']
    assert.deepEqual(namesOf(sdk, requests[1]).slice(0, 4), namesOf(sdk, requests[0]).slice(0, 4))
    assert.deepEqual(namesOf(sdk, requests[0]).slice(0, 3), own)
    assert.ok(text(answers[0]).includes(CALL.name) && !text(answers[0]).includes('tool_reference'))
    if (target === 'anthropic') assert.ok(text(answers[1]).includes('tool_reference'))
    else assert.deepEqual(namesOf(sdk, requests[2]), [...own, CALL.name])
    assert.ok(text(answers[2]).includes('No light'))
  })

test("openai: with load: 'explicit' the tool search takes names, and search_tools is a function", async (t) => {
  const sdk = {
    ...WITH_TOOL_SEARCH,
    reply: (calls) => (calls[0]?.name === 'search_tools' ? SDKS.openai : WITH_TOOL_SEARCH).reply(calls),
  }
  const steps = [[{ id: 'call_1', ...SEARCH }], [{ id: 'call_2', ...LOAD }], [{ id: 'call_3', ...CALL }]]
  const { requests, answers } = await loop(t, { target: 'openai', sdk, options: { load: 'explicit' }, steps })
  const [, search, toolSearch] = sentOf(sdk, requests[0])
  assert.deepEqual(
    [search.name, toolSearch.type, toolSearch.parameters.required],
    ['search_tools', 'tool_search', ['names']],
  )
  assert.equal(answers[0][0].type, 'function_call_output')
  assert.deepEqual(
    answers[1][0].tools.map(({ name }) => name),
    [CALL.name],
  )
  assert.ok(text(answers[2]).includes('No light'))
})

test('anthropic: a tool that is gone keeps a definition, for the references of the conversation', async (t) => {
  const registry = desk(3)
  let turn = registry.snapshot()
  const { url, requests } = await serve(t, () => SDKS.anthropic.reply([]))
  let finder = turn.finder('anthropic')
  const call = { type: 'tool_use', id: 'call_1', ...SEARCH, input: SEARCH.args }
  const found = await finder.respond(call)
  assert.equal(found.content[0].tool_name, CALL.name)
  registry.unregister('desk/ticket.create')
  turn = registry.snapshot()
  finder = finder.next(turn)
  assert.match(finder.notice, /No longer available: desk_ticket_create\./)
  await SDKS.anthropic.open(url, finder.definitions())([SDKS.anthropic.hello])
  const tools = sentOf(SDKS.anthropic, requests[0])
  const removed = tools.filter(({ name }) => name === CALL.name)
  assert.deepEqual([removed.length, removed[0].defer_loading], [1, true])
  assert.deepEqual(registry.validate(removed[0], 'anthropic'), [])
  // Another process has it from the state, as often as it is written.
  for (let i = 0; i < 2; i++) {
    const state = JSON.parse(JSON.stringify(finder.state))
    assert.deepEqual(state.loaded, [{ name: 'desk/ticket.create', schemaHash: '' }])
    finder = turn.finder('anthropic', { state })
    assert.equal(finder.notice, undefined)
    assert.deepEqual(finder.definitions(), tools)
  }
  const answer = await finder.respond({ type: 'tool_use', id: 'call_2', name: CALL.name, input: CALL.args })
  assert.match(answer.content, /UNKNOWN_TOOL/)
})
