// Strands result: the value of what a tool of Strands Agents returns or streams, or the failure that it reports.

import { isPlainObject } from '../../../border/realm'
import type { PieceReader } from '../../../call/abort-signals'
import { readResult } from '../../../call/streaming'
import type { PieceIterator, PieceResult } from '../../../call/streaming'
import { failureOfBlocks, fileOf, isRecord, valueOfBlocks } from './content-blocks'
import { nameOfThrown, needsLoop } from './framework-loop'

/** The generator of a tool: events, and a result block as the return value. */
export type StrandsStream = AsyncIterator<unknown, unknown, undefined>

/** Media types of formats, where they are not `kind/format`. */
const MEDIA_TYPES = new Map([
  ['jpg', 'image/jpeg'],
  ['pdf', 'application/pdf'],
  ['doc', 'application/msword'],
  ['docx', 'application/vnd.openxmlformats-officedocument.wordprocessingml.document'],
  ['xls', 'application/vnd.ms-excel'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'],
  ['json', 'application/json'],
  ['xml', 'application/xml'],
  ['txt', 'text/plain'],
  ['md', 'text/markdown'],
  ['mkv', 'video/x-matroska'],
  ['mov', 'video/quicktime'],
  ['three_gp', 'video/3gpp'],
])

/** The value of what a tool returns: files of its content blocks, or the value itself. Any access may throw. */
export function strandsResult(result: unknown): unknown {
  if (!isRecord(result)) return result
  if (result.type === 'toolResultBlock') return valueOfResult(result)
  const read = valueOfBlocks(Array.isArray(result) ? result : [result], readInstance)
  return read === undefined ? result : read.value
}

/** The value at the end of a stream. */
export async function endOfStream(stream: StrandsStream): Promise<unknown> {
  const pieces = new StrandsPieces(stream, 'listener')
  for (;;) {
    const { done, value } = await pieces.next()
    if (done === true) return value
  }
}

/** A stream with the data of a tool's events as pieces, and the value of its result block as its result. */
export function piecesOfStream(stream: StrandsStream, reader: PieceReader): AsyncIterable<unknown> {
  return { [Symbol.asyncIterator]: () => new StrandsPieces(stream, reader) }
}

class StrandsPieces implements PieceIterator {
  readonly #stream: StrandsStream
  readonly #reader: PieceReader
  #hasPieces = false
  #end: PieceResult | undefined

  constructor(stream: StrandsStream, reader: PieceReader) {
    this.#stream = stream
    this.#reader = reader
  }

  async next(): Promise<PieceResult> {
    if (this.#end !== undefined) return this.#end
    const { done, value } = readResult(await this.#read())
    if (done !== true) {
      this.#hasPieces = true
      return { done: false, value: isRecord(value) && value.type === 'toolStreamEvent' ? value.data : value }
    }
    const end: PieceResult = { done: true, value: strandsResult(value) }
    this.#end = end
    // A tool without events gives its result as the only piece of a stream.
    return this.#hasPieces || this.#reader === 'listener' ? end : { done: false, value: end.value }
  }

  async return(value?: unknown): Promise<PieceResult> {
    await this.#stream.return?.()
    return { done: true, value }
  }

  async #read(): Promise<unknown> {
    try {
      return await this.#stream.next()
    } catch (thrown) {
      if (nameOfThrown(thrown) === 'InterruptError') throw needsLoop('Strands', 'the tool interrupts the agent', thrown)
      throw thrown
    }
  }
}

function valueOfResult({ status, content, error }: Record<string, unknown>): unknown {
  // The error is the one that the tool threw.
  if (status === 'error') throw error ?? failureOfBlocks(content, readBlock)
  const read = valueOfBlocks(content, readBlock)
  return read === undefined ? content : read.value
}

/** Reads a block that is an instance of a class of Strands: plain data that looks like one is data. */
function readInstance(block: Record<string, unknown>): { readonly value: unknown } | undefined {
  const isBlock = /^(text|json|image|video|audio|document)Block$/.test(String(block.type)) && !isPlainObject(block)
  return isBlock ? readBlock(block) : undefined
}

function readBlock(block: Record<string, unknown>): { readonly value: unknown } | undefined {
  switch (block.type) {
    case 'textBlock':
      return { value: block.text }
    case 'jsonBlock':
      return { value: jsonOf(block.json) }
    case 'imageBlock':
    case 'videoBlock':
    case 'audioBlock':
    case 'documentBlock':
      return readMedia(block)
    default:
      return undefined
  }
}

/** Strands writes a list as `{ $value: list }`. */
function jsonOf(json: unknown): unknown {
  const isList = isRecord(json) && Array.isArray(json.$value) && Object.keys(json).length === 1
  return isList ? json.$value : json
}

/** A file with its bytes, or the text of a document; anything else stays the block. */
function readMedia(block: Record<string, unknown>): { readonly value: unknown } {
  const { type, format, source, name } = block
  if (!isRecord(source)) return { value: block }
  if (typeof source.text === 'string') return { value: source.text }
  const kind = String(type).replace('Block', '')
  const text = String(format)
  const mediaType = MEDIA_TYPES.get(text) ?? (kind === 'document' ? `text/${text}` : `${kind}/${text}`)
  const file = fileOf(source.bytes, mediaType, name)
  return { value: file ?? block }
}
