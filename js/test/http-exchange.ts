// HTTP exchange: a request as `fetch` gets it, and a response as `fetch` gives it, with their bytes.

import { isAbortSignal, isArrayBuffer, isUrl } from '../border/realm'
import { invalidOption, toName } from '../border/options'

/** A request with its bytes. */
export interface ExchangeRequest {
  readonly method: string
  readonly url: string
  /** The headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** What may abort it, if anything. */
  readonly signal: unknown
  /** What becomes of a redirect, if it is said. */
  readonly redirect: unknown
}

/** A response with its bytes. */
export interface ExchangeResponse {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer
}

/** What is read of `RequestInit`, and of a `Request`. */
interface RequestLike {
  readonly url?: unknown
  readonly method?: unknown
  readonly headers?: unknown
  readonly body?: unknown
  readonly signal?: unknown
  readonly redirect?: unknown
  arrayBuffer?(): Promise<ArrayBuffer>
}

/** Reads a request, of the two arguments of `fetch`. Throws what it was aborted with. */
export async function readRequest(input: unknown, init?: unknown): Promise<ExchangeRequest> {
  const options = (init ?? {}) as RequestLike
  const whole = (typeof input === 'object' && input !== null && !isUrl(input) ? input : {}) as RequestLike
  const url = typeof input === 'string' ? input : isUrl(input) ? input.href : whole.url
  if (typeof url !== 'string') throw invalidOption('url', 'must be a text, a URL or a Request')
  // Null takes the signal of a request away.
  const signal = options.signal === undefined ? whole.signal : options.signal
  throwIfAborted(signal)
  const method = toName('method', options.method ?? whole.method ?? 'GET').toUpperCase()
  const headers = new Map<string, string>()
  // Headers, a list of pairs, or an object: the class of the runtime reads all of them.
  new Headers((options.headers ?? whole.headers) as ConstructorParameters<typeof Headers>[0]).forEach((value, name) =>
    headers.set(name, value),
  )
  const { type, body } =
    options.body == null && typeof whole.arrayBuffer === 'function'
      ? { body: Buffer.from(await whole.arrayBuffer()) }
      : await contentOf(options.body)
  if (type !== undefined && !headers.has('content-type')) headers.set('content-type', type)
  throwIfAborted(signal)
  return { method, url: new URL(url).href, headers, body, signal, redirect: options.redirect ?? whole.redirect }
}

function throwIfAborted(signal: unknown): void {
  if (isAbortSignal(signal) && signal.aborted) throw signal.reason
}

/** The bytes of a body, and the type that `fetch` gives it. */
async function contentOf(body: unknown): Promise<{ readonly type?: string | undefined; readonly body: Buffer }> {
  if (body === undefined || body === null) return { body: Buffer.alloc(0) }
  if (isArrayBuffer(body)) return { body: Buffer.from(new Uint8Array(body as ArrayBuffer)) }
  if (ArrayBuffer.isView(body))
    return { body: Buffer.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength)) }
  // A text, a form, a blob or a stream.
  const content = new Response(body as ConstructorParameters<typeof Response>[0])
  const type = content.headers.get('content-type') ?? undefined
  return { type, body: Buffer.from(await content.arrayBuffer()) }
}

/** Reads a response to its end. */
export async function readResponse(response: Response): Promise<ExchangeResponse> {
  const body = Buffer.from(await response.arrayBuffer())
  const headers: [string, string][] = []
  response.headers.forEach((value, name) => {
    // The body is decoded, and these describe the encoded one.
    if (name !== 'content-encoding' && name !== 'content-length' && name !== 'transfer-encoding')
      headers.push([name, value])
  })
  return { status: response.status, headers, body }
}

/** Statuses whose responses have no body. */
const NULL_BODY = new Set([101, 204, 205, 304])

/** Makes a response of the runtime. */
export function toResponse({ status, headers, body }: ExchangeResponse): Response {
  const pairs = headers.map(([name, value]): [string, string] => [name, value])
  return new Response(NULL_BODY.has(status) ? null : new Uint8Array(body), { status, headers: pairs })
}
