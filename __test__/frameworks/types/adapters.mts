// What adapters hand to frameworks that are installed for the tests alone. Compiled, never run.
import { Agent, run, type RunContext } from '@openai/agents'
import { ToolLoopAgent, generateText, type LanguageModel, type ToolSet } from 'ai'
import { createAgent } from 'langchain'
import { ToolNode } from '@langchain/langgraph/prebuilt'
import { ToolRegistry } from 'toolrack'
import { aiTools, liveAiTools } from 'toolrack/ai'
import { langchainTools, liveLangchainTools } from 'toolrack/langchain'
import { followOpenaiAgentsTools, openaiAgentsTools } from 'toolrack/openai-agents'

const registry = new ToolRegistry<{ context: { userId: number } }>()
declare const model: LanguageModel

// The AI SDK 7.
const tools: ToolSet = aiTools(registry, { context: ({ context }) => ({ userId: context.userId }) })
const { toolResults } = await generateText({ model, prompt: 'Hello', tools })
const live = liveAiTools(registry)
new ToolLoopAgent({ model, ...live })

// LangChain and LangGraph.
createAgent({ model: 'openai:gpt-5', tools: langchainTools(registry, { context: { userId: 7 } }) })
const { middleware, tools: newest } = liveLangchainTools(registry)
createAgent({ model: 'openai:gpt-5', middleware: [middleware] })
new ToolNode(newest())

// OpenAI Agents.
const context = ({ context }: RunContext<{ userId: number }>) => ({ userId: context.userId })
const agent = new Agent<{ userId: number }>({ name: 'a', tools: openaiAgentsTools(registry, { context }) })
followOpenaiAgentsTools(agent, registry)
await run(agent, 'Hello', { context: { userId: 7 } })

// @ts-expect-error LangChain sends one schema to any provider
langchainTools(registry, { strict: true })
void toolResults
