// What Anthropic's SDK takes and what it sends. Compiled, never run.
import Anthropic from '@anthropic-ai/sdk'
import { ToolRegistry } from 'toolrack'

const client = new Anthropic()
const registry = new ToolRegistry()

// A turn as a user writes it.
const tools = registry.definitions(
  'anthropic',
  { tags: 'mail' },
  { strict: true, cache: true, deferLoading: { tags: 'rare' } },
)
const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'Hello' }]
const { content } = await client.messages.create({ model: 'm', max_tokens: 1, messages, tools })
const calls = content.filter((block) => block.type === 'tool_use')
messages.push({ role: 'assistant', content }, { role: 'user', content: await registry.respond('anthropic', calls) })
await client.messages.create({
  model: 'm',
  max_tokens: 1,
  messages,
  tools: [{ type: 'tool_search_tool_regex_20251119', name: 'tool_search_tool_regex' }, ...tools],
})

// The same, type by type, and in the betas.
const taken: Anthropic.MessageCreateParams['tools'] = tools
const one: Anthropic.Tool[] = tools
const betaTaken: Anthropic.Beta.MessageCreateParams['tools'] = tools
const answer = async (call: Anthropic.ToolUseBlock): Promise<Anthropic.ToolResultBlockParam> =>
  registry.respond('anthropic', call)
const betaAnswers = async (
  calls: Anthropic.Beta.BetaToolUseBlock[],
): Promise<Anthropic.Beta.BetaToolResultBlockParam[]> => registry.respond('anthropic', calls)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error OpenAI's tools have no input_schema
const openai: Anthropic.MessageCreateParams['tools'] = registry.definitions('openai')
// @ts-expect-error a text is no call
registry.respond('anthropic', content[0]!)
void [taken, one, betaTaken, answer, betaAnswers, openai]
