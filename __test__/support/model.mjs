// A model's call in the words of each target, and the error that it reads.
import assert from 'node:assert/strict'

const chat = (name, args) => ({ id: '1', type: 'function', function: { name, arguments: JSON.stringify(args) } })
const openai = (name, args) => ({ type: 'function_call', call_id: '1', name, arguments: JSON.stringify(args) })
const gemini = (name, args) => ({ id: '1', name, args })

/** A call of a tool, by target. */
export const calls = {
  openai,
  'openai-responses': openai,
  'openai-chat': chat,
  anthropic: (name, input) => ({ type: 'tool_use', id: '1', name, input }),
  gemini,
  'gemini-openapi': gemini,
  bedrock: (name, input) => ({ toolUse: { toolUseId: '1', name, input } }),
  mcp: (name, args) => ({ method: 'tools/call', params: { name, arguments: args } }),
  'ai-sdk': (toolName, input) => ({ type: 'tool-call', toolCallId: '1', toolName, input }),
  mistral: chat,
  cohere: chat,
  plain: (name, args) => ({ id: '1', name, arguments: args }),
}

/** The error that a model reads of a call. */
export async function refusedBy(registry, target, args = {}, options = {}, name = 'echo') {
  const answer = await registry.respond(target, calls[target](name, args), options)
  return errorIn(answer) ?? assert.fail(`no error in ${JSON.stringify(answer)}`)
}

/** The first error in a value, or in the JSON texts of it. */
function errorIn(value) {
  if (typeof value === 'string' && value.startsWith('{')) return errorIn(JSON.parse(value))
  if (value === null || typeof value !== 'object') return undefined
  if (typeof value.error?.code === 'string') return value.error
  for (const held of Object.values(value)) {
    const found = errorIn(held)
    if (found !== undefined) return found
  }
  return undefined
}
