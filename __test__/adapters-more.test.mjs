// The adapters of Strands, Mastra, ADK, Genkit and LlamaIndex without their frameworks: wrong options, hostile values,
// and calls that no agent makes. __test__/frameworks has the agent loops.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { adkToolset, adkTools } from 'toolrack/adk'
import { genkitTools } from 'toolrack/genkit'
import { llamaindexTools } from 'toolrack/llamaindex'
import { mastraTools } from 'toolrack/mastra'
import { strandsTools } from 'toolrack/strands'
import { codeOf, refusal, registryOf } from './support/tools.mjs'

const require = createRequire(import.meta.url)

/** Stands for an instance of Genkit. */
const ai = {
  dynamicTool: ({ name, description }, execute) =>
    Object.assign(execute, { __action: { name, description, metadata: {} } }),
}

const ADAPTERS = {
  strandsTools,
  mastraTools,
  adkTools,
  adkToolset,
  genkitTools: (source, options = {}) => genkitTools(source, { ai, ...options }),
  llamaindexTools,
}

/** A proxy that throws whatever is done with it. */
function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

for (const [name, toolsOf] of Object.entries(ADAPTERS)) {
  test(`${name}_refuses_what_is_no_registry`, async () => {
    for (const source of [undefined, null, {}, 'tools', revoked(), new Proxy(new ToolRegistry(), {})])
      assert.equal(await codeOf(() => toolsOf(source)), 'INVALID_OPTIONS')
  })

  test(`${name}_refuses_an_option_that_it_does_not_have`, async () => {
    const { message } = await refusal(() => toolsOf(registryOf({}), { filters: {} }))
    assert.match(message, /filters/)
  })

  test(`${name}_refuses_a_filter_of_a_snapshot`, async () => {
    const source = registryOf({}).snapshot()
    assert.equal(await codeOf(() => toolsOf(source, { filter: { tags: 'a' } })), 'INVALID_OPTIONS')
  })

  test(`${name}_takes_a_registry_without_tools`, () => {
    assert.doesNotThrow(() => toolsOf(new ToolRegistry()))
  })
}

test('each_adapter_can_be_required', () => {
  for (const name of ['strands', 'mastra', 'adk', 'genkit', 'llamaindex'])
    assert.equal(typeof Object.values(require(`toolrack/${name}`))[0], 'function')
})

test('genkit_tools_need_the_instance_of_genkit', async () => {
  for (const ai of [undefined, null, {}, revoked()])
    assert.match((await refusal(() => genkitTools(registryOf({}), { ai }))).message, /ai/)
})

test('a_signal_that_is_none_is_refused_before_any_call', async () => {
  for (const signal of ['now', {}, revoked()])
    for (const toolsOf of [ADAPTERS.genkitTools, llamaindexTools])
      assert.equal(await codeOf(() => toolsOf(registryOf({}), { signal })), 'INVALID_OPTIONS')
})

test('a_tool_may_have_the_name_of_a_member_of_every_object', async () => {
  const registry = registryOf(
    { name: '__proto__', execute: () => 'own' },
    { name: 'constructor', execute: () => 'own' },
  )
  const names = ['__proto__', 'constructor']
  assert.deepEqual(Object.keys(mastraTools(registry)), names)
  const llmRequest = { toolsDict: {} }
  for (const tool of adkTools(registry)) await tool.processLlmRequest({ llmRequest })
  assert.deepEqual(Object.keys(llmRequest.toolsDict), names)
  assert.equal(await Object.values(llmRequest.toolsDict)[0].runAsync({ args: {}, toolContext: {} }), 'own')
})

test('an_adk_request_keeps_the_tools_that_it_has', async () => {
  const [tool] = adkTools(registryOf({}))
  const declarations = [{ name: 'other' }]
  const llmRequest = {
    toolsDict: {},
    config: { tools: [{ googleSearch: {} }, { functionDeclarations: declarations }] },
  }
  await tool.processLlmRequest({ llmRequest })
  assert.deepEqual(
    declarations.map(({ name }) => name),
    ['other', 'echo'],
  )
  await assert.rejects(tool.processLlmRequest({ llmRequest }), /echo/)
})

test('a_strands_tool_answers_outside_of_a_conversation', async () => {
  const [tool] = strandsTools(registryOf({ execute: () => ({ a: 1 }) }))
  const run = { toolUse: { toolUseId: 't1', input: {} }, agent: { messages: [] } }
  const { value } = await tool.stream(run).next()
  assert.deepEqual(JSON.parse(JSON.stringify(value)), {
    toolResult: { toolUseId: 't1', status: 'success', content: [{ text: '{"a":1}' }] },
  })
})

test('a_mastra_tool_answers_outside_of_an_agent', async () => {
  const { echo } = mastraTools(registryOf({ execute: () => ({ a: 1 }) }))
  assert.deepEqual(await echo.execute({}), { type: 'json', value: { a: 1 } })
})

test('a_reader_of_pieces_that_fails_does_not_change_the_answer', async () => {
  const registry = registryOf({
    async *execute() {
      yield 'a'
      yield 'b'
    },
  })
  const { echo } = mastraTools(registry)
  for (const write of [() => Promise.reject(new Error('left')), () => assert.fail('left')])
    assert.deepEqual(await echo.execute({}, { writer: { write } }), { type: 'text', value: 'ab' })
})

test('null_in_a_result_is_a_text_for_llamaindex', async () => {
  const [tool] = llamaindexTools(registryOf({ execute: () => ({ a: null, b: [null, 1] }) }))
  assert.deepEqual(await tool.call({}), { a: 'null', b: ['null', 1] })
})

test('a_cancelled_call_ends_the_generation_of_genkit', async () => {
  const signal = AbortSignal.abort()
  const [tool] = ADAPTERS.genkitTools(registryOf({}), { signal })
  await assert.rejects(tool({}, { sendChunk() {} }), { code: 'CANCELLED' })
})

test('files_of_a_result_are_artifacts_of_the_session_with_names_of_their_own', async () => {
  const file = (name) => new File(['x'], name)
  const names = ['user:all.txt', '../up.txt', 'a.txt', 'a.txt']
  const saved = []
  const toolContext = {
    invocationContext: { artifactService: {} },
    saveArtifact: async (name) => saved.push(name),
  }
  const [tool] = adkTools(registryOf({ execute: () => names.map(file) }))
  const { files } = await tool.runAsync({ args: {}, toolContext })
  assert.deepEqual(files, ['user_all.txt', '.._up.txt', 'a.txt', '4 a.txt'])
  assert.deepEqual(saved, files)
})

test('artifacts_never_have_the_name_of_another_file_of_the_result', async () => {
  const names = ['x', 'x', '2 x', 'x', '4 x']
  const saved = []
  const toolContext = { invocationContext: { artifactService: {} }, saveArtifact: async (name) => saved.push(name) }
  const [tool] = adkTools(registryOf({ execute: () => names.map((name) => new File(['x'], name)) }))
  const { files } = await tool.runAsync({ args: {}, toolContext })
  assert.deepEqual(files, ['x', '3 x', '2 x', '5 x', '4 x'])
  assert.deepEqual(saved, files)
})

test('artifacts_never_have_the_name_of_a_file_of_another_call_of_the_session', async () => {
  const [tool] = adkTools(registryOf({ execute: () => new File(['x'], 'chart.png') }))
  const saved = ['chart.png']
  const session = {}
  const contextOf = (listArtifacts) => ({
    invocationContext: { artifactService: {}, session },
    saveArtifact: async (name) => saved.push(name),
    listArtifacts,
  })
  const lists = [async () => [...saved], async () => [...saved], () => Promise.reject(new Error('no list')), undefined]
  const calls = lists.map((list) => tool.runAsync({ args: {}, toolContext: contextOf(list) }))
  const names = (await Promise.all(calls)).flatMap(({ files }) => files)
  assert.equal(new Set(['chart.png', ...names]).size, 5)
  assert.deepEqual(saved, ['chart.png', ...names])
  const { files } = await tool.runAsync({
    args: {},
    toolContext: { ...contextOf(lists[0]), invocationContext: { artifactService: {} } },
  })
  assert.deepEqual(files, ['6 chart.png'])
})

test('files_of_a_result_are_described_where_they_are_not_saved', async () => {
  const [tool] = adkTools(registryOf({ execute: () => new File(['x'], 'a.txt', { type: 'text/plain' }) }))
  const invocationContext = { artifactService: {} }
  const full = () => Promise.reject(new Error('no space'))
  const contexts = [undefined, { invocationContext: {} }, { invocationContext, saveArtifact: full }]
  for (const toolContext of contexts) {
    const { files } = await tool.runAsync({ args: {}, toolContext })
    assert.deepEqual(files, ['[a.txt: text/plain, 1 bytes, which cannot be shown here]'])
  }
})

test('outside_of_an_agent_of_adk_nobody_can_approve', async () => {
  const [tool] = adkTools(registryOf({ requiresApproval: true, execute: () => assert.fail('made') }))
  await assert.rejects(tool.runAsync({ args: {} }), { code: 'APPROVAL_REQUIRED' })
})

test('what_decides_about_approval_is_a_function', async () => {
  for (const approve of [true, 'yes', revoked()])
    assert.equal(await codeOf(() => llamaindexTools(registryOf({}), { approve })), 'INVALID_OPTIONS')
})

test('a_no_in_a_framework_is_final_where_the_option_approve_decides_by_now', async () => {
  const registry = registryOf({ requiresApproval: true, execute: () => assert.fail('made') })
  const interrupts = {}
  const run = (interrupt) => ({
    toolUse: { toolUseId: 'a', name: 'echo', input: {} },
    agent: { messages: [], _interruptState: { interrupts } },
    interrupt,
  })
  const interrupted = (question) => {
    interrupts.i = question
    throw new Error('interrupted')
  }
  await assert.rejects(strandsTools(registry)[0].stream(run(interrupted)).next(), /interrupted/)
  const [tool] = strandsTools(registry, { approve: () => true })
  const { value } = await tool.stream(run(() => false)).next()
  assert.match(JSON.stringify(value.content), /a person declined this call/)
})

/** What tools get of the agent in the loop of Mastra. */
const MASTRA_LOOP = { toolCallId: 'a', outputWriter: async () => {} }

test('mastra_executes_without_approval_only_what_nobody_had_to_be_asked_about', async () => {
  let isAsked = false
  const { echo } = mastraTools(registryOf({ requiresApproval: () => isAsked, execute: (_, { approved }) => approved }))
  const agent = MASTRA_LOOP
  assert.equal(await echo.needsApprovalFn({ a: 1 }), false)
  assert.deepEqual(await echo.execute({ a: 1 }, { agent }), { type: 'json', value: false })
  isAsked = true
  // Since the agent was told not to ask, nobody has approved.
  await assert.rejects(echo.execute({ a: 1 }, { agent }), { code: 'APPROVAL_REQUIRED' })
  assert.equal(await echo.needsApprovalFn({ a: 1 }), true)
  await assert.rejects(echo.execute({ a: 1 }), { code: 'APPROVAL_REQUIRED' })
  await assert.rejects(echo.execute({ a: 2 }, { agent }), { code: 'APPROVAL_REQUIRED' })
  assert.deepEqual(await echo.execute({ a: 1 }, { agent }), { type: 'json', value: true })
  // One question, one call.
  await assert.rejects(echo.execute({ a: 1 }, { agent }), { code: 'APPROVAL_REQUIRED' })
})

test('mastra_takes_no_question_for_an_approval_where_its_agent_asks_nobody', async () => {
  const { echo } = mastraTools(registryOf({ requiresApproval: true, execute: () => 'made' }))
  const asked = { a: 1 }
  assert.equal(await echo.needsApprovalFn(asked), true)
  // As the legacy methods call a tool.
  await assert.rejects(echo.execute({ a: 1 }, { agent: { toolCallId: 'a' } }), { code: 'APPROVAL_REQUIRED' })
  // As a network of agents does.
  assert.deepEqual(await echo.execute(asked, { agent: { toolCallId: 'a' } }), { type: 'text', value: 'made' })
})

test('mastra_takes_no_question_for_the_approval_of_another_caller', async () => {
  let isOpen = true
  let contexts = 0
  const made = []
  const registry = registryOf({ requiresApproval: () => !isOpen, execute: (_, { userId }) => made.push(userId) })
  const context = ({ requestContext }) => ({ ...requestContext.get('caller'), auditingId: `${contexts++}` })
  const { echo } = mastraTools(registry, { context })
  const ask = (caller) => echo.needsApprovalFn({ a: 1 }, { requestContext: { caller } })
  const run = (caller) => echo.execute({ a: 1 }, { agent: MASTRA_LOOP, requestContext: new Map([['caller', caller]]) })
  const [bob, ada] = [{ userId: 'bob' }, { userId: 'ada' }]
  const other = { userId: 'ada', metadata: { tenant: 'b' } }
  assert.equal(await ask(bob), false)
  isOpen = false
  assert.equal(await ask(ada), true)
  for (const caller of [bob, other]) await assert.rejects(run(caller), { code: 'APPROVAL_REQUIRED' })
  isOpen = true
  assert.equal(await ask(bob), false)
  isOpen = false
  await run(ada)
  assert.deepEqual(made, ['ada'])
  assert.equal(contexts, 6, 'the function of the option runs once for each')
})

test('mastra_knows_callers_by_ids_of_any_kind', async () => {
  const circle = {}
  circle.self = circle
  for (const userId of [7, 7n, null, undefined, { id: 7 }, circle, Symbol('ada')]) {
    const registry = registryOf({ requiresApproval: true, execute: () => 'made' })
    const { echo } = mastraTools(registry, { context: () => ({ userId }) })
    assert.equal(await echo.needsApprovalFn({ a: 1 }), true)
    assert.deepEqual(await echo.execute({ a: 1 }, { agent: MASTRA_LOOP }), { type: 'text', value: 'made' })
  }
})

/** Pieces for a reader that never takes one. */
const STUCK = { write: () => new Promise(() => {}) }

test('a_stuck_reader_of_mastra_holds_no_call_beyond_its_deadline_or_signal', async () => {
  async function* execute() {
    yield 'a'
  }
  const { echo } = mastraTools(registryOf({ execute }), { timeoutMs: 20 })
  assert.deepEqual(await echo.execute({}, { writer: STUCK }), { type: 'text', value: 'a' })
  const aborted = new AbortController()
  const write = () => (setImmediate(() => aborted.abort()), STUCK.write())
  const { echo: open } = mastraTools(registryOf({ execute }))
  await Promise.allSettled([open.execute({}, { writer: { write }, abortSignal: aborted.signal })])
})

test('a_stuck_reader_of_mastra_holds_a_call_without_a_deadline_for_a_minute_at_most', async (t) => {
  async function* execute() {
    yield 'a'
  }
  const { echo } = mastraTools(registryOf({ execute }))
  t.mock.timers.enable({ apis: ['setTimeout'] })
  let output
  const call = echo.execute({}, { writer: STUCK }).then((answer) => (output = answer))
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  t.mock.timers.tick(59_000)
  for (let i = 0; i < 50; i++) await new Promise(setImmediate)
  assert.equal(output, undefined, 'a reader that pauses loses no piece')
  t.mock.timers.tick(1_000)
  await call
  assert.deepEqual(output, { type: 'text', value: 'a' })
})

test('a_stuck_reader_of_mastra_does_not_hold_a_failure', async () => {
  async function* execute() {
    yield 'a'
    throw new Error('broken')
  }
  const { echo } = mastraTools(registryOf({ execute }))
  await assert.rejects(echo.execute({}, { writer: STUCK }), { code: 'TOOL_FAILED' })
})

test('a_tool_that_requires_no_approval_asks_nobody', () => {
  assert.equal(mastraTools(registryOf({})).echo.needsApprovalFn, undefined)
})

test('a_call_of_llamaindex_without_a_person_to_ask_is_not_made', async () => {
  const tool = { requiresApproval: true, execute: () => assert.fail('made') }
  for (const approve of [undefined, () => 'yes', () => ({ then: (done) => done(1) })]) {
    const [{ call }] = llamaindexTools(registryOf(tool), { approve })
    await assert.rejects(call({}), { code: 'APPROVAL_REQUIRED' })
  }
})

test('arguments_of_a_model_approve_nothing', async () => {
  const [tool] = adkTools(registryOf({ requiresApproval: true, execute: () => assert.fail('made') }))
  const requests = []
  const toolContext = { actions: {}, requestConfirmation: (question) => requests.push(question) }
  const { error } = await tool.runAsync({ args: { approved: true, confirmed: true }, toolContext })
  assert.match(error, /waits for the approval/)
  assert.equal(requests.length, 1)
  assert.equal(toolContext.actions.skipSummarization, true)
})

test('a_decision_of_adk_is_final_when_the_predicate_changes_its_mind', async () => {
  let isAsked = true
  const made = []
  const tool = { requiresApproval: () => isAsked, execute: (_, { approved }) => made.push(approved) }
  const [echo] = adkTools(registryOf(tool))
  const runWith = (toolConfirmation) =>
    echo.runAsync({ args: {}, toolContext: { actions: {}, requestConfirmation() {}, toolConfirmation } })
  await runWith(undefined)
  isAsked = false
  await assert.rejects(runWith({ confirmed: false }), { code: 'APPROVAL_REQUIRED' })
  await assert.rejects(runWith({ confirmed: 'yes' }), { code: 'APPROVAL_REQUIRED' })
  assert.deepEqual(made, [])
  await runWith({ confirmed: true })
  assert.deepEqual(made, [true])
})

test('a_toolset_of_adk_makes_its_tools_once_for_each_revision', async () => {
  const registry = registryOf({})
  const toolset = adkToolset(registry)
  const [first] = await toolset.getTools()
  assert.equal((await toolset.getTools())[0], first)
  registry.register({ name: 'later', description: 'New', execute: () => 1 })
  assert.deepEqual(
    (await toolset.getTools()).map(({ name }) => name),
    ['echo', 'later'],
  )
})
