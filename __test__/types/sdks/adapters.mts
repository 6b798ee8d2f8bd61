// What adapters hand to the SDKs that are installed here, and what those return. Compiled, never run.
import Anthropic from '@anthropic-ai/sdk'
import { GoogleGenAI, type Content } from '@google/genai'
import { ToolLoopAgent, generateText, streamText } from 'ai'
import type { LanguageModel, ToolSet } from 'ai'
import OpenAI from 'openai'
import { ToolRegistry } from 'toolrack'
import { aiTools, liveAiTools, type ApprovalRequest } from 'toolrack/ai'
import { anthropicTurn, type LoopTurn } from 'toolrack/anthropic'
import { geminiTurn } from 'toolrack/gemini'
import { openaiChatTurn, openaiTurn } from 'toolrack/openai'
import { openaiAgentsTools } from 'toolrack/openai-agents'

const registry = new ToolRegistry<{ context: { userId: number } }>()
declare const model: LanguageModel

// The AI SDK.
const tools: ToolSet = aiTools(registry, { context: { userId: 7 }, filter: { tags: 'mail' }, strict: true })
await generateText({ model, prompt: 'Hello', tools })
const live = liveAiTools(registry, { context: async ({ experimental_context }) => experimental_context })
const { toolResults } = streamText({ model, prompt: 'Hello', ...live })
new ToolLoopAgent({ model, ...live, prepareStep: () => ({ ...live.prepareStep(), temperature: 0 }) })

// Loops with the SDKs of providers.
const openai = new OpenAI()
const turn = openaiTurn(registry, { deferLoading: { tags: 'rare' } })
const response = await openai.responses.create({ model: 'gpt-5', input: 'Hello', tools: turn.tools })
const input: OpenAI.Responses.ResponseInput = await turn.answer(response, {
  onPiece: (piece, { id }) => void [piece, id],
})
const chat = openaiChatTurn(registry)
const completion = await openai.chat.completions.create({ model: 'gpt-5', messages: [], tools: chat.tools })
const messages: OpenAI.ChatCompletionMessageParam[] = await chat.answer(completion)
messages.push(...(await chat.answer(completion.choices[0]!.message)))
messages.push(...(await chat.answer(completion.choices[0]!.message.tool_calls ?? [])))
const claude = anthropicTurn(registry, { cache: true })
const request = { model: 'claude-sonnet-5-5', max_tokens: 9, messages: [], tools: claude.tools }
const content: Anthropic.ContentBlockParam[] = await claude.answer(await new Anthropic().messages.create(request))
const gemini = geminiTurn(registry.snapshot())
const config = { tools: gemini.tools }
const generated = await new GoogleGenAI({}).models.generateContent({ model: 'gemini-3-pro', contents: 'Hi', config })
const parts: Content['parts'] = await gemini.answer(generated)

const approve = async ({ toolName, input }: ApprovalRequest) => toolName === 'refund' && input.amount < 100
const approved: LoopTurn<'anthropic', Anthropic.Message> = anthropicTurn(registry, { approve })

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error the user of this registry is a number
aiTools(registry, { context: { userId: 'ann' } })
// @ts-expect-error a context function returns the context of the registry
openaiAgentsTools(registry, { context: () => ({ userId: 'ann' }) })
// @ts-expect-error only a registry changes
liveAiTools(registry.snapshot())
// @ts-expect-error the Chat API has no prompt cache of its own
openaiChatTurn(registry, { cache: true })
// @ts-expect-error a text is no response
await turn.answer('text')
// @ts-expect-error items of the Responses API are no calls of the Chat API
await chat.answer(response.output)
void [approved, toolResults, input, content, parts]
