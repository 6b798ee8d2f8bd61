'use strict'

// Attachments: files in a result that a model reads.

const { isArrayBuffer, isBlob, isUint8Array } = require('../border/realm')
const { TooLarge, plainResult, resultText, unwritableResult, writtenResult } = require('../border/results')

/** Limits for the files of one result, in number and bytes: they cross to Rust in one text. */
const MOST_FILES = 1_000
const MOST_BYTES = 256 << 20

/**
 * Writes a result for a model: JSON and its files. A file is bytes, a `Blob` or `File`, or `{ mediaType, data, name? }`
 * as HTTP operations return it. A text that names the file replaces it in the JSON. A result that cannot be written is
 * a failure of its tool.
 * @param {string} tool @param {any} result
 * @returns {Promise<{ text: string, files: { mediaType: string, name?: string, base64: string }[] }>}
 */
async function modelResult(tool, result) {
  try {
    if (typeof result === 'string') return { text: resultText(result), files: [] }
    const found = new Found()
    const rest = plainResult(result, (value, isWhole) => found.take(value, isWhole))
    return { text: rest === MARK ? 'null' : writtenResult(rest), files: await Promise.all(found.files.map(readFile)) }
  } catch (thrown) {
    throw unwritableResult(tool, thrown)
  }
}

/** Placeholder for a result that is only a file. */
const MARK = Symbol('file')

/** Collects the files of one result. */
class Found {
  /** @type {any[]} */
  files = []
  #bytes = 0

  /** Returns the placeholder of a file. @param {any} value @param {boolean} isWhole */
  take(value, isWhole) {
    if (!isFile(value)) return undefined
    this.#bytes += sizeOf(value)
    if (this.files.push(value) > MOST_FILES) throw new TooLarge('number of files', MOST_FILES)
    if (this.#bytes > MOST_BYTES) throw new TooLarge('bytes of files', MOST_BYTES)
    return isWhole ? MARK : `[file ${this.files.length}]`
  }
}

/** @param {any} value */
function isFile(value) {
  return (
    isUint8Array(value) ||
    isArrayBuffer(value) ||
    isBlob(value) ||
    (typeof value.mediaType === 'string' && isUint8Array(value.data))
  )
}

/** @param {any} file */
function sizeOf(file) {
  if (isBlob(file)) return file.size
  return isUint8Array(file) || isArrayBuffer(file) ? file.byteLength : file.data.byteLength
}

/** @param {any} file */
async function readFile(file) {
  if (isBlob(file))
    return attachment(file.type, /** @type {any} */ (file).name, new Uint8Array(await file.arrayBuffer()))
  if (isArrayBuffer(file)) return attachment('', undefined, new Uint8Array(file))
  return isUint8Array(file) ? attachment('', undefined, file) : attachment(file.mediaType, file.name, file.data)
}

/** @param {string} mediaType @param {unknown} name @param {Uint8Array} bytes */
function attachment(mediaType, name, bytes) {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return {
    mediaType: mediaType || sniffed(bytes),
    name: typeof name === 'string' && name !== '' ? name : undefined,
    base64,
  }
}

/** Signatures of formats that models can read, for bytes without a media type. */
const SIGNATURES = Object.freeze(
  /** @type {[string, RegExp][]} */ ([
    ['image/png', /^\x89PNG\r\n\x1a\n/],
    ['image/jpeg', /^\xff\xd8\xff/],
    ['image/gif', /^GIF8[79]a/],
    ['image/webp', /^RIFF[^]{4}WEBP/],
    ['application/pdf', /^%PDF-/],
  ]),
)

/** @param {Uint8Array} bytes */
function sniffed(bytes) {
  const start = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return SIGNATURES.find(([, signature]) => signature.test(start))?.[0] ?? 'application/octet-stream'
}

/** Amazon's SDK takes bytes as `Uint8Array`: decodes them. @param {string} target @param {any} answer */
function withBytes(target, answer) {
  if (target !== 'bedrock') return answer
  for (const { image, document } of answer.toolResult?.content ?? []) {
    const source = (image ?? document)?.source
    if (source !== undefined) source.bytes = new Uint8Array(Buffer.from(source.bytes, 'base64'))
  }
  return answer
}

exports.modelResult = modelResult
exports.withBytes = withBytes
