// What each SDK takes of a finder, and what it sends to one. Compiled, never run.
import Anthropic from '@anthropic-ai/sdk'
import type { ToolConfiguration, ToolResultBlock } from '@aws-sdk/client-bedrock-runtime'
import type { FunctionCall, GenerateContentConfig, Part } from '@google/genai'
import type { LanguageModelV3 } from '@ai-sdk/provider'
import { Mistral } from '@mistralai/mistralai'
import { generateText, stepCountIs } from 'ai'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'
import type { ChatCompletionMessageParam } from 'openai/resources/chat/completions'
import type { ResponseInputItem } from 'openai/resources/responses/responses'
import { ToolRegistry } from 'toolrack'
import type { Finder, FinderState } from 'toolrack'
import { finderTools } from 'toolrack/ai'

const registry = new ToolRegistry()
const turn = registry.snapshot()

// OpenAI Responses: the calls of the tool search and those of functions.
const openai = new OpenAI()
let responses = turn.finder('openai', { filter: { tags: 'desk' }, always: ['whoami'], limit: 3 })
const input: ResponseInputItem[] = [{ role: 'user', content: 'Hello' }]
const response = await openai.responses.create({ model: 'm', input, tools: responses.definitions() })
for (const item of response.output)
  if (item.type === 'function_call' || item.type === 'tool_search_call') input.push(item, await responses.respond(item))
responses = responses.next()

// Chat Completions.
let chat: Finder<'openai-chat'> = turn.finder('openai-chat', { budget: { tools: 30 }, load: 'explicit' })
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }]
const { choices } = await openai.chat.completions.create({ model: 'm', messages, tools: chat.definitions() })
const { message } = choices[0]!
const chatCalls = (message.tool_calls ?? []).filter((call) => call.type === 'function')
messages.push(message, ...(await chat.respond(chatCalls, { context: { userId: 'ada' } })))
chat = chat.next(registry.snapshot())

// Anthropic: results with references.
const claude = new Anthropic()
const anthropic = turn.finder('anthropic')
const said: Anthropic.MessageParam[] = [{ role: 'user', content: 'Hello' }]
const tools = anthropic.definitions()
const { content } = await claude.messages.create({ model: 'm', max_tokens: 1, messages: said, tools })
const calls = content.filter((block) => block.type === 'tool_use')
said.push({ role: 'assistant', content }, { role: 'user', content: await anthropic.respond(calls) })

// Gemini, Bedrock, Mistral, Cohere.
const gemini: GenerateContentConfig['tools'] = turn.finder('gemini').definitions()
const geminiOpenApi: GenerateContentConfig['tools'] = turn.finder('gemini-openapi').definitions()
const geminiAnswers = async (sent: FunctionCall[]): Promise<Part[]> => turn.finder('gemini').respond(sent)
const bedrock: ToolConfiguration['tools'] = turn.finder('bedrock').definitions()
const bedrockAnswer = async (sent: { toolUse: { toolUseId: string; name: string; input: null } }) =>
  (await turn.finder('bedrock').respond(sent)).toolResult satisfies ToolResultBlock
const mistral = new Mistral()
await mistral.chat.complete({ model: 'm', messages: [], tools: turn.finder('mistral').definitions() })
const cohere = new CohereClientV2({ token: 'key' })
await cohere.chat({ model: 'm', messages: [], tools: turn.finder('cohere').definitions() })

// The AI SDK.
declare const model: LanguageModelV3
const { tools: aiTools, prepareStep, finder } = finderTools(turn.finder('ai-sdk'), { context: { userId: 'ada' } })
await generateText({ model, prompt: 'Hello', tools: aiTools, prepareStep, stopWhen: stepCountIs(9) })

// A state goes through JSON.
const state = JSON.parse(JSON.stringify(finder.state)) as FinderState
turn.finder('plain', { state, names: { search: 'find' }, native: false })

// What is none of it is refused.
// @ts-expect-error an MCP server has its own way
turn.finder('mcp')
// @ts-expect-error an option that there is not
turn.finder('plain', { limits: 5 })
// @ts-expect-error a finder of another target
finderTools(turn.finder('plain'))
// @ts-expect-error Chat Completions has no tool search
chat.respond({ type: 'tool_search_call', call_id: 'a', arguments: {} })
// @ts-expect-error a state is read-only
finder.state.revision = 2
void [gemini, geminiOpenApi, geminiAnswers, bedrock, bedrockAnswer]
