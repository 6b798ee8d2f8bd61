// Upstream results: the result of `tools/call` → the result of a tool.

import type { ToolrackError } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { ResultCheck } from '../../call/interfaces'
import { unwrapResult } from '../../modules/shapes/mcp-result'
import { UpstreamFault } from '../client/upstream-connection'
import type { Events } from '../../observe/events'

/** What a model reads of structured content that has files, links or resources beside it. */
const readings = new WeakMap<object, unknown>()

/**
 * The result of a tool: its structured content where it has an output schema, else as `unwrapResult` reads it. A result
 * with `isError` is thrown with its text for the model. What is no result is a fault of the protocol.
 */
export function resultOf(sent: Members, hasOutputSchema: boolean): unknown {
  const { content = [], structuredContent, isError } = sent
  if (!Array.isArray(content)) throw new UpstreamFault('protocol', 'its result has no list of content')
  const isStructured = structuredContent !== undefined
  const result = unwrapResult({ content, ...(isStructured && { structuredContent }), isError: isError === true })
  if (!hasOutputSchema || !isStructured) return result
  if (isMembers(structuredContent) && result !== structuredContent) readings.set(structuredContent, result)
  return structuredContent
}

/** What a model reads of the result of a tool with an output schema. */
export function structuredOutput(result: unknown): unknown {
  return (typeof result === 'object' && result !== null && readings.get(result)) || result
}

/** How a source checks results by the output schemas of its tools. */
export function outputCheckOf(source: string, rule: 'warn' | 'strict', events: Pick<Events, 'emit'>): ResultCheck {
  const mismatch = (toolName: string, { details }: ToolrackError): void => {
    // The problems of OUTPUT_INVALID are there.
    const problems = details.problems as []
    events.emit('outputMismatch', deepFreeze({ source, toolName, problems }))
  }
  return { guard: undefined, mismatch: rule === 'strict' ? undefined : mismatch }
}
