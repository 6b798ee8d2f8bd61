// Adapters for the AI SDK and OpenAI Agents without their frameworks: what they are given, what follows a registry, and
// calls that no agent makes. __test__/frameworks has the agent loops.
import assert from 'node:assert/strict'
import { readFileSync, readdirSync } from 'node:fs'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { aiTools, liveAiTools } from 'toolrack/ai'
import { anthropicTurn } from 'toolrack/anthropic'
import { geminiTurn } from 'toolrack/gemini'
import { openaiChatTurn, openaiTurn } from 'toolrack/openai'
import { followOpenaiAgentsTools, openaiAgentsTools } from 'toolrack/openai-agents'
import { proxied, revoked } from './support/hostile.mjs'
import { codeOf, loadedAgain, never, refusal, registryOf } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { makeAdapter } = require('../lib/adapters/langchain-tools.js')

/** Stands for LangChain: its tools have a `call`. */
const langchain = makeAdapter({
  tool: (execute, { name }) => ({ name, call: (input, config = {}) => Promise.resolve(execute(input, config)) }),
  ToolMessage: class {
    constructor(fields) {
      Object.assign(this, fields)
    }
  },
})

const ADAPTERS = {
  aiTools,
  liveAiTools,
  anthropicTurn,
  geminiTurn,
  openaiChatTurn,
  openaiTurn,
  openaiAgentsTools,
  followOpenaiAgentsTools: (...given) => followOpenaiAgentsTools({ tools: [] }, ...given),
  langchainTools: langchain.langchainTools,
  liveLangchainTools: langchain.liveLangchainTools,
}
const run = { toolCallId: 'a', messages: [] }
const all = async (stream) => {
  const values = []
  for await (const value of stream) values.push(value)
  return values
}

for (const [name, adapt] of Object.entries(ADAPTERS)) {
  test(`${name} refuses what is no registry, and says what it is`, async () => {
    for (const source of [undefined, null, {}, 'tools', ToolRegistry, revoked({}), new Proxy(new ToolRegistry(), {})]) {
      const error = await refusal(() => adapt(source))
      assert.equal(error.code, 'INVALID_OPTIONS')
      assert.match(error.message, /must be a ToolRegistry or a Snapshot/)
    }
    const { message } = await refusal(() => adapt(new (loadedAgain().ToolRegistry)()))
    assert.match(message, /toolrack as it was loaded before/)
  })

  test(`${name} refuses wrong options before any call`, async () => {
    const registry = registryOf({})
    const wrong = [
      { filters: {} },
      { filter: 5 },
      { context: 5 },
      { context: { user: 1 } },
      { timeoutMs: 0 },
      { timeoutMs: '5' },
      { strict: 'yes' },
      { overLimit: 'cut' },
      { approve: true },
      { versions: 5 },
      revoked({}),
      proxied({}),
      {
        get filter() {
          throw new Error('no')
        },
      },
    ]
    for (const options of wrong) assert.equal(await codeOf(() => adapt(registry, options)), 'INVALID_OPTIONS')
  })

  test(`${name} takes a snapshot as it is, and refuses to change it`, async () => {
    const snapshot = registryOf({}).snapshot()
    adapt(snapshot)
    assert.match((await refusal(() => adapt(snapshot, { filter: {} }))).message, /registry\.snapshot\(\{ filter \}\)/)
    assert.equal(await codeOf(() => adapt(snapshot, { versions: { a: '1' } })), 'INVALID_OPTIONS')
  })

  test(`${name} takes a registry without tools, and refuses a closed one`, async () => {
    const registry = new ToolRegistry()
    adapt(registry)
    registry.close()
    assert.equal(await codeOf(() => adapt(registry)), 'CLOSED')
  })
}

test('import and require give the same functions', async () => {
  for (const name of ['ai', 'anthropic', 'gemini', 'openai', 'openai-agents']) {
    const [required, imported] = [require(`toolrack/${name}`), await import(`toolrack/${name}`)]
    for (const [key, value] of Object.entries(required)) assert.equal(imported[key], value)
  }
})

test('each sub-path has types for every module resolution, and peers that nobody has to install', () => {
  const { exports, typesVersions, peerDependencies, peerDependenciesMeta } = require('toolrack/package.json')
  const { '.': _index, './package.json': _manifest, './schema/config.json': _schema, ...paths } = exports
  const types = Object.entries(paths).map(([path, entry]) => [path.slice(2), [(entry.require ?? entry).types]])
  assert.deepEqual(typesVersions, { '*': Object.fromEntries(types) })
  const optional = Object.keys(peerDependencies).map((name) => [name, { optional: true }])
  assert.deepEqual(peerDependenciesMeta, Object.fromEntries(optional))
})

test('the declarations of an adapter for import and for require are one text', () => {
  const read = (path) => readFileSync(new URL(`../types/adapters/${path}`, import.meta.url), 'utf8')
  const files = readdirSync(new URL('../types/adapters/', import.meta.url)).filter((file) => file.endsWith('.d.mts'))
  assert.ok(files.length > 0)
  for (const file of files) assert.equal(read(file), read(file.replace('.d.mts', '.d.ts')))
})

test('the adapter for LangChain names the package that it lacks', async () => {
  await assert.rejects(import('toolrack/langchain'), /@langchain\/core/)
  assert.throws(() => require('toolrack/langchain'), /@langchain\/core/)
})

/** What the option `context` may be, and the user of a call. */
const CONTEXTS = [
  ['an object', { userId: 'ann' }, 'ann'],
  ['a function', ({ toolCallId }) => ({ userId: toolCallId }), 'a'],
  ['an async function', async () => ({ userId: 'ann' }), 'ann'],
  ['a function that returns nothing', () => undefined, undefined],
  ['nothing', undefined, undefined],
]
for (const [what, context, userId] of CONTEXTS) {
  test(`the caller is that of a context that is ${what}, never that of the model`, async () => {
    const registry = registryOf({ execute: (params, context) => ({ params, userId: context.userId ?? null }) })
    for (const source of [registry, registry.snapshot()]) {
      const { value } = await aiTools(source, { context }).echo.execute({ userId: 'eve' }, run)
      assert.deepEqual(value, { params: {}, userId: userId ?? null })
    }
  })
}

test('a context function that throws, or returns what is no context, fails its call alone', async () => {
  const registry = registryOf({})
  const failing = () => {
    throw new Error('no session')
  }
  await assert.rejects(aiTools(registry, { context: failing }).echo.execute({}, run), /no session/)
  assert.equal(await codeOf(() => aiTools(registry, { context: () => 5 }).echo.execute({}, run)), 'INVALID_OPTIONS')
})

test('a context that is changed later changes no caller', async () => {
  const context = { userId: 'ann' }
  const registry = registryOf({ execute: (_, { userId }) => userId })
  for (const source of [registry, registry.snapshot()]) {
    const { echo } = aiTools(source, { context })
    context.userId = 'eve'
    assert.equal((await echo.execute({}, run)).value, 'ann')
    context.userId = 'ann'
  }
})

/** What the option `approve` may say of a call, and whether the call is made. */
const APPROVALS = [
  ['true', () => true, true],
  ['true later', async () => true, true],
  ['false', () => false, false],
  ['a truthy value', () => 'yes', false],
  ['nothing', () => {}, false],
]
for (const [what, approve, isMade] of APPROVALS) {
  test(`a call that needs approval is ${isMade ? 'made' : 'refused'} where approve answers ${what}`, async () => {
    const registry = registryOf({ name: 'a/b', requiresApproval: true, execute: () => 'made' })
    const { a_b: tool } = aiTools(registry, { approve })
    assert.equal(tool.needsApproval, undefined)
    if (isMade) assert.equal((await tool.execute({}, run)).value, 'made')
    else assert.equal(await codeOf(() => tool.execute({}, run)), 'APPROVAL_REQUIRED')
  })
}

test('the option approve gets a valid call that needs approval, and no other', async () => {
  const asked = []
  const approve = (call, run) => {
    asked.push([call, run])
    throw new Error('nobody there')
  }
  const inputSchema = { type: 'object', properties: { n: { type: 'integer' } } }
  const registry = registryOf(
    { name: 'a/b', inputSchema, requiresApproval: ({ n }) => n > 1, execute: () => 'made' },
    { name: 'open', execute: () => 'made' },
  )
  const { a_b: guarded, open } = aiTools(registry, { approve })
  assert.equal((await open.execute({}, run)).value, 'made')
  assert.equal((await guarded.execute({ n: 1 }, run)).value, 'made')
  assert.equal(await codeOf(() => guarded.execute({ n: 'x' }, run)), 'INVALID_PARAMS')
  assert.deepEqual(asked, [])
  await assert.rejects(async () => guarded.execute({ n: 2 }, run), /nobody there/)
  assert.deepEqual(asked, [[{ toolName: 'a/b', id: 'a', input: { n: 2 }, signal: undefined }, run]])
})

/** Two calls of Claude, of which the second one needs approval. */
const useOf = (name, input) => ({ type: 'tool_use', id: name, name, input })
function guardedTurn(approve, options) {
  const made = []
  const registry = registryOf(
    { name: 'mail', execute: () => made.push('mail') },
    {
      name: 'refund',
      inputSchema: { type: 'object', properties: { amount: { type: 'number' } } },
      requiresApproval: ({ amount }) => amount > 1,
      execute: ({ amount }) => made.push(amount),
    },
  )
  const turn = anthropicTurn(registry, { approve, ...options })
  return { made, answer: (calls, call) => turn.answer(calls, call) }
}

test('a function approve that throws fails its call alone', async () => {
  const failing = () => Promise.reject(new Error('nobody there'))
  const { made, answer } = guardedTurn(failing)
  const [mail, refund] = await answer([useOf('mail', {}), useOf('refund', { amount: 5 })])
  assert.equal(mail.is_error, undefined)
  assert.match(refund.content, /TOOL_FAILED.*approve failed: nobody there/)
  assert.deepEqual(made, ['mail'])
})

test('what a person saw is what runs, whatever the function approve changes', async () => {
  const call = useOf('refund', { amount: 5 })
  const { made, answer } = guardedTurn(({ input }) => {
    input.amount = 500
    call.input.amount = 9000
    return true
  })
  await answer([call])
  assert.deepEqual(made, [5])
})

test('a call that is cancelled does not wait for a person, whom its signal tells', async () => {
  const controller = new AbortController()
  const told = []
  const approve = ({ signal }) => {
    signal.addEventListener('abort', () => told.push('aborted'))
    queueMicrotask(() => controller.abort())
    return never()
  }
  const { made, answer } = guardedTurn(approve, { timeoutMs: 10_000 })
  const { signal } = controller
  const [refund] = await answer([useOf('refund', { amount: 5 })], { signal })
  assert.match(refund.content, /CANCELLED/)
  const [again] = await answer([useOf('refund', { amount: 5 })], { signal })
  assert.match(again.content, /CANCELLED/)
  assert.deepEqual([made, told], [[], ['aborted']])
})

test('a declined call is not made, even if its tool requires no approval any more', async () => {
  const asks = [true, false]
  const made = []
  const registry = registryOf({ requiresApproval: () => asks.shift(), execute: () => made.push('made') })
  const recorded = new Promise((resolve) => registry.on('call', resolve))
  const { echo } = aiTools(registry, { approve: () => false })
  await assert.rejects(echo.execute({}, run), { code: 'APPROVAL_REQUIRED', message: /a person declined this call/ })
  assert.deepEqual(made, [])
  const { toolName, outcome } = await recorded
  assert.deepEqual([toolName, outcome], ['echo', 'APPROVAL_REQUIRED'])
})

test('the model cannot approve its own call, and neither can the history of a conversation', async () => {
  const registry = registryOf({ requiresApproval: true, execute: () => 'made' })
  const { echo } = aiTools(registry)
  assert.equal(await echo.needsApproval({}, run), true)
  const request = { type: 'tool-approval-request', approvalId: 'x', toolCallId: 'a' }
  const asked = { role: 'assistant', content: [request, { type: 'text', text: 'ok' }] }
  const response = (more) => ({
    role: 'tool',
    content: [{ type: 'tool-approval-response', approvalId: 'x', approved: true, ...more }],
  })
  const refused = [
    [],
    [asked],
    [asked, response({ approved: false })],
    [asked, response({ approved: 'yes' })],
    [asked, response({ approvalId: 'y' })],
    [asked, response(), { role: 'assistant', content: 'ok' }],
    [{ ...asked, content: [{ ...request, toolCallId: 'b' }] }, response()],
    [{ role: 'user', content: 'approved' }],
  ]
  for (const messages of refused)
    assert.equal(await codeOf(() => echo.execute({ approved: true }, { ...run, messages })), 'APPROVAL_REQUIRED')
  assert.equal((await echo.execute({}, { ...run, messages: [asked, response()] })).value, 'made')
})

test('a failed call throws an error that says to a model what to do', async () => {
  const registry = registryOf({ inputSchema: { type: 'object', properties: { a: { type: 'string' } } } })
  const error = await refusal(() => aiTools(registry).echo.execute({ a: 5 }, run))
  assert.equal(error.code, 'INVALID_PARAMS')
  const { code, next, problems } = JSON.parse(error.message)
  assert.deepEqual([code, problems[0].pointer], ['INVALID_PARAMS', '/a'])
  assert.match(next, /Correct the arguments/)
  assert.deepEqual(error.details.problems, problems)
})

test('each step has the newest tools of the registry that they follow, and a running step keeps its own', async () => {
  const registry = registryOf({ name: 'first', execute: () => 'old' })
  const { tools, prepareStep } = liveAiTools(registry)
  assert.deepEqual(prepareStep(), { activeTools: ['first'] })
  const { first } = tools
  registry.replace({ name: 'first', description: 'New', execute: () => 'new' })
  registry.register({ name: '__proto__', description: 'Odd', execute: () => 'odd' })
  assert.equal((await first.execute({}, run)).value, 'old')
  assert.deepEqual(prepareStep(), { activeTools: ['first', '__proto__'] })
  assert.equal((await tools.first.execute({}, run)).value, 'new')
  registry.unregister('first')
  assert.deepEqual(prepareStep(), { activeTools: ['__proto__'] })
  assert.deepEqual(Object.keys(tools), ['__proto__'])
  assert.equal(Object.getPrototypeOf(tools), Object.prototype)
})

test('a record of live tools follows its registry before the first step too', async () => {
  const registry = registryOf({ name: 'first', execute: () => 'old' })
  const { tools } = liveAiTools(registry)
  registry.replace({ name: 'first', description: 'New', execute: () => 'new' })
  assert.equal((await tools.first.execute({}, run)).value, 'new')
  registry.unregister('first')
  assert.deepEqual([tools.first, 'first' in tools, Object.keys(tools)], [undefined, false, []])
})

test('a record of live tools keeps the tools of its caller, and a step has them', () => {
  const registry = registryOf({ name: 'first' }, { name: 'mine' })
  const [mine, added] = [{ description: 'mine' }, { description: 'added' }]
  const { tools, prepareStep } = liveAiTools(registry, { tools: { mine } })
  tools.added = added
  registry.register({ name: 'second', description: 'New', execute: () => 1 })
  registry.register({ name: 'added', description: 'New', execute: () => 1 })
  registry.unregister('mine')
  registry.unregister('first')
  assert.deepEqual(prepareStep().activeTools.toSorted(), ['added', 'mine', 'second'])
  assert.deepEqual([tools.mine, tools.added], [mine, added])
})

test('tools of the caller that are no record are refused', async () => {
  for (const tools of [null, 5, 'tools', [], revoked({})])
    assert.equal(await codeOf(() => liveAiTools(registryOf({}), { tools })), 'INVALID_OPTIONS')
})

test('nothing is made again while a registry does not change', () => {
  const registry = registryOf({})
  const { tools, prepareStep } = liveAiTools(registry)
  const { echo } = tools
  prepareStep()
  assert.equal(tools.echo, echo)
})

test('an async generator has preliminary results, of which the last is the result; no other tool has', async () => {
  const registry = registryOf(
    {
      name: 'progress',
      async *execute() {
        yield { done: 1 }
        await new Promise((resolve) => setImmediate(resolve))
        yield { done: 2 }
        return 'over'
      },
    },
    { name: 'hidden', execute: async () => new Blob(['xy']).stream() },
  )
  const { progress, hidden } = aiTools(registry)
  const values = (await all(progress.execute({}, run))).map(({ value }) => value)
  assert.deepEqual([values[0], values.at(-1)], [{ done: 1 }, 'over'])
  assert.ok(hidden.execute({}, run) instanceof Promise)
})

test('pieces that cannot be shown are left out, and do not harm the result', async () => {
  const circular = {}
  circular.self = circular
  const registry = registryOf({
    async *execute() {
      for (const piece of [circular, 5n, new Uint8Array(2), () => {}]) {
        yield piece
        await new Promise((resolve) => setImmediate(resolve))
      }
      return 'over'
    },
  })
  const outputs = await all(aiTools(registry).echo.execute({}, run))
  for (const output of outputs) JSON.stringify(output)
  assert.deepEqual(outputs.at(-1), { type: 'text', value: 'over' })
})

test('a stream that fails throws; one that is left, or whose signal aborts, is cancelled', async () => {
  const aborted = []
  const registry = registryOf(
    {
      name: 'endless',
      async *execute(_, { signal }) {
        signal.addEventListener('abort', () => aborted.push(signal.reason.code))
        yield 'a'
        await never()
      },
    },
    {
      name: 'broken',
      async *execute() {
        yield 'a'
        throw new Error('broken')
      },
    },
  )
  const { endless, broken } = aiTools(registry)
  await assert.rejects(all(broken.execute({}, run)), { code: 'TOOL_FAILED' })
  for await (const { value } of endless.execute({}, run)) {
    assert.equal(value, 'a')
    break
  }
  const controller = new AbortController()
  const stream = endless.execute({}, { ...run, abortSignal: controller.signal })
  await stream.next()
  controller.abort()
  await assert.rejects(stream.next(), { code: 'CANCELLED' })
  await assert.rejects(all(endless.execute({}, { ...run, abortSignal: AbortSignal.abort() })), { code: 'CANCELLED' })
  assert.deepEqual(aborted, ['CANCELLED', 'CANCELLED'])
})

test('a stream that is left while a piece is awaited is cancelled at once', async () => {
  let onAbort
  const aborted = new Promise((resolve) => (onAbort = resolve))
  const registry = registryOf({
    async *execute(_, { signal }) {
      signal.addEventListener('abort', () => onAbort(signal.reason.code))
      yield 'a'
      await never()
    },
  })
  const stream = aiTools(registry).echo.execute({}, run)
  await stream.next()
  const next = stream.next()
  const left = stream.return()
  assert.equal(await aborted, 'CANCELLED')
  await assert.rejects(next, { code: 'CANCELLED' })
  assert.equal((await left).done, true)
})

test('files are parts of the version of the AI SDK that calls', async () => {
  const { echo } = aiTools(registryOf({ execute: () => new File(['%PDF-'], 'a.pdf', { type: 'application/pdf' }) }))
  const part = async (run) => (await echo.execute({}, run)).value[0]
  const data = Buffer.from('%PDF-').toString('base64')
  const rest = { mediaType: 'application/pdf', filename: 'a.pdf' }
  assert.deepEqual(await part({ ...run, experimental_context: undefined }), { type: 'file-data', data, ...rest })
  assert.deepEqual(await part({ ...run, context: undefined }), { type: 'file', data: { type: 'data', data }, ...rest })
})

test('a tool of OpenAI Agents answers with a text, and an error is a text too', async () => {
  const [echo, fail] = openaiAgentsTools(
    registryOf({}, { name: 'fail', execute: () => Promise.reject(new Error('no')) }),
  )
  assert.equal(await echo.invoke({}, '{"a":1}'), '{"a":1}')
  assert.equal(JSON.parse(await fail.invoke({}, '{}')).error.code, 'TOOL_FAILED')
  assert.equal(JSON.parse(await echo.invoke({}, 'junk')).error.code, 'INVALID_PARAMS')
})

test('an agent of OpenAI Agents follows a registry beside its own tools', () => {
  const registry = registryOf({ name: 'first' })
  const agent = { tools: [{ name: 'own' }] }
  followOpenaiAgentsTools(agent, registry)
  const names = () => agent.tools.map(({ name }) => name)
  assert.deepEqual(names(), ['own', 'first'])
  registry.register({ name: 'second', description: 'New', execute: () => 1 })
  assert.deepEqual(names(), ['own', 'first', 'second'])
  agent.tools.push({ name: 'pushed' })
  registry.unregister('first')
  assert.deepEqual(names(), ['own', 'pushed', 'second'])
  const clone = { ...agent }
  registry.unregister('second')
  assert.deepEqual(
    clone.tools.map(({ name }) => name),
    ['own', 'pushed'],
  )
  agent.tools = []
  assert.deepEqual(names(), [])
})
