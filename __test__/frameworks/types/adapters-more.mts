// What the adapters of docs/frameworks-more.md hand to frameworks that are installed for the tests alone. Never run.
import { LlmAgent } from '@google/adk'
import type { ToolCallLLM } from '@llamaindex/core/llms'
import { agent as llamaAgent } from '@llamaindex/workflow'
import { Agent as MastraAgent, type AgentConfig } from '@mastra/core/agent'
import { Agent as StrandsAgent, BeforeModelCallEvent } from '@strands-agents/sdk'
import { type Genkit } from 'genkit'
import { ToolRegistry } from 'toolrack'
import { adkToolset, adkTools } from 'toolrack/adk'
import { genkitTools } from 'toolrack/genkit'
import { llamaindexTools } from 'toolrack/llamaindex'
import { mastraTools } from 'toolrack/mastra'
import { strandsTools } from 'toolrack/strands'

const registry = new ToolRegistry<{ context: { userId: number } }>()
const snapshot = registry.snapshot()
const context = { userId: 7 }

// Strands.
const strands = new StrandsAgent({ tools: strandsTools(registry, { context }) })
strands.addHook(BeforeModelCallEvent, () => {
  strands.toolRegistry.clear()
  strands.toolRegistry.add(
    strandsTools(registry, { context: ({ invocationState }) => ({ userId: Number(invocationState.user) }) }),
  )
})

// Mastra.
declare const model: AgentConfig['model']
const mastra = new MastraAgent({ id: 'a', name: 'a', instructions: 'Help', model, tools: mastraTools(snapshot) })
const mastraContext = ({ requestContext }: { requestContext?: { get(key: string): any } }) => ({
  userId: requestContext?.get('user'),
})
await mastra.generate('Hello', { prepareStep: () => ({ tools: mastraTools(registry, { context: mastraContext }) }) })

// ADK.
const toolset = adkToolset(registry, { context: ({ userId }) => ({ userId: Number(userId) }) })
new LlmAgent({ name: 'a', model: 'gemini-3-pro', tools: [toolset, ...adkTools(snapshot)] })

// Genkit.
declare const ai: Genkit
const { text } = await ai.generate({
  prompt: 'Hello',
  tools: genkitTools(registry, { ai, context: (run) => run.context.user }),
})

// LlamaIndex.
declare const llm: ToolCallLLM
await llamaAgent({ llm, tools: llamaindexTools(registry, { context, signal: AbortSignal.timeout(1_000) }) }).run(
  'Hello',
)

// @ts-expect-error Genkit makes the tools
genkitTools(registry)
// @ts-expect-error a context of another type
strandsTools(registry, { context: { userId: 'ann' } })
void text
