// What the adapters for agent frameworks cost: what one adds to a call beside `respond`, and how long it takes over
// 1,000 tools. The frameworks themselves do not run here; LangChain's tools are of its own class, and so is their call.
import { existsSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { latency, once } from './lib/clock.mjs'
import { median } from './lib/stats.mjs'
import { goal, number, table, title } from './lib/table.mjs'
import { PARAMS, registryOf } from './lib/toolrack.mjs'

const folder = process.env.TOOLRACK_BUILD ?? fileURLToPath(new URL('../', import.meta.url))
const measured = createRequire(`${folder}/package.json`)
const adapter = (name) => measured(`./lib/adapters/${name}.js`)

const MOST_ADDED_NS = 2_000
const MOST_MS = 20
const ROUNDS = 7
const NAME = 'weather_0'
const TEXT = JSON.stringify(PARAMS)
/** Stands for an instance of Genkit. */
const ai = { dynamicTool: (_, execute) => Object.assign(execute, { __action: { metadata: {} } }) }

/** An adapter: its tools, a call of one of them, and the same call by `respond`. */
const ADAPTERS = {
  ai: {
    tools: (source) => adapter('ai').aiTools(source),
    call: (tools) => () => tools[NAME].execute(PARAMS, { toolCallId: 'a', messages: [] }),
    target: 'ai-sdk',
    sent: { toolCallId: 'a', toolName: NAME, input: PARAMS },
  },
  'openai-agents': {
    tools: (source) => adapter('openai-agents').openaiAgentsTools(source, { overLimit: 'send' }),
    call:
      ([tool]) =>
      () =>
        tool.invoke({}, TEXT, { toolCall: { callId: 'a' } }),
    target: 'openai',
    sent: { call_id: 'a', name: NAME, arguments: TEXT },
  },
  mastra: {
    tools: (source) => adapter('mastra').mastraTools(source),
    call: (tools) => () => tools[NAME].execute(PARAMS, { agent: { toolCallId: 'a' } }),
    target: 'ai-sdk',
    sent: { toolCallId: 'a', toolName: NAME, input: PARAMS },
  },
  adk: {
    tools: (source) => adapter('adk').adkTools(source, { overLimit: 'send' }),
    call:
      ([tool]) =>
      () =>
        tool.runAsync({ args: PARAMS, toolContext: { functionCallId: 'a' } }),
    target: 'gemini',
    sent: { id: 'a', name: NAME, args: PARAMS },
  },
  strands: {
    tools: (source) => adapter('strands').strandsTools(source),
    call:
      ([tool]) =>
      async () => {
        const stream = tool.stream({ toolUse: { toolUseId: 'a', input: PARAMS }, agent: { messages: [] } })
        for (;;) if ((await stream.next()).done) return
      },
    target: 'bedrock',
    sent: { toolUse: { toolUseId: 'a', name: NAME, input: PARAMS } },
  },
  genkit: {
    tools: (source) => adapter('genkit').genkitTools(source, { ai }),
    call:
      ([tool]) =>
      () =>
        tool(PARAMS, {}),
    target: 'plain',
    sent: { name: NAME, arguments: PARAMS },
  },
  llamaindex: {
    tools: (source) => adapter('llamaindex').llamaindexTools(source),
    call:
      ([tool]) =>
      () =>
        tool.call(PARAMS),
    target: 'plain',
    sent: { name: NAME, arguments: PARAMS },
  },
  anthropic: {
    tools: (source) => adapter('anthropic').anthropicTurn(source),
    call: (turn) => () => turn.answer([{ id: 'a', name: NAME, input: PARAMS }]),
    target: 'anthropic',
    sent: [{ id: 'a', name: NAME, input: PARAMS }],
  },
}

/** LangChain's tools, made with its own class. */
async function langchain() {
  const [{ tool }, { ToolMessage }] = await Promise.all([
    import('@langchain/core/tools'),
    import('@langchain/core/messages'),
  ])
  return adapter('langchain-tools').makeAdapter({ tool, ToolMessage }).langchainTools
}

/** Nanoseconds that an adapter adds to a call, and those of the call itself; both in turn. */
async function addedBy({ tools, call, target, sent }) {
  const snapshot = registryOf(10).snapshot()
  const byAdapter = call(tools(snapshot))
  const direct = () => snapshot.respond(target, sent)
  const rounds = []
  for (let round = 0; round <= ROUNDS; round++) {
    const [own, plain] = [await latency(byAdapter, 150), await latency(direct, 150)]
    // The first round warms up.
    if (round > 0) rounds.push({ own: own.p50, plain: plain.p50, added: own.p50 - plain.p50 })
  }
  return Object.fromEntries(['own', 'plain', 'added'].map((key) => [key, median(rounds.map((one) => one[key]))]))
}

/** Milliseconds of an adapter over 1,000 tools: on a new revision, and again on the same one. */
async function overMany({ tools }) {
  const rounds = []
  for (let round = 0; round < ROUNDS; round++) {
    const registry = registryOf(1_000)
    rounds.push({ first: await once(() => tools(registry)), again: await once(() => tools(registry)) })
  }
  return { first: median(rounds.map(({ first }) => first)), again: median(rounds.map(({ again }) => again)) }
}

export async function run() {
  // A build from before the adapters has nothing to measure.
  if (!existsSync(`${folder}/lib/adapters`)) return
  ADAPTERS.langchain = { tools: await langchain() }
  title('Adapters: what they add to a call (µs), and over 1,000 tools (ms)')
  const found = []
  for (const [name, one] of Object.entries(ADAPTERS))
    found.push({ name, ...(one.call && (await addedBy(one))), ...(await overMany(one)) })
  const micro = (value) => number(value / 1_000)
  table(
    ['adapter', 'respond', 'by adapter', 'added', '1,000 tools', 'again'],
    found.map(({ name, plain, own, added, first, again }) => [
      name,
      micro(plain),
      micro(own),
      micro(added),
      number(first),
      number(again),
    ]),
  )
  const added = Math.max(...found.map((one) => one.added ?? 0))
  goal('an adapter adds at most 2 µs to a call', number(added / 1_000, 'µs'), added <= MOST_ADDED_NS)
  const most = Math.max(...found.map(({ first }) => first))
  goal('an adapter over 1,000 tools takes at most 20 ms', number(most, 'ms'), most <= MOST_MS)
}
