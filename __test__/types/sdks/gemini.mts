// What Google's SDK takes and what it sends. Compiled, never run.
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import type {
  Content,
  FunctionCall,
  FunctionResponse,
  GenerateContentConfig,
  LiveConnectConfig,
  LiveServerMessage,
  Part,
  Tool,
} from '@google/genai'
import { ToolRegistry } from 'toolrack'

const client = new GoogleGenAI({ apiKey: 'key' })
const registry = new ToolRegistry()

// A turn as a user writes it.
const config = {
  tools: registry.definitions('gemini', { tags: 'mail' }),
  toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.VALIDATED } },
}
const contents: Content[] = [{ role: 'user', parts: [{ text: 'Hello' }] }]
const { functionCalls, candidates } = await client.models.generateContent({ model: 'm', contents, config })
contents.push(candidates![0]!.content!, { role: 'user', parts: await registry.respond('gemini', functionCalls ?? []) })
await client.models.generateContent({ model: 'm', contents, config })

// The same, type by type: calls come bare or as parts.
const taken: GenerateContentConfig['tools'] = registry.definitions('gemini')
const one: Tool[] = registry.definitions('gemini')
const answer = async (call: FunctionCall): Promise<Part> => registry.respond('gemini', call)
const answers = async (parts: Part[]): Promise<Part[]> => registry.respond('gemini', parts)

// The Live API.
const live: LiveConnectConfig['tools'] = registry.definitions('gemini-openapi')
const onmessage = ({ toolCall }: LiveServerMessage) => void reply(toolCall?.functionCalls ?? [])
const session = await client.live.connect({
  model: 'm',
  config: { tools: registry.definitions('gemini-openapi') },
  callbacks: { onmessage },
})
const reply = async (calls: FunctionCall[]) => {
  const functionResponses: FunctionResponse[] = (await registry.respond('gemini-openapi', calls)).map(
    ({ functionResponse }) => functionResponse,
  )
  session.sendToolResponse({ functionResponses })
}

// What is none of it is refused, so that the types above mean something.
// @ts-expect-error functions stand in a tool, not bare
const bare: GenerateContentConfig['tools'] = registry.definitions('gemini')[0]!.functionDeclarations
// @ts-expect-error a name is a text
const numbered: Tool = { functionDeclarations: [{ name: 5 }] }
void [taken, one, answer, answers, live, bare, numbered]
