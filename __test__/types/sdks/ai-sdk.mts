// What the AI SDK takes and what it sends. Compiled, never run.
import type {
  LanguageModelV3,
  LanguageModelV3CallOptions,
  LanguageModelV3FunctionTool,
  LanguageModelV3ToolCall,
  LanguageModelV3ToolResultPart,
} from '@ai-sdk/provider'
import { dynamicTool, generateText, jsonSchema, stepCountIs, tool } from 'ai'
import type { ModelMessage, ToolCallPart, ToolResultPart, ToolSet } from 'ai'
import { ToolRegistry } from 'toolrack'

const registry = new ToolRegistry()
declare const model: LanguageModelV3

// A turn as a user writes it who answers the calls.
const definitions = registry.definitions('ai-sdk', { tags: 'mail' }, { strict: true })
const tools: ToolSet = Object.fromEntries(
  definitions.map(({ name, inputSchema, ...rest }) => [name, tool({ ...rest, inputSchema: jsonSchema(inputSchema) })]),
)
const messages: ModelMessage[] = [{ role: 'user', content: 'Hello' }]
const { toolCalls, response } = await generateText({ model, messages, tools })
messages.push(...response.messages, {
  role: 'tool',
  content: await registry.respond(
    'ai-sdk',
    toolCalls.filter(({ invalid }) => !invalid),
    { strict: true },
  ),
})

// And as one who leaves that to the SDK.
const acting: ToolSet = Object.fromEntries(
  definitions.map(({ name, inputSchema, ...rest }) => [
    name,
    tool({
      ...rest,
      inputSchema: jsonSchema(inputSchema),
      execute: async (input, { toolCallId }) =>
        (await registry.respond('ai-sdk', { toolCallId, toolName: name, input }, { strict: true })).output,
      toModelOutput: ({ output }) => output,
    }),
  ]),
)
await generateText({ model, messages, tools: acting, stopWhen: stepCountIs(2) })
const dynamic: ToolSet = {
  a: dynamicTool({
    inputSchema: jsonSchema(definitions[0]!.inputSchema),
    execute: (input) => registry.execute('a', input as object),
  }),
}

// Below that: what a provider of the SDK is handed.
const taken: LanguageModelV3CallOptions['tools'] = registry.definitions('ai-sdk')
const one: LanguageModelV3FunctionTool[] = registry.definitions('ai-sdk')
const answer = async (call: LanguageModelV3ToolCall): Promise<LanguageModelV3ToolResultPart> =>
  registry.respond('ai-sdk', call)
const answers = async (calls: ToolCallPart[]): Promise<ToolResultPart[]> => registry.respond('ai-sdk', calls)

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error OpenAI's tools have no inputSchema
const openai: LanguageModelV3CallOptions['tools'] = registry.definitions('openai')
// @ts-expect-error a type of JSON Schema is a word
jsonSchema({ type: 5 })
// @ts-expect-error an output has a type
const bare: ToolResultPart = { type: 'tool-result', toolCallId: '1', toolName: 'a', output: { value: 'words' } }
void [acting, dynamic, taken, one, answer, answers, openai, bare]
