// HTTP sender: one request of HTTP, whoever sends it, and the redirects that are followed.

import { HttpFault } from './http-fault'
import { UpstreamFault } from './upstream-connection'

/** A request of HTTP. */
export interface HttpRequest {
  readonly method: 'POST' | 'GET' | 'DELETE'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal: AbortSignal
  /** Whether somebody waits for its response. A stream that is only listened to does not keep the process. */
  readonly keepsProcess: boolean
}

/** A response, whose body has not been read. */
export interface HttpResponse {
  readonly status: number
  header(name: string): string | undefined
  /** The body. Leaving its loop cancels the rest. */
  readonly body: AsyncIterable<Uint8Array>
  /** Leaves a body that is not read. */
  cancel(): void
}

/** Sends requests. It rejects with an `UpstreamFault`: `down` where nothing was sent, else `lost`. */
export interface HttpSender {
  send(request: HttpRequest): Promise<HttpResponse>
  /** Ends idle connections. */
  close(): void
}

/** Errors of connections that were never open. */
export const NOT_SENT: ReadonlySet<unknown> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
])

const MOST_REDIRECTS = 3

/**
 * Sends a request, and follows redirects that keep its method (307, 308) on its own origin. Others are the response: the
 * credentials of one origin are for no other.
 */
export async function sendRedirected(sender: HttpSender, request: HttpRequest): Promise<HttpResponse> {
  let { url } = request
  for (let left = MOST_REDIRECTS; ; left--) {
    const response = await sender.send({ ...request, url })
    const { status } = response
    const target = status === 307 || status === 308 ? targetOf(response.header('location'), url) : undefined
    if (target === undefined || target.origin !== url.origin) return response
    response.cancel()
    if (left === 0) throw new HttpFault('refused', `the server redirects more than ${MOST_REDIRECTS} times`, status)
    url = target
  }
}

function targetOf(location: string | undefined, base: URL): URL | undefined {
  if (location === undefined || !URL.canParse(location, base.href)) return undefined
  const target = new URL(location, base)
  // A login in it would be another one than ours.
  return target.username === '' && target.password === '' ? target : undefined
}

/** Reads a body as text; nothing for one over the limit, of which no more is read. */
export async function readBody({ body }: HttpResponse, limit: number): Promise<string | undefined> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body) {
    length += chunk.length
    if (length > limit) return undefined
    chunks.push(chunk)
  }
  return Buffer.concat(chunks, length).toString()
}

/** The fault of a connection that broke. `isSent`: whether the server may have read something. */
export function brokenConnection(isSent: boolean, error: unknown): UpstreamFault {
  const code = errorCode(error)
  const why = code === undefined ? '' : ` (${code})`
  return isSent
    ? new UpstreamFault('lost', `the connection broke${why}; the server may have done what was asked`)
    : new UpstreamFault('down', `the server cannot be reached${why}`)
}

/** The code of an error of Node, or of its cause: `fetch` wraps it. Messages may name addresses with secrets. */
export function errorCode(error: unknown): string | undefined {
  for (let at = error, depth = 0; depth < 3; depth++) {
    if (at === null || typeof at !== 'object') return undefined
    const { code, cause } = at as { readonly code?: unknown; readonly cause?: unknown }
    if (typeof code === 'string') return code
    at = cause
  }
  return undefined
}
