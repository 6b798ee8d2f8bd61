// Tools of agent frameworks: a call by toolrack beside the framework's own call. Both validate, and hand a caller and a
// signal to the tool where the framework has a place. The packages are those of the tests, in __test__/frameworks.
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { rotate } from './lib/rotation.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { load, PARAMS, tool as closureTool } from './lib/toolrack.mjs'

const CALLS = 10_000
const MOST_TIMES = 1.5
/** A closure with the same arguments, by toolrack: what a call of any tool costs. */
const CLOSURE = 'a closure by toolrack'
const NAME = 'weather'
const text = { name: NAME, description: 'The weather forecast of a city' }
const closure = async ({ city }) => city
const caller = Object.freeze({ userId: 7 })
const { signal } = new AbortController()
const packages = createRequire(new URL('../__test__/frameworks/package.json', import.meta.url))

/** A package of the tests. */
const load24 = (name) => import(pathToFileURL(packages.resolve(name)).href)

async function schema() {
  const { z } = await load24('zod')
  return z.object({
    city: z.string().min(1),
    days: z.number().int().min(1).max(14),
    units: z.enum(['metric', 'imperial']),
  })
}

/** What the AI SDK does with a tool call around the closure: the input is validated, and the tool executed. */
async function callAiSdk(tool) {
  const { asSchema } = await load24('ai')
  const { executeTool, safeValidateTypes } = await load24('@ai-sdk/provider-utils')
  return async () => {
    const { success, value, error } = await safeValidateTypes({ value: PARAMS, schema: asSchema(tool.inputSchema) })
    if (!success) throw error
    let output
    for await (const part of executeTool({
      tool,
      input: value,
      options: { toolCallId: 'a', messages: [], abortSignal: signal, context: caller },
    }))
      output = part.output
    return output
  }
}

/** A maker of a tool and its own call, for each framework. */
const FRAMEWORKS = {
  'AI SDK': async () => {
    const { tool } = await load24('ai')
    const { description } = text
    const made = tool({ description, inputSchema: await schema(), execute: closure })
    return { tool: made, call: await callAiSdk(made) }
  },
  LangChain: async () => {
    const { tool } = await load24('@langchain/core/tools')
    const made = tool(closure, { ...text, schema: await schema() })
    return { tool: made, call: () => made.invoke(PARAMS, { configurable: caller, context: caller, signal }) }
  },
  'OpenAI Agents': async () => {
    const { RunContext, tool } = await load24('@openai/agents')
    const made = tool({ ...text, parameters: await schema(), execute: closure })
    // A model's arguments are a text.
    return { tool: made, call: () => made.invoke(new RunContext(caller), JSON.stringify(PARAMS), { signal }) }
  },
  Mastra: async () => {
    const { createTool } = await load24('@mastra/core/tools')
    const { RequestContext } = await load24('@mastra/core/request-context')
    const context = () => ({ requestContext: new RequestContext(Object.entries(caller)), abortSignal: signal })
    const made = createTool({ id: NAME, ...text, inputSchema: await schema(), execute: closure })
    return { tool: made, call: () => made.execute(PARAMS, context()) }
  },
  Strands: async () => {
    const { tool } = await load24('@strands-agents/sdk')
    const made = tool({ ...text, inputSchema: await schema(), callback: closure })
    return { tool: made, call: () => made.invoke(PARAMS) }
  },
  'Google ADK': async () => {
    const { FunctionTool } = await load24('@google/adk')
    const made = new FunctionTool({ ...text, parameters: await schema(), execute: closure })
    return { tool: made, call: () => made.runAsync({ args: PARAMS, toolContext: undefined }) }
  },
  Genkit: async () => {
    const { genkit, z } = await load24('genkit')
    const inputSchema = z.object({ city: z.string().min(1), days: z.number().int(), units: z.enum(['metric']) })
    const made = genkit({}).defineTool({ ...text, inputSchema }, closure)
    return { tool: made, call: () => made(PARAMS, { context: caller, abortSignal: signal }) }
  },
  LlamaIndex: async () => {
    const { tool } = await load24('@llamaindex/core/tools')
    const made = tool({ ...text, parameters: await schema(), execute: closure })
    return { tool: made, call: () => made.call(PARAMS) }
  },
}

const side = (make) => async () => {
  const call = await make()
  const answer = await call()
  if (answer !== PARAMS.city) throw new Error(`answered ${JSON.stringify(answer)}`)
  return async () => ({ cpu: await cpuTime(call) })
}

/** Microseconds of the processor for each call: other work on the machine does not count. */
async function cpuTime(call) {
  const begun = process.cpuUsage()
  for (let i = 0; i < CALLS; i++) await call()
  const { user, system } = process.cpuUsage(begun)
  return (user + system) / CALLS
}

/** The framework's own call, and the call by toolrack, for each framework. */
const callers = Object.fromEntries([
  [
    CLOSURE,
    async () => {
      const { ToolRegistry } = load()
      const registry = new ToolRegistry()
      registry.register(closureTool(0, closure))
      return () => registry.execute('weather_0', PARAMS, { context: caller })
    },
  ],
  ...Object.entries(FRAMEWORKS).flatMap(([framework, make]) => [
    [framework, async () => (await make()).call],
    [
      `${framework} by toolrack`,
      async () => {
        const { ToolRegistry } = load()
        const registry = new ToolRegistry()
        registry.register((await make()).tool, { name: NAME })
        return () => registry.execute(NAME, PARAMS, { context: caller })
      },
    ],
  ]),
])

export const sides = Object.fromEntries(Object.entries(callers).map(([name, make]) => [name, side(make)]))

export async function run() {
  title('Tools of agent frameworks: time of the processor for a call')
  const outcomes = await rotate(fileURLToPath(import.meta.url), Object.keys(sides))
  const plain = outcomes.get(CLOSURE)
  const rows = Object.keys(FRAMEWORKS).flatMap((framework) => {
    const [own, ours] = [outcomes.get(framework), outcomes.get(`${framework} by toolrack`)]
    if ([own, ours, plain].some(({ failed }) => failed !== undefined)) return []
    const [theirs, byToolrack, alone] = [own, ours, plain].map((outcome) => outcome.of('cpu'))
    return [
      { framework, own: theirs, ours: byToolrack, ratio: ours.times(own, 'cpu'), added: byToolrack / (theirs + alone) },
    ]
  })
  table(
    ['', 'its own call, µs', 'by toolrack, µs', 'ratio', 'to both calls'],
    rows.map(({ framework, own, ours, ratio, added }) => [
      framework,
      number(own),
      number(ours),
      times(ratio),
      times(added),
    ]),
  )
  console.log(`  ${CLOSURE}: ${number(plain.of('cpu'))} µs`)
  leftOut([...outcomes.values()])
  // A call by toolrack has costs of its own (validation, deadline, context); the last column sets both calls off.
  for (const { framework, ratio } of rows)
    goal(`a call of a tool of ${framework} ≤ ${MOST_TIMES} × its own call`, times(ratio), ratio <= MOST_TIMES)
}
