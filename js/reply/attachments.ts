// Attachments: files in a result that a model reads.

import { allOf, isLater } from '../border/maybe-promise'
import type { MaybePromise } from '../border/maybe-promise'
import { isArrayBuffer, isBlob, isUint8Array } from '../border/realm'
import { TooLarge, plainResult, resultText, unwritableResult, writtenResult } from '../border/results'

/** Limits for the files of one result, in number and bytes: they cross to Rust in one text. */
const MOST_FILES = 1_000
const MOST_BYTES = 256 << 20

/** A result as the core reads it: JSON text, and its files. */
export interface ModelResult {
  readonly text: string
  readonly files: readonly Attachment[]
}

/** A file of a result, as the core reads it. */
interface Attachment {
  readonly mediaType: string
  readonly name: string | undefined
  readonly base64: string
}

/** A file as HTTP operations return it. */
interface FileRecord {
  readonly mediaType: string
  readonly name?: unknown
  readonly data: Uint8Array
}

/** A value of a result that is a file. */
type FileValue = Blob | Uint8Array | ArrayBufferLike | FileRecord

/**
 * Writes a result for a model: JSON and its files. A file is bytes, a `Blob` or `File`, or `{ mediaType, data, name? }`
 * as HTTP operations return it. A text that names the file replaces it in the JSON. A result that cannot be written is
 * a failure of its tool.
 */
export function modelResult(tool: string, result: unknown): MaybePromise<ModelResult> {
  const fail = (thrown: unknown): never => {
    throw unwritableResult(tool, thrown)
  }
  try {
    if (typeof result === 'string') return { text: resultText(result), files: [] }
    const found = new FoundFiles()
    const rest: unknown = plainResult(result, (value: object, isWhole: boolean) => found.take(value, isWhole))
    const text = rest === MARK ? 'null' : writtenResult(rest)
    const files = allOf(found.files.map(readFile))
    return isLater(files) ? files.then((read) => ({ text, files: read }), fail) : { text, files }
  } catch (thrown) {
    return fail(thrown)
  }
}

/** Placeholder for a result that is only a file. */
const MARK = Symbol('file')

/** Collects the files of one result. */
class FoundFiles {
  readonly files: FileValue[] = []
  #bytes = 0

  /** Returns the placeholder of a file; nothing for another value. */
  take(value: object, isWhole: boolean): symbol | string | undefined {
    if (!isFile(value)) return undefined
    this.#bytes += sizeOf(value)
    if (this.files.push(value) > MOST_FILES) throw new TooLarge('number of files', MOST_FILES)
    if (this.#bytes > MOST_BYTES) throw new TooLarge('bytes of files', MOST_BYTES)
    return isWhole ? MARK : `[file ${this.files.length}]`
  }
}

function isFile(value: object): value is FileValue {
  return isUint8Array(value) || isArrayBuffer(value) || isBlob(value) || isFileRecord(value)
}

function isFileRecord(value: { readonly mediaType?: unknown; readonly data?: unknown }): value is FileRecord {
  return typeof value.mediaType === 'string' && isUint8Array(value.data)
}

function sizeOf(file: FileValue): number {
  if (isBlob(file)) return file.size
  return isUint8Array(file) || isArrayBuffer(file) ? file.byteLength : file.data.byteLength
}

function readFile(file: FileValue): MaybePromise<Attachment> {
  // A `File` is a `Blob` with a name.
  if (isBlob(file)) return readBlob(file)
  if (isArrayBuffer(file)) return attachment('', undefined, new Uint8Array(file))
  return isUint8Array(file) ? attachment('', undefined, file) : attachment(file.mediaType, file.name, file.data)
}

async function readBlob(blob: Blob & { readonly name?: unknown }): Promise<Attachment> {
  return attachment(blob.type, blob.name, new Uint8Array(await blob.arrayBuffer()))
}

function attachment(mediaType: string, name: unknown, bytes: Uint8Array): Attachment {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return {
    mediaType: mediaType || sniffMediaType(bytes),
    name: typeof name === 'string' && name !== '' ? name : undefined,
    base64,
  }
}

/** Signatures of formats that models can read, for bytes without a media type. */
const SIGNATURES: readonly (readonly [mediaType: string, signature: RegExp])[] = Object.freeze([
  // oxlint-disable-next-line eslint/no-control-regex -- The signature of PNG has one.
  ['image/png', /^\x89PNG\r\n\x1a\n/],
  ['image/jpeg', /^\xff\xd8\xff/],
  ['image/gif', /^GIF8[79]a/],
  ['image/webp', /^RIFF[^]{4}WEBP/],
  ['application/pdf', /^%PDF-/],
])

/** The media type that the signature of bytes says. */
export function sniffMediaType(bytes: Uint8Array): string {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0] ?? 'application/octet-stream'
}

/** A reply for Bedrock as the core writes it. */
interface BedrockReply {
  readonly toolResult?: { readonly content?: readonly BedrockContent[] }
}

/** A part of such a reply, with the file that it may have. */
interface BedrockContent {
  readonly image?: BedrockFile
  readonly document?: BedrockFile
}

/** A file in such a reply: its bytes are base64 until they are decoded. */
interface BedrockFile {
  readonly source?: { bytes: string | Uint8Array }
}

/** Amazon's SDK takes bytes as `Uint8Array`: decodes them in place. Other replies pass unchanged. */
export function withBytes(target: string, reply: unknown): unknown {
  if (target !== 'bedrock') return reply
  for (const { image, document } of (reply as BedrockReply).toolResult?.content ?? []) {
    const source = (image ?? document)?.source
    // A reply is decoded once.
    if (source !== undefined) source.bytes = new Uint8Array(Buffer.from(source.bytes as string, 'base64'))
  }
  return reply
}
