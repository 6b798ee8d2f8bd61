// What Mistral's SDK takes and what it sends. Compiled, never run.
import { Mistral } from '@mistralai/mistralai'
import type {
  AssistantMessage,
  ChatCompletionRequest,
  Tool,
  ToolCall,
  ToolMessage,
} from '@mistralai/mistralai/models/components/index.js'
import { ToolRegistry } from 'toolrack'

const client = new Mistral()
const registry = new ToolRegistry()

// A turn as a user writes it.
const tools = registry.definitions('mistral', { tags: 'mail' }, { strict: true })
const messages: ChatCompletionRequest['messages'] = [{ role: 'user', content: 'Hello' }]
const { choices } = await client.chat.complete({ model: 'm', messages, tools })
const message: AssistantMessage = choices[0]!.message!
messages.push(
  { ...message, role: 'assistant' },
  ...(await registry.respond('mistral', message.toolCalls ?? [], { strict: true })),
)
await client.chat.complete({ model: 'm', messages, tools })

// The same, type by type.
const taken: ChatCompletionRequest['tools'] = registry.definitions('mistral')
const one: Tool[] = registry.definitions('mistral')
const answer = async (call: ToolCall): Promise<ToolMessage> => registry.respond('mistral', call)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error the function stands in a member
const openai: ChatCompletionRequest['tools'] = registry.definitions('openai')
// @ts-expect-error a message is no call
registry.respond('mistral', message)
void [taken, one, answer, openai]
