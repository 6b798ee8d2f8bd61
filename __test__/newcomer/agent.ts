// A program of somebody who has toolrack from npm and reads its types alone: no file of the checkout, no @types/node.
import { SpecLoader, ToolRegistry, ToolrackError, type AnthropicCall, type ErrorCode } from 'toolrack'

/** What a model sends back after it has read the definitions. */
const call: AnthropicCall = { type: 'tool_use', id: 'toolu_1', name: 'forecast', input: { city: 'Oslo', days: 2 } }

const api = {
  openapi: '3.1.0',
  info: { title: 'Notes', version: '1.0.0' },
  servers: [{ url: 'https://notes.example' }],
  paths: {
    '/notes/{id}': {
      get: {
        operationId: 'getNote',
        description: 'Reads a note',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      },
    },
  },
}

async function main(): Promise<string[]> {
  const lines: string[] = []
  const registry = new ToolRegistry()
  const handle = registry.register({
    name: 'forecast',
    description: 'The weather forecast of a city',
    parameters: {
      city: { type: 'string', description: 'The city' },
      days: { type: 'integer', required: false, minimum: 1, maximum: 14 },
    },
    // The schema types the arguments: `toUpperCase` and `toFixed` compile without a word about them.
    execute: ({ city, days }) => `${city.toUpperCase()}: sun for ${(days ?? 1).toFixed()} days`,
  })
  lines.push(await handle.execute({ city: 'Rome' }))

  const loader = new SpecLoader(registry, { fetch: (url) => new Response(JSON.stringify({ url })) })
  const { added } = await loader.load(api, { name: 'notes' })
  lines.push(`loaded ${added.join()}`)

  const openai = registry.definitions('openai').map(({ name }) => name)
  const gemini = registry.definitions('gemini').flatMap((tool) => tool.functionDeclarations.map(({ name }) => name))
  lines.push(`openai ${openai.join(' ')}, gemini ${gemini.join(' ')}`)

  const answer = await registry.respond('anthropic', call)
  lines.push(typeof answer.content === 'string' ? answer.content : answer.content.map(({ type }) => type).join())
  const [note] = await registry.respond('openai-chat', [
    { id: 'call_1', type: 'function', function: { name: 'getNote', arguments: '{"id":"a"}' } },
  ])
  lines.push(note?.content ?? 'no answer')

  lines.push(await codeOf(() => registry.execute('forecast', { city: 7 })))
  lines.push(await codeOf(() => registry.execute('forecasts')))
  registry.close()
  return lines
}

async function codeOf(action: () => Promise<unknown>): Promise<ErrorCode | 'none'> {
  try {
    await action()
    return 'none'
  } catch (error) {
    if (error instanceof ToolrackError) return error.code
    throw error
  }
}

void main().then((lines) => console.log(lines.join('\n')))
