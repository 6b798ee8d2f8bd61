// What OpenAI's SDK takes and what it sends. Compiled, never run.
import OpenAI from 'openai'
import type {
  ChatCompletionCreateParams,
  ChatCompletionMessageFunctionToolCall,
  ChatCompletionMessageParam,
  ChatCompletionToolMessageParam,
} from 'openai/resources/chat/completions'
import type {
  FunctionTool,
  ResponseCreateParams,
  ResponseFunctionToolCall,
  ResponseInputItem,
} from 'openai/resources/responses/responses'
import { ToolRegistry } from 'toolrack'

const client = new OpenAI()
const registry = new ToolRegistry()

// Responses: a turn as a user writes it.
const tools = registry.definitions('openai', { tags: 'mail' }, { strict: true, deferLoading: { tags: 'rare' } })
const input: ResponseInputItem[] = [{ role: 'user', content: 'Hello' }]
const response = await client.responses.create({ model: 'm', input, tools })
const calls = response.output.filter((item) => item.type === 'function_call')
input.push(...calls, ...(await registry.respond('openai', calls)))
await client.responses.create({ model: 'm', input, tools })

// The same, type by type.
const taken: ResponseCreateParams['tools'] = registry.definitions('openai-responses')
const deferred: FunctionTool['defer_loading'] = tools[0]?.defer_loading
const answer = async (call: ResponseFunctionToolCall): Promise<ResponseInputItem.FunctionCallOutput> =>
  registry.respond('openai', call)

// Chat Completions.
const chatTools = registry.definitions('openai-chat', {}, { strict: 'auto' })
const messages: ChatCompletionMessageParam[] = [{ role: 'user', content: 'Hello' }]
const completion = await client.chat.completions.create({ model: 'm', messages, tools: chatTools })
const { message } = completion.choices[0]!
const chatCalls = (message.tool_calls ?? []).filter((call) => call.type === 'function')
messages.push(message, ...(await registry.respond('openai-chat', chatCalls)))
await client.chat.completions.create({ model: 'm', messages, tools: chatTools })

const chatTaken: ChatCompletionCreateParams['tools'] = registry.definitions('openai-chat')
const chatAnswer = async (call: ChatCompletionMessageFunctionToolCall): Promise<ChatCompletionToolMessageParam> =>
  registry.respond('openai-chat', call)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error Chat Completions has the function in a member
const chatInResponses: ResponseCreateParams['tools'] = registry.definitions('openai-chat')
// @ts-expect-error Responses has it bare
const responsesInChat: ChatCompletionCreateParams['tools'] = registry.definitions('openai')
// @ts-expect-error a call of a tool that is no function has no arguments
registry.respond('openai-chat', message.tool_calls![0]!)
// @ts-expect-error nor has a message
registry.respond('openai', response.output[0]!)
void [taken, deferred, answer, chatTaken, chatAnswer, chatInResponses, responsesInChat]
