// OpenAI Agents result: the value of what a tool of the OpenAI Agents SDK returns, with its images and files.

import { isUint8Array } from '../../../border/realm'
import { fileOf, hasOnly, isRecord, valueOfBlocks } from './content-blocks'

/** Members of outputs by type. Data with others is no output: its members would be lost. */
const MEMBERS = new Map<unknown, readonly string[]>([
  ['text', ['type', 'text', 'providerData']],
  ['image', ['type', 'image', 'detail', 'providerData']],
  ['file', ['type', 'file', 'filename', 'providerData']],
])

/** Members of the image or file in an output. */
const INNER: readonly string[] = Object.freeze(['data', 'url', 'mediaType', 'filename'])

/** The value of a result: structured outputs become texts and files, anything else stays. Any access may throw. */
export function openaiAgentsResult(result: unknown): unknown {
  if (!isRecord(result)) return result
  const read = valueOfBlocks(Array.isArray(result) ? result : [result], readOutput)
  return read === undefined ? result : read.value
}

function readOutput(output: Record<string, unknown>): { readonly value: unknown } | undefined {
  const { type, text } = output
  const members = MEMBERS.get(type)
  if (members === undefined || !hasOnly(output, members)) return undefined
  if (type === 'text') return typeof text === 'string' ? { value: text } : undefined
  const source = output[type as 'image' | 'file']
  if (isRecord(source) && !isUint8Array(source) && !hasOnly(source, INNER)) return undefined
  const file = isRecord(source)
    ? fileOf(source.data ?? source.url, source.mediaType, source.filename ?? output.filename)
    : fileOf(source, undefined, output.filename)
  return file === undefined ? undefined : { value: file }
}
