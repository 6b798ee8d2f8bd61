// What the AWS SDK takes and what it sends. Compiled, never run.
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import type {
  ContentBlock,
  Message,
  Tool,
  ToolConfiguration,
  ToolResultBlock,
  ToolUseBlock,
} from '@aws-sdk/client-bedrock-runtime'
import { ToolRegistry } from 'toolrack'

const client = new BedrockRuntimeClient({ region: 'eu-north-1' })
const registry = new ToolRegistry()

// A turn as a user writes it.
const toolConfig = { tools: registry.definitions('bedrock', { tags: 'mail' }, { strict: true, cache: true }) }
const messages: Message[] = [{ role: 'user', content: [{ text: 'Hello' }] }]
const { output } = await client.send(new ConverseCommand({ modelId: 'm', messages, toolConfig }))
const message = output!.message!
const calls = message.content!.filter((block) => block.toolUse !== undefined)
messages.push(message, { role: 'user', content: await registry.respond('bedrock', calls) })
await client.send(new ConverseCommand({ modelId: 'm', messages, toolConfig }))

// The same, type by type: calls come bare or as blocks.
const taken: ToolConfiguration['tools'] = registry.definitions('bedrock')
const one: Tool[] = registry.definitions('bedrock')
const answer = async (call: ToolUseBlock): Promise<ToolResultBlock> =>
  (await registry.respond('bedrock', call)).toolResult
const answers = async (blocks: ContentBlock.ToolUseMember[]): Promise<ContentBlock[]> =>
  registry.respond('bedrock', blocks)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error Anthropic's own API has another shape
const anthropic: ToolConfiguration['tools'] = registry.definitions('anthropic')
// @ts-expect-error a text is no call
registry.respond('bedrock', { text: 'Hello' } satisfies ContentBlock)
void [taken, one, answer, answers, anthropic]
