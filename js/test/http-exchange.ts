// HTTP exchange: a request as `fetch` gets it, and a response as `fetch` gives it, with their bytes.

import { isArrayBuffer, isUrl } from '../border/realm'
import { invalidOption, toName } from '../border/options'

/** A request with its bytes. */
export interface ExchangeRequest {
  readonly method: string
  readonly url: string
  /** The headers by lower-case name. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
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
  arrayBuffer?(): Promise<ArrayBuffer>
}

/** Reads a request, of the two arguments of `fetch`. */
export async function readRequest(input: unknown, init?: unknown): Promise<ExchangeRequest> {
  const options = (init ?? {}) as RequestLike
  const whole = (typeof input === 'object' && input !== null && !isUrl(input) ? input : {}) as RequestLike
  const url = typeof input === 'string' ? input : isUrl(input) ? input.href : whole.url
  if (typeof url !== 'string') throw invalidOption('url', 'must be a text, a URL or a Request')
  const method = toName('method', options.method ?? whole.method ?? 'GET').toUpperCase()
  const headers = new Map<string, string>()
  // Headers, a list of pairs, or an object: the class of the runtime reads all of them.
  new Headers((options.headers ?? whole.headers) as ConstructorParameters<typeof Headers>[0]).forEach((value, name) =>
    headers.set(name, value),
  )
  const body =
    options.body == null && typeof whole.arrayBuffer === 'function'
      ? Buffer.from(await whole.arrayBuffer())
      : await bytesOf(options.body)
  return { method, url: new URL(url).href, headers, body }
}

async function bytesOf(body: unknown): Promise<Buffer> {
  if (body === undefined || body === null) return Buffer.alloc(0)
  if (typeof body === 'string') return Buffer.from(body)
  if (isArrayBuffer(body)) return Buffer.from(new Uint8Array(body as ArrayBuffer))
  if (ArrayBuffer.isView(body)) return Buffer.from(new Uint8Array(body.buffer, body.byteOffset, body.byteLength))
  // A form, a blob or a stream.
  return Buffer.from(await new Response(body as ConstructorParameters<typeof Response>[0]).arrayBuffer())
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
