// MCP result: the value in a CallToolResult, or the failure that it reports.

import { ToolError } from '../../border/tool-error'
import { fileOf, hasOnly, isRecord, valueOfBlocks } from './frameworks/content-blocks'

/** Members of a CallToolResult: an object with others holds data of its own. */
const MEMBERS: readonly string[] = Object.freeze(['content', 'structuredContent', 'isError', '_meta'])
/** Members of content blocks by type, beside those of all. */
const BLOCKS = new Map<unknown, readonly string[]>([
  ['text', ['text']],
  ['image', ['data', 'mimeType']],
  ['audio', ['data', 'mimeType']],
  ['resource', ['resource']],
  ['resource_link', ['uri', 'name', 'title', 'description', 'mimeType', 'size', 'icons']],
])
const SHARED: readonly string[] = Object.freeze(['type', 'annotations', '_meta'])

/**
 * The value in a CallToolResult: its structured content, its text where it is text alone, its only file, or else a list;
 * links and texts of resources stay. Structured content with files, links or resources beside it is the first of a list;
 * its texts say the same for older clients. A result with `isError` is thrown: its text was written for the model. Another
 * value is passed on.
 */
export function unwrapResult(value: unknown): unknown {
  if (!isRecord(value)) return value
  const { content, structuredContent, isError } = value
  if (!Array.isArray(content)) return value
  // A failure stays one in a version of MCP with other blocks.
  if (isError === true && content.every((block) => isRecord(block) && typeof block.type === 'string'))
    throw new ToolError(errorText(content))
  if (!hasOnly(value, MEMBERS) || !content.every(isContentBlock)) return value
  if (isRecord(structuredContent)) {
    const others = content.filter(({ type }) => type !== 'text')
    return others.length === 0 ? structuredContent : [structuredContent, ...others.map((one) => readBlock(one).value)]
  }
  const read = valueOfBlocks(content, readBlock)
  return read === undefined ? content : read.value
}

/** Throws a CallToolResult with `isError`; passes on anything else. */
export function unwrapFailure(value: unknown): unknown {
  if (!isRecord(value) || value.isError !== true) return value
  const { content } = value
  if (Array.isArray(content) && content.every(isContentBlock)) throw new ToolError(errorText(content))
  return value
}

/** Whether a value is a content block of MCP. */
function isContentBlock(block: unknown): block is Record<string, unknown> {
  if (!isRecord(block)) return false
  const { type, text, data, mimeType, resource, uri } = block
  const members = BLOCKS.get(type)
  if (members === undefined || !hasOnly(block, [...SHARED, ...members])) return false
  if (type === 'text') return typeof text === 'string'
  if (type === 'resource') return isRecord(resource) && typeof resource.uri === 'string'
  return type === 'resource_link' ? typeof uri === 'string' : typeof data === 'string' && typeof mimeType === 'string'
}

/** Reads a block. A link and the text of a resource say their address, and stay. */
function readBlock(block: Record<string, unknown>): { readonly value: unknown } {
  const { type, text, data, mimeType, resource } = block
  if (type === 'text') return { value: text }
  if (type === 'resource' && isRecord(resource) && typeof resource.blob === 'string')
    return { value: fileOf(resource.blob, resource.mimeType, lastPart(resource.uri)) ?? block }
  return { value: fileOf(data, mimeType) ?? block }
}

/** The last part of an address, as the name of a file. */
function lastPart(uri: unknown): string | undefined {
  return /([^/?#]+)\/?(?:[?#].*)?$/.exec(String(uri))?.[1]
}

function errorText(content: readonly Record<string, unknown>[]): string {
  const texts = content.filter(({ type, text }) => type === 'text' && typeof text === 'string').map(({ text }) => text)
  return texts.join('\n') || 'the tool failed without a message'
}
