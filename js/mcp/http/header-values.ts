// Header values: text in the headers of MCP, plain or as base64 (2026-07-28, "Streamable HTTP", value encoding).

// A DOM in JavaScript (Jest) has no global one.
import { TextDecoder } from 'node:util'

const PREFIX = '=?base64?'
const SUFFIX = '?='

/** Base64 with padding. Source: RFC 4648, section 4. */
const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/

/** What a header may have as it is: visible ASCII, spaces and tabs. */
const PLAIN = /^[\t\x20-\x7e]*$/

const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Reads the value of a header; nothing for one that is malformed. */
export function readHeaderValue(value: string): string | undefined {
  if (!value.startsWith(PREFIX) || !value.endsWith(SUFFIX) || value.length < PREFIX.length + SUFFIX.length)
    return PLAIN.test(value) ? value : undefined
  const encoded = value.slice(PREFIX.length, -SUFFIX.length)
  if (!BASE64.test(encoded)) return undefined
  try {
    return decoder.decode(Buffer.from(encoded, 'base64'))
  } catch {
    // It is no UTF-8.
    return undefined
  }
}

/** Whether text can be the value of a header as it is. */
export function isPlainHeader(text: string): boolean {
  return text !== '' && PLAIN.test(text)
}

/** Writes text as the value of a header. Half a surrogate pair becomes U+FFFD, as in the message. */
export function writeHeaderValue(text: string): string {
  return isPlainHeader(text) && text.trim() === text && !looksEncoded(text)
    ? text
    : `${PREFIX}${Buffer.from(text).toString('base64')}${SUFFIX}`
}

function looksEncoded(text: string): boolean {
  return text.startsWith(PREFIX) && text.endsWith(SUFFIX)
}
