'use strict'

/** How deep a result is looked through for files. */
const DEEPEST = 16

/**
 * A result and the files in it: bytes, a `Blob` or `File`, or `{ mediaType, data, name? }` as calls of APIs answer with. In their place
 * stands a text that says which they are. Nothing is copied where there is none.
 * @param {any} value
 * @returns {Promise<{ value: any, files: { mediaType: string, name?: string, base64: string }[] }> | { value: any, files: [] }}
 */
function withoutFiles(value) {
  /** @type {any[]} */
  const found = []
  const rest = walk(value, found, 0)
  if (found.length === 0) return { value, files: [] }
  return Promise.all(found.map(read)).then((files) => ({ value: rest === MARK ? null : rest, files }))
}

/** Stands for a result that is a file and nothing else. */
const MARK = Symbol('file')

/** @param {any} value @param {any[]} found @param {number} depth @returns {any} */
function walk(value, found, depth) {
  if (value === null || typeof value !== 'object' || depth > DEEPEST) return value
  if (isFile(value)) {
    found.push(value)
    return depth === 0 ? MARK : `[file ${found.length}]`
  }
  if (Array.isArray(value)) {
    const rest = value.map((one) => walk(one, found, depth + 1))
    return rest.every((one, i) => one === value[i]) ? value : rest
  }
  if (typeof value.toJSON === 'function') return value
  let changed = false
  const rest = Object.entries(value).map(([key, one]) => {
    const walked = walk(one, found, depth + 1)
    changed ||= walked !== one
    return [key, walked]
  })
  return changed ? Object.fromEntries(rest) : value
}

/** @param {any} value */
function isFile(value) {
  return value instanceof Uint8Array || value instanceof ArrayBuffer || value instanceof Blob || (typeof value.mediaType === 'string' && value.data instanceof Uint8Array)
}

/** @param {any} file */
async function read(file) {
  if (file instanceof Blob) return attachment(file.type, /** @type {any} */ (file).name, new Uint8Array(await file.arrayBuffer()))
  if (file instanceof ArrayBuffer) return attachment('', undefined, new Uint8Array(file))
  return file instanceof Uint8Array ? attachment('', undefined, file) : attachment(file.mediaType, file.name, file.data)
}

/** @param {string} mediaType @param {unknown} name @param {Uint8Array} bytes */
function attachment(mediaType, name, bytes) {
  const base64 = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
  return { mediaType: mediaType || sniffed(bytes), name: typeof name === 'string' && name !== '' ? name : undefined, base64 }
}

/** First bytes of what models can see, for bytes that nobody says anything of. */
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

/** What Amazon's SDK takes for bytes are bytes. @param {string} target @param {any} answer */
function withBytes(target, answer) {
  if (target !== 'bedrock') return answer
  for (const { image, document } of answer.toolResult?.content ?? []) {
    const source = (image ?? document)?.source
    if (source !== undefined) source.bytes = new Uint8Array(Buffer.from(source.bytes, 'base64'))
  }
  return answer
}

exports.withoutFiles = withoutFiles
exports.withBytes = withBytes
