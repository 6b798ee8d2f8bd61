// Keys of an issuer: fetched from an address, or from the one that the metadata of the issuer names (RFC 8414).

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { FetchKeys } from './key-set'

/** How long a document may take, in ms, and how large it may be, in bytes. */
const FETCH_MS = 5_000
const MOST_BYTES = 1 << 20

/** Returns what fetches the keys at an address. */
export function keysAt(address: URL): FetchKeys {
  return () => fetchJson(address)
}

/** Returns what fetches the keys that an issuer names in its metadata. */
export function keysOfIssuer(issuer: string): FetchKeys {
  const url = checkAddress('issuer', issuer)
  return async () => {
    const { jwks_uri: address } = await fetchMetadata(issuer, url)
    if (typeof address !== 'string') throw new TypeError(`the metadata of ${issuer} names no keys`)
    return fetchJson(checkAddress('jwks_uri', address))
  }
}

/** Reads the metadata of an issuer. Source: RFC 8414, section 3; OpenID Connect Discovery 1.0, section 4. */
async function fetchMetadata(issuer: string, url: URL): Promise<Members> {
  const path = url.pathname.replace(/\/$/, '')
  const places = [`/.well-known/oauth-authorization-server${path}`, `${path}/.well-known/openid-configuration`]
  let failure: unknown
  for (const place of places) {
    try {
      const metadata = await fetchJson(withPath(url, place))
      // Source: RFC 8414, section 3.3: who answers for an issuer must be it.
      if (isMembers(metadata) && metadata.issuer === issuer) return metadata
      failure = new TypeError(`the metadata at ${place} is that of another issuer than ${issuer}`)
    } catch (thrown) {
      failure = thrown
    }
  }
  throw failure
}

/** An address with another path. A path may start with two slashes: it is no host. */
function withPath(address: URL, path: string): URL {
  const url = new URL(address.origin)
  url.pathname = path
  return url
}

/** Checks an address of keys: https, or of this machine. */
export function checkAddress(option: string, text: string | URL): URL {
  const url = new URL(text)
  const isLocal = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol !== 'https:' && !(url.protocol === 'http:' && isLocal))
    throw new TypeError(`${option} must be an https address, is ${url.protocol}//${url.host}`)
  return url
}

async function fetchJson(address: URL): Promise<unknown> {
  const headers = { accept: 'application/json' }
  const response = await fetch(address, { headers, redirect: 'error', signal: AbortSignal.timeout(FETCH_MS) })
  if (!response.ok) throw new Error(`${address.href} answered with status ${response.status}`)
  const chunks: Uint8Array[] = []
  let length = 0
  // A body of the Fetch API has bytes alone.
  const body = (response.body ?? []) as AsyncIterable<Uint8Array>
  for await (const chunk of body) {
    length += chunk.length
    if (length > MOST_BYTES) throw new Error(`${address.href} has more than ${MOST_BYTES} bytes`)
    chunks.push(chunk)
  }
  return JSON.parse(Buffer.concat(chunks, length).toString())
}
