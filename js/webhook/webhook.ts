// Webhook: a request handler that reloads documents when a signed delivery arrives.

import { revive } from '../border/error'
import { checkOptions, invalidOption, milliseconds, oneOf, readOption } from '../border/options'
import type { LoadReport, WebhookHandler } from '../../index'
import { Deliveries } from './webhook-deliveries'
import { payloadOf, readBody } from './webhook-request'
import type { HttpRequest, RequestHeaders } from './webhook-request'
import { refusal, send, unexpected } from './webhook-response'
import type { DeliveryResponse } from './webhook-response'
import { Secrets } from './webhook-signature'

const OPTIONS = Object.freeze(['secrets', 'source', 'respond', 'toleranceMs', 'bodyLimit', 'now'] as const)
const TOLERANCE_MS = 300_000
const BODY_LIMIT = 1 << 20

/** HTTP status of a failed load by error code; others are 500. */
const STATUS: ReadonlyMap<string, number> = new Map([
  ['GATE_REFUSED', 409],
  ['NAME_TAKEN', 409],
  ['INVALID_SPEC', 422],
  ['UNSUPPORTED_SPEC', 422],
  ['UNRESOLVED_REF', 422],
  ['LIMIT_EXCEEDED', 422],
  ['INVALID_DEFINITION', 422],
  ['UNKNOWN_SOURCE', 404],
  ['SOURCE_UNREADABLE', 502],
  ['SOURCE_FORBIDDEN', 502],
  ['CLOSED', 503],
  ['TIMEOUT', 504],
])

/** What a webhook uses of its loader. */
export interface Sources {
  /** Returns the names of all documents. */
  readonly names: () => string[]
  /** Returns the names of watched documents. */
  readonly watched: () => string[]
  readonly reload: (source: string) => Promise<LoadReport>
  /** Gets what the function `source` threw. */
  readonly failed: (error: unknown) => void
  /** The time in ms since 1970. */
  readonly unixTime: () => number
}

/** A user's function that names the changed documents. It may return anything; its names are checked. */
type SourceFunction = (headers: RequestHeaders, payload: unknown) => unknown

/** Checked options of a webhook. */
interface WebhookSettings {
  readonly secrets: Secrets
  readonly source: string | SourceFunction | undefined
  readonly isImmediate: boolean
  readonly bodyLimit: number
  readonly toleranceMs: number
  readonly now: () => number
}

/** Makes the request handler. It never throws or rejects. */
export function webhookOf(sources: Sources, options: unknown): WebhookHandler {
  const receiver = new Receiver(sources, checkSettings(options, sources.unixTime))
  return async function webhook(request, response) {
    send(response, await receiver.receive(request).catch(unexpected))
  }
}

function checkSettings(options: unknown, unixTime: () => number): WebhookSettings {
  const {
    secrets,
    source,
    respond = 'decided',
    toleranceMs,
    bodyLimit = BODY_LIMIT,
    now = unixTime,
  } = checkOptions(options, OPTIONS)
  const known = readOption('secrets', () => new Secrets(secrets))
  if (source !== undefined && typeof source !== 'string' && typeof source !== 'function')
    throw invalidOption('source', 'must be a name or a function')
  oneOf('respond', respond, ['decided', 'immediately'])
  if (!isLimit(bodyLimit)) throw invalidOption('bodyLimit', 'must be a number of bytes above zero')
  if (typeof now !== 'function') throw invalidOption('now', 'must be a function')
  return {
    secrets: known,
    // What a function returns is checked for each delivery.
    source: source as string | SourceFunction | undefined,
    isImmediate: respond === 'immediately',
    bodyLimit,
    toleranceMs: milliseconds('toleranceMs', toleranceMs, TOLERANCE_MS),
    // A clock of tests; another value makes every delivery untimely.
    now: now as () => number,
  }
}

function isLimit(value: unknown): value is number {
  return Number.isSafeInteger(value) && Number(value) >= 1
}

/** Receives the deliveries of one webhook. */
class Receiver {
  readonly #sources: Sources
  readonly #settings: WebhookSettings
  readonly #deliveries: Deliveries

  constructor(sources: Sources, settings: WebhookSettings) {
    this.#sources = sources
    this.#settings = settings
    // A sender's clock may be ahead, so a delivery is valid for up to twice the tolerance.
    this.#deliveries = new Deliveries(2 * settings.toleranceMs, settings.now)
  }

  async receive(request: HttpRequest): Promise<DeliveryResponse> {
    const { secrets, bodyLimit, toleranceMs, now } = this.#settings
    if (request.method !== 'POST') return refusal(405, 'METHOD', 'a webhook is a POST', { allow: 'POST' })
    const delivery = secrets.delivery(request.headers)
    if ('fault' in delivery) return refusal(400, 'HEADERS', delivery.fault)
    const body = await readBody(request, bodyLimit)
    if (!Buffer.isBuffer(body)) return body
    const isGenuine = delivery.isGenuine(body)
    const isTimely = delivery.sentAt === undefined || Math.abs(now() - delivery.sentAt) <= toleranceMs
    if (!isGenuine || !isTimely)
      return refusal(401, 'UNAUTHORIZED', 'the delivery is not from one who knows the secret, or not from now')
    if (delivery.isPing) return { status: 200, body: { ping: true } }
    return this.#deliveries.once(delivery.key, () => this.#act(request, body).catch(unexpected))
  }

  /** Reloads the documents that a delivery is about. */
  async #act(request: HttpRequest, body: Buffer): Promise<DeliveryResponse> {
    const { source, isImmediate } = this.#settings
    const sources = this.#sources
    let changed: unknown = source
    if (typeof source === 'function') {
      try {
        changed = (await source(request.headers, payloadOf(request.headers, body))) ?? []
      } catch (error) {
        sources.failed(error)
        return refusal(500, 'SOURCE_FUNCTION', 'the function that says which document changed failed')
      }
    }
    const names: unknown[] = changed === undefined ? defaultNames(sources) : [changed].flat()
    if (!names.every((name) => typeof name === 'string')) {
      sources.failed(invalidOption('source', 'must give names'))
      return refusal(500, 'SOURCE_FUNCTION', 'the function that says which document changed gave no names')
    }
    const present = new Set(sources.names())
    if (names.some((name) => !present.has(name)))
      return refusal(404, 'UNKNOWN_SOURCE', 'no document of that name is loaded')
    const responses = Promise.all([...new Set(names)].map((name) => reloadResponse(sources, name)))
    if (isImmediate) return { status: 202, body: { accepted: names } }
    return joinResponses(await responses, typeof changed === 'string')
  }
}

/** All watched documents; if none is watched, all documents. */
function defaultNames(sources: Sources): string[] {
  const watched = sources.watched()
  return watched.length > 0 ? watched : sources.names()
}

/** Reloads one document. It never rejects. */
async function reloadResponse(sources: Sources, source: string): Promise<DeliveryResponse> {
  try {
    const { revision, version, hash, added, updated, removed, stale, unchanged, skipped, held } =
      await sources.reload(source)
    const counts = { unchanged: unchanged.length, skipped: skipped.length }
    return {
      status: 200,
      body: { source, revision, version, hash, added, updated, removed, stale, held, ...counts },
    }
  } catch (thrown) {
    const { code, message, details } = revive(thrown)
    const status = STATUS.get(code) ?? 500
    // The sender must not learn where a document is stored.
    const shown = status === 502 ? 'the document cannot be read' : status === 500 ? 'the reload failed' : message
    return { status, body: { source, error: { code, message: shown, pointer: details.pointer } } }
  }
}

/** Joins the responses of all documents; a single named document has its own. */
function joinResponses(responses: readonly DeliveryResponse[], isOne: boolean): DeliveryResponse {
  const [first] = responses
  if (isOne && first !== undefined) return first
  const status = Math.max(200, ...responses.map((response) => response.status))
  return { status, body: { sources: responses.map((response) => response.body) } }
}
