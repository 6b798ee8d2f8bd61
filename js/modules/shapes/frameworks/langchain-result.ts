// LangChain result: the value of what a tool of LangChain returns, or the failure that it reports.

import { failureOfBlocks, fileOf, hasOnly, isRecord, valueOfBlocks } from './content-blocks'
import { needsLoop } from './framework-loop'

/** Members of blocks beside their type. A row of data with others is no block: its members would be lost. */
const TEXT: readonly string[] = Object.freeze(['type', 'text', 'mimeType', 'mime_type', 'annotations', 'cache_control'])
const IMAGE_URL: readonly string[] = Object.freeze(['type', 'image_url', 'cache_control'])
const DATA: readonly string[] = Object.freeze([
  'type',
  'source_type',
  'data',
  'mimeType',
  'mime_type',
  'metadata',
  'id',
  'annotations',
  'cache_control',
])

/** The value of a result: the content of a message, and files of content blocks. Any access may throw. */
export function langchainResult(result: unknown): unknown {
  if (!isRecord(result)) return result
  if (Array.isArray(result)) return valueOf(result)
  if (result.lg_name === 'Command') throw needsLoop('LangGraph', 'the tool returns a Command for the graph')
  if (result.lc_direct_tool_output !== true || result.type !== 'tool') return result
  const { content, status } = result
  if (status === 'error') throw failureOfBlocks(content, readBlock)
  return valueOf(content)
}

function valueOf(content: unknown): unknown {
  const read = valueOfBlocks(content, readBlock)
  return read === undefined ? content : read.value
}

/** Reads a block of any version of LangChain: of OpenAI's format, and of its own two. */
function readBlock(block: Record<string, unknown>): { readonly value: unknown } | undefined {
  const { type, text } = block
  if (type === 'text' || type === 'text-plain')
    return typeof text === 'string' && hasOnly(block, TEXT) ? { value: text } : undefined
  if (type === 'image_url') {
    const { image_url: image } = block
    const file = hasOnly(block, IMAGE_URL) ? fileOf(isRecord(image) ? image.url : image, undefined) : undefined
    return file === undefined ? undefined : { value: file }
  }
  if (type !== 'image' && type !== 'audio' && type !== 'video' && type !== 'file') return undefined
  if (!hasOnly(block, DATA)) return undefined
  const name = isRecord(block.metadata) ? (block.metadata.filename ?? block.metadata.name) : undefined
  const file = fileOf(block.data, block.mimeType ?? block.mime_type, name)
  return file === undefined ? undefined : { value: file }
}
