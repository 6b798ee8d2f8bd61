// MCP result: the value in a CallToolResult, or the failure that it reports.

import { ToolError } from '../../border/tool-error'

/** A CallToolResult of MCP. */
interface CallToolResult {
  readonly content: readonly ContentBlock[]
  readonly structuredContent?: unknown
  readonly isError?: unknown
}

interface ContentBlock {
  readonly type: string
  readonly text?: unknown
}

/**
 * The value in a CallToolResult: its structured content, its text where that is all, or else its content. A result with
 * `isError` is thrown: its text was written for the model. Another value is passed on.
 */
export function unwrapResult(value: unknown): unknown {
  if (!isCallToolResult(value)) return value
  const { content, structuredContent, isError } = value
  if (isError === true) throw new ToolError(errorText(content))
  if (structuredContent !== undefined) return structuredContent
  const [only] = content
  return content.length === 1 && typeof only?.text === 'string' && only.type === 'text' ? only.text : content
}

/** Throws a CallToolResult with `isError`; passes on anything else. */
export function unwrapFailure(value: unknown): unknown {
  if (isCallToolResult(value) && value.isError === true) throw new ToolError(errorText(value.content))
  return value
}

function isCallToolResult(value: unknown): value is CallToolResult {
  if (typeof value !== 'object' || value === null) return false
  const { content } = value as { readonly content?: unknown }
  return Array.isArray(content) && content.every(isContentBlock)
}

function isContentBlock(value: unknown): value is ContentBlock {
  return typeof (value as { readonly type?: unknown } | null | undefined)?.type === 'string'
}

function errorText(content: readonly ContentBlock[]): string {
  const texts = content.filter(({ type, text }) => type === 'text' && typeof text === 'string').map(({ text }) => text)
  return texts.join('\n') || 'the tool failed without a message'
}
