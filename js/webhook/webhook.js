'use strict'

// Webhook: a request handler that reloads documents when a signed delivery arrives.

const { Deliveries } = require('./webhook-deliveries')
const { ToolrackError, revive } = require('../border/error')
const { checkOptions, invalidOption, milliseconds, oneOf, readOption } = require('../border/options')
const { isUint8Array } = require('../border/realm')
const { Secrets } = require('./webhook-signature')

const OPTIONS = Object.freeze(['secrets', 'source', 'respond', 'toleranceMs', 'bodyLimit', 'now'])
const TOLERANCE_MS = 300_000
const BODY_LIMIT = 1 << 20

/** @typedef {import('./webhook-deliveries').WebhookResponse} WebhookResponse */

/** HTTP status of a failed load by error code; others are 500. */
const STATUS = Object.freeze({
  GATE_REFUSED: 409,
  NAME_TAKEN: 409,
  INVALID_SPEC: 422,
  UNSUPPORTED_SPEC: 422,
  UNRESOLVED_REF: 422,
  LIMIT_EXCEEDED: 422,
  INVALID_DEFINITION: 422,
  UNKNOWN_SOURCE: 404,
  SOURCE_UNREADABLE: 502,
  SOURCE_FORBIDDEN: 502,
  CLOSED: 503,
  TIMEOUT: 504,
})

/**
 * What a webhook uses of its loader.
 * @typedef {object} Sources
 * @property {() => string[]} names of all documents
 * @property {() => string[]} watched names of those that are watched
 * @property {(source: string) => Promise<any>} reload
 * @property {(error: unknown) => void} failed gets what the `respond` function threw
 */

/**
 * Makes the request handler. It never throws or rejects.
 * @param {Sources} sources @param {any} options
 */
function webhookOf(sources, options) {
  const {
    secrets,
    source,
    respond = 'decided',
    toleranceMs,
    bodyLimit = BODY_LIMIT,
    now = Date.now,
  } = checkOptions(options, OPTIONS)
  const known = readOption('secrets', () => new Secrets(secrets))
  if (source !== undefined && typeof source !== 'string' && typeof source !== 'function')
    throw invalidOption('source', 'must be a name or a function')
  oneOf('respond', respond, ['decided', 'immediately'])
  if (!Number.isSafeInteger(bodyLimit) || bodyLimit < 1)
    throw invalidOption('bodyLimit', 'must be a number of bytes above zero')
  if (typeof now !== 'function') throw invalidOption('now', 'must be a function')
  const tolerance = milliseconds('toleranceMs', toleranceMs, TOLERANCE_MS)
  // A sender's clock may be ahead, so a delivery is valid for up to twice the tolerance.
  const deliveries = new Deliveries(2 * tolerance, now)

  /** @param {any} request @returns {Promise<WebhookResponse>} */
  const decide = async (request) => {
    if (request.method !== 'POST') return refusal(405, 'METHOD', 'a webhook is a POST', { allow: 'POST' })
    const delivery = known.delivery(request.headers)
    if ('fault' in delivery) return refusal(400, 'HEADERS', delivery.fault)
    const body = await bodyOf(request, bodyLimit)
    if (!Buffer.isBuffer(body)) return body
    const isGenuine = delivery.isGenuine(body)
    const isTimely = delivery.sentAt === undefined || Math.abs(now() - delivery.sentAt) <= tolerance
    if (!isGenuine || !isTimely)
      return refusal(401, 'UNAUTHORIZED', 'the delivery is not from one who knows the secret, or not from now')
    if (delivery.isPing) return { status: 200, body: { ping: true } }
    return deliveries.once(delivery.key, () => act(request, body).catch(unexpected))
  }

  /** @param {any} request @param {Buffer} body @returns {Promise<WebhookResponse>} */
  const act = async (request, body) => {
    let said = source
    if (typeof source === 'function') {
      try {
        said = await source(request.headers, parsed(request.headers, body))
        if (said === undefined || said === null) said = []
      } catch (error) {
        sources.failed(error)
        return refusal(500, 'SOURCE_FUNCTION', 'the function that says which document changed failed')
      }
    }
    const names = said === undefined ? everything(sources) : [said].flat()
    if (!names.every((/** @type {unknown} */ name) => typeof name === 'string')) {
      sources.failed(invalidOption('source', 'must give names'))
      return refusal(500, 'SOURCE_FUNCTION', 'the function that says which document changed gave no names')
    }
    const present = new Set(sources.names())
    if (names.some((/** @type {string} */ name) => !present.has(name)))
      return refusal(404, 'UNKNOWN_SOURCE', 'no document of that name is loaded')
    const outcomes = Promise.all([...new Set(names)].map((name) => outcomeOf(sources, name)))
    if (respond === 'immediately') return { status: 202, body: { accepted: names } }
    return answerOf(await outcomes, typeof said === 'string')
  }

  return async function webhook(/** @type {any} */ request, /** @type {any} */ response) {
    send(response, await decide(request).catch(unexpected))
  }
}

/** All watched documents; if none is watched, all documents. @param {Sources} sources */
function everything(sources) {
  const watched = sources.watched()
  return watched.length > 0 ? watched : sources.names()
}

/** @param {Sources} sources @param {string} source @returns {Promise<WebhookResponse>} */
async function outcomeOf(sources, source) {
  try {
    const { revision, version, hash, added, updated, removed, stale, unchanged, skipped, held } =
      await sources.reload(source)
    return {
      status: 200,
      body: {
        source,
        revision,
        version,
        hash,
        added,
        updated,
        removed,
        stale,
        held,
        unchanged: unchanged.length,
        skipped: skipped.length,
      },
    }
  } catch (thrown) {
    const error = /** @type {ToolrackError} */ (revive(thrown))
    const status = Object.hasOwn(STATUS, error.code) ? /** @type {any} */ (STATUS)[error.code] : 500
    // The sender must not learn where a document is stored.
    const message =
      status === 502 ? 'the document cannot be read' : status === 500 ? 'the reload failed' : error.message
    return {
      status,
      body: { source, error: { code: error.code, message, pointer: /** @type {any} */ (error.details).pointer } },
    }
  }
}

/** @param {WebhookResponse[]} outcomes @param {boolean} isOne @returns {WebhookResponse} */
function answerOf(outcomes, isOne) {
  if (isOne) return outcomes[0]
  const status = Math.max(200, ...outcomes.map((outcome) => outcome.status))
  return { status, body: { sources: outcomes.map((outcome) => outcome.body) } }
}

/**
 * Parses the payload as JSON. GitHub's form encoding has it in a field.
 * @param {Record<string, any>} headers
 * @param {Buffer} body
 */
function parsed(headers, body) {
  const text = body.toString()
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch {
    return undefined
  }
}

/**
 * Reads the signed bytes: those kept by a body parser, or the request's body.
 * @param {any} request @param {number} limit @returns {Promise<Buffer | WebhookResponse>}
 */
async function bodyOf(request, limit) {
  // Closes the connection, because the rest is not read. HTTP/2 needs no such header.
  const headers = request.httpVersionMajor === 2 ? undefined : { connection: 'close' }
  const tooLarge = () => refusal(413, 'TOO_LARGE', `the body is over the limit of ${limit} bytes`, headers)
  const bytes =
    [request.rawBody, request.body].find((body) => isUint8Array(body)) ??
    [request.rawBody, request.body].find((body) => typeof body === 'string')
  if (bytes !== undefined) {
    const body = Buffer.from(bytes)
    return body.length > limit ? tooLarge() : body
  }
  if (request.readableDidRead === true || request.readableEnded === true) {
    return refusal(
      500,
      'BODY_READ',
      'a body parser has read the body and kept no bytes of it: the webhook must come before it, or get a Buffer in body or rawBody',
    )
  }
  if (Number(request.headers['content-length']) > limit) return tooLarge()
  return new Promise((resolve, reject) => {
    /** @type {Buffer[]} */
    const chunks = []
    let length = 0
    request.on('data', (/** @type {Buffer} */ chunk) => {
      length += chunk.length
      if (length <= limit) return void chunks.push(chunk)
      request.pause()
      resolve(tooLarge())
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the sender has gone')))
  })
}

/**
 * @param {number} status
 * @param {string} code
 * @param {string} message
 * @param {Record<string, string>} [headers]
 * @returns {WebhookResponse}
 */
function refusal(status, code, message, headers) {
  return { status, body: { error: { code, message } }, headers }
}

/** The response to an unexpected error, without its details. @param {any} thrown @returns {WebhookResponse} */
function unexpected(thrown) {
  if (thrown?.code === 'CLOSED') return refusal(503, 'CLOSED', 'the loader is closed')
  return refusal(500, 'INTERNAL', 'the webhook failed')
}

/** @param {any} response @param {WebhookResponse} answer */
function send(response, { status, body, headers }) {
  try {
    if (response.headersSent || response.destroyed) return
    const text = JSON.stringify(body)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    response.end(text)
  } catch {
    // The sender has closed the connection.
  }
}

exports.webhookOf = webhookOf
