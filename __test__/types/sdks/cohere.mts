// What Cohere's SDK takes and what it sends. Compiled, never run.
import { CohereClientV2 } from 'cohere-ai'
import type { Cohere } from 'cohere-ai'
import { ToolRegistry } from 'toolrack'

const client = new CohereClientV2({ token: 'key' })
const registry = new ToolRegistry()

// A turn as a user writes it.
const tools = registry.definitions('cohere', { tags: 'mail' }, { strict: true })
const messages: Cohere.ChatMessages = [{ role: 'user', content: 'Hello' }]
const { message } = await client.chat({ model: 'm', messages, tools, strictTools: true })
messages.push(message)
messages.push(...(await registry.respond('cohere', message.toolCalls ?? [], { strict: true })))
await client.chat({ model: 'm', messages, tools, strictTools: true })

// The same, type by type.
const taken: Cohere.V2ChatRequest['tools'] = registry.definitions('cohere')
const one: Cohere.ToolV2[] = registry.definitions('cohere')
const answer = async (call: Cohere.ToolCallV2): Promise<Cohere.ChatMessageV2> => registry.respond('cohere', call)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error the function stands in a member
const anthropic: Cohere.V2ChatRequest['tools'] = registry.definitions('anthropic')
// @ts-expect-error a call has an id that is a text
registry.respond('cohere', { id: 5 })
void [taken, one, answer, anthropic]
