// Upstream results: the result of `tools/call` → the result of a tool.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { unwrapResult } from '../../modules/shapes/mcp-result'
import { UpstreamFault } from '../client/upstream-connection'

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
