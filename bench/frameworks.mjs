// Tools of agent frameworks: a call by toolrack beside the framework's own call, validation on. The packages are those of
// the tests, in __test__/frameworks.
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { latency } from './lib/clock.mjs'
import { rotate } from './lib/rotation.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { load, PARAMS } from './lib/toolrack.mjs'

const MS = 250
const MOST_TIMES = 1.5
const NAME = 'weather'
const text = { name: NAME, description: 'The weather forecast of a city' }
const closure = async ({ city }) => city
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

/** What the AI SDK does with a tool call before and around the closure: the input is validated, and the tool executed. */
async function callAiSdk(tool) {
  const { asSchema } = await load24('ai')
  const { executeTool, safeValidateTypes } = await load24('@ai-sdk/provider-utils')
  return async () => {
    const { success, value, error } = await safeValidateTypes({ value: PARAMS, schema: asSchema(tool.inputSchema) })
    if (!success) throw error
    let output
    for await (const part of executeTool({ tool, input: value, options: { toolCallId: 'a', messages: [] } }))
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
    return { tool: made, call: () => made.invoke(PARAMS) }
  },
  'OpenAI Agents': async () => {
    const { RunContext, tool } = await load24('@openai/agents')
    const made = tool({ ...text, parameters: await schema(), execute: closure })
    // A model's arguments are a text.
    return { tool: made, call: () => made.invoke(new RunContext({}), JSON.stringify(PARAMS)) }
  },
  Mastra: async () => {
    const { createTool } = await load24('@mastra/core/tools')
    const made = createTool({ id: NAME, ...text, inputSchema: await schema(), execute: closure })
    return { tool: made, call: () => made.execute(PARAMS, {}) }
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
    return { tool: made, call: () => made(PARAMS) }
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
  return () => latency(call, MS)
}

/** The framework's own call, and the call by toolrack, for each framework. */
export const sides = Object.fromEntries(
  Object.entries(FRAMEWORKS).flatMap(([framework, make]) => [
    [framework, side(async () => (await make()).call)],
    [
      `${framework} by toolrack`,
      side(async () => {
        const { ToolRegistry } = load()
        const registry = new ToolRegistry()
        registry.register((await make()).tool, { name: NAME })
        return () => registry.execute(NAME, PARAMS)
      }),
    ],
  ]),
)

export async function run() {
  title('Tools of agent frameworks: a call, validation on')
  const outcomes = await rotate(fileURLToPath(import.meta.url), Object.keys(sides))
  const rows = Object.keys(FRAMEWORKS).flatMap((framework) => {
    const [own, ours] = [outcomes.get(framework), outcomes.get(`${framework} by toolrack`)]
    if (own.failed !== undefined || ours.failed !== undefined) return []
    return [{ framework, own: own.of('p50'), ours: ours.of('p50'), ratio: ours.times(own, 'p50') }]
  })
  table(
    ['', 'its own call, µs', 'by toolrack, µs', 'ratio'],
    rows.map(({ framework, own, ours, ratio }) => [framework, number(own / 1000), number(ours / 1000), times(ratio)]),
  )
  leftOut([...outcomes.values()])
  for (const { framework, ratio } of rows)
    goal(`a call of a tool of ${framework} ≤ ${MOST_TIMES} × its own`, times(ratio), ratio <= MOST_TIMES)
}
