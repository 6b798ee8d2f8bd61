// Call of a model: a tool call in the format of each target.

import { checkOptions, invalidOption, oneOf, readOption, toName } from '../border/options'
import { isPlainObject } from '../border/realm'
import type { Target, TargetCalls } from '../../index'
import { plainCopy } from './plain-copy'

/** A tool call, in no format. */
export interface WireCall {
  readonly id: string
  readonly name: string
  readonly args: object
}

const responsesCall = ({ id, name, args }: WireCall) => ({
  type: 'function_call' as const,
  call_id: id,
  name,
  arguments: JSON.stringify(args),
})
const chatCall = ({ id, name, args }: WireCall) => ({
  id,
  type: 'function' as const,
  function: { name, arguments: JSON.stringify(args) },
})
const geminiCall = ({ id, name, args }: WireCall) => ({ id, name, args: args as Record<string, unknown> })

type CallWriters = { readonly [T in Target]: (call: WireCall) => TargetCalls[T] }

/** How each target writes a call. */
export const CALLS: CallWriters = Object.freeze({
  openai: responsesCall,
  'openai-responses': responsesCall,
  'openai-chat': chatCall,
  anthropic: ({ id, name, args }) => ({ type: 'tool_use', id, name, input: args }),
  gemini: geminiCall,
  'gemini-openapi': geminiCall,
  bedrock: ({ id, name, args }) => ({ toolUse: { toolUseId: id, name, input: args } }),
  mcp: ({ name, args }) => ({ method: 'tools/call', params: { name, arguments: args as Record<string, unknown> } }),
  'ai-sdk': ({ id, name, args }) => ({ type: 'tool-call', toolCallId: id, toolName: name, input: args }),
  mistral: chatCall,
  cohere: chatCall,
  plain: ({ id, name, args }) => ({ id, name, arguments: args }),
} satisfies CallWriters)

/** Checks the name of a target. */
export function toTarget(value: unknown, known: readonly Target[] = Object.keys(CALLS) as Target[]): Target {
  if (value === undefined) throw invalidOption('target', 'is missing')
  oneOf('target', value, known)
  return value
}

/** Checks the arguments of a call: a plain object, which a model writes as JSON. The copy is the caller's own. */
export function toArguments(value: unknown = {}): object {
  return readOption('args', () => {
    if (value === null || typeof value !== 'object' || !isPlainObject(value))
      throw invalidOption('args', 'must be a plain object with the arguments by name')
    return plainCopy(value)
  })
}

/** Makes a tool call in the format of a target. */
export function callOf(target: unknown, name: unknown, args?: unknown, options?: unknown): unknown {
  const { id = 'call_1' } = checkOptions(options, ['id'])
  const write = CALLS[toTarget(target)]
  return write({ id: toName('id', id), name: toName('name', name), args: toArguments(args) })
}
