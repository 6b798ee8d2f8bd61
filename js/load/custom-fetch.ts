// Custom fetch: sends the requests of a loader through a `fetch` of its user.

import { failureOf } from '../border/error'
import { readOption } from '../border/options'
import type { CallContext, FetchInit, LoaderOptions } from '../../index'

/** The member of a recording `fetch` that is told each credential, so that it writes none; of another copy too. */
export const SECRETS = Symbol.for('toolrack.secrets')

/** What a custom `fetch` is told each credential by; nothing where it asks for none. */
export function secretListener(fetch: object): ((secret: string) => void) | undefined {
  const listener = readOption('fetch', () => (fetch as { readonly [SECRETS]?: (secret: string) => void })[SECRETS])
  return typeof listener === 'function' ? listener : undefined
}

/** A request as the core sends it. */
interface FetchRequest {
  readonly method: string
  readonly url: string
  readonly headers: readonly (readonly [name: string, value: string])[]
  /** In base64. */
  readonly body: string | null
  /** Limit of the response body, in bytes. */
  readonly maxBytes: number
}

/** A response as the core reads it. */
type FetchAnswer =
  | { readonly status: number; readonly headers: readonly [string, string][]; readonly body: string }
  | { readonly isTooLarge: true }

/** The members of a `Response` that are read; a polyfill may have no others. */
interface FetchResponse {
  readonly status: number
  readonly type?: unknown
  readonly headers: {
    get(name: string): unknown
    forEach(visit: (value: string, name: string) => void): void
  }
  readonly body?: AsyncIterable<Uint8Array> | null
}

/**
 * Makes the closure that sends requests through a custom `fetch`. Bodies cross as base64: it is meant for proxies and
 * tests, where the network takes longer.
 */
export function fetchExecutor(fetch: NonNullable<LoaderOptions['fetch']>) {
  return async (
    { method, url, headers, body, maxBytes }: FetchRequest,
    { signal }: Pick<CallContext, 'signal'>,
  ): Promise<FetchAnswer> => {
    const target = new URL(url)
    const sent = joinHeaders(headers)
    // WHATWG Fetch refuses credentials in the URL.
    if (target.username !== '' || target.password !== '') {
      sent.authorization ??= basicCredentials(target)
      target.username = target.password = ''
    }
    try {
      const init: FetchInit = {
        method,
        headers: sent,
        redirect: 'manual',
        signal,
        ...(body === null ? {} : { body: Buffer.from(body, 'base64') }),
      }
      return await readResponse(await fetch(target.href, init), maxBytes)
    } catch (error) {
      throw new Error(fetchFault(error, target))
    }
  }
}

/** Headers by name, which the core writes in lower case; several of one name are one, by RFC 9110. */
function joinHeaders(headers: FetchRequest['headers']): Record<string, string> {
  const joined = new Map<string, string>()
  for (const [name, value] of headers) {
    const before = joined.get(name)
    const separator = name === 'cookie' ? '; ' : ', '
    joined.set(name, before === undefined ? value : `${before}${separator}${value}`)
  }
  return Object.fromEntries(joined)
}

function basicCredentials({ username, password }: URL): string {
  const login = Buffer.concat([percentDecode(username), Buffer.from(':'), percentDecode(password)])
  return `Basic ${login.toString('base64')}`
}

/** The bytes of a login, which is ASCII in a URL. A percent sign without two digits stands for itself. */
function percentDecode(text: string): Buffer {
  const decoded = text.replace(/%([0-9a-f]{2})/gi, (_, digits: string) => String.fromCharCode(parseInt(digits, 16)))
  return Buffer.from(decoded, 'latin1')
}

/** Content encodings that `fetch` decodes though the header stays. */
const DECODED = new Set(['', 'identity', 'gzip', 'x-gzip', 'deflate', 'br', 'zstd'])

async function readResponse(response: unknown, maxBytes: number): Promise<FetchAnswer> {
  if (!isResponse(response)) throw new TypeError('fetch must return a Response')
  if (response.type === 'opaqueredirect' || response.status === 0)
    throw new TypeError('fetch hides where it is redirected to')
  const chunks: Uint8Array[] = []
  let length = 0
  // Leaving the loop cancels the rest of the body.
  for await (const chunk of response.body ?? []) {
    length += chunk.length
    if (length > maxBytes) return { isTooLarge: true }
    chunks.push(chunk)
  }
  const headers: [string, string][] = []
  // The body is decoded, and these headers describe the encoded one. Other encodings are kept and reported.
  const coding = response.headers.get('content-encoding')
  const isDecoded =
    typeof coding === 'string' && coding.split(',').every((one) => DECODED.has(one.trim().toLowerCase()))
  response.headers.forEach((value, name) => {
    if (!isDecoded || (name !== 'content-encoding' && name !== 'content-length')) headers.push([name, value])
  })
  return { status: response.status, headers, body: Buffer.concat(chunks).toString('base64') }
}

function isResponse(value: unknown): value is FetchResponse {
  const response = value as { status?: unknown; headers?: { forEach?: unknown } | null } | null | undefined
  return Number.isInteger(response?.status) && typeof response?.headers?.forEach === 'function'
}

/** Describes a failed request by its origin only: the rest of the URL may hold credentials. */
function fetchFault(error: unknown, target: URL): string {
  const secrets = [target.href, `${target.pathname}${target.search}`, target.search].filter((one) => one.length > 1)
  const causes: string[] = []
  let failure = error === undefined || error === null ? undefined : failureOf(error, 3)
  while (failure !== undefined) {
    causes.push(removeSecrets(secrets, failure.message))
    failure = failure.cause
  }
  return [...new Set(causes)].filter((one) => one !== '').join(': ') || 'fetch failed'
}

/** Removes secret texts from a message, also one cut off at its end. */
function removeSecrets(secrets: readonly string[], message: string): string {
  const text = secrets.reduce((text, secret) => text.replaceAll(secret, '…'), message)
  return message.endsWith('…') ? text.slice(0, -Math.max(1, ...secrets.map((secret) => secret.length))) : text
}
