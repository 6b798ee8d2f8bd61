// JSON-RPC 2.0: the text of a message → a request, a notification, a response, or why it is none.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'

/** Error codes of JSON-RPC, and those that MCP 2026-07-28 defines. */
export const PARSE_ERROR = -32700
export const INVALID_REQUEST = -32600
export const METHOD_NOT_FOUND = -32601
export const INVALID_PARAMS = -32602
export const INTERNAL_ERROR = -32603
export const HEADER_MISMATCH = -32020
export const MISSING_CAPABILITY = -32021
export const UNSUPPORTED_REVISION = -32022

/** The id of a request. */
export type RequestId = string | number

/** A call of a method that gets an answer. */
export interface RequestMessage {
  readonly kind: 'request'
  readonly id: RequestId
  readonly method: string
  readonly params: Members | undefined
  /** The message as it was received: numbers of 64 bits are exact here alone. */
  readonly text: string
}

/** A message that gets no answer. */
export interface NotificationMessage {
  readonly kind: 'notification'
  readonly method: string
  readonly params: Members | undefined
}

/** The answer to a request of the server. An error whose request could not be read has no id. */
export interface ResponseMessage {
  readonly kind: 'response'
  readonly id: RequestId | undefined
  readonly result?: unknown
  /** The message of an error. */
  readonly error?: string | undefined
}

/** A message that is not served, as an error for its sender. */
export interface ProtocolFault {
  readonly kind: 'fault'
  /** The id of the request, where it can be read. */
  readonly id?: RequestId | undefined
  readonly code: number
  readonly message: string
  readonly data?: unknown
  /** The status of the HTTP response. */
  readonly status: number
}

export type Message = RequestMessage | NotificationMessage | ResponseMessage

/** Makes the error of a request. */
export function fault(
  code: number,
  message: string,
  {
    id,
    status = 200,
    data,
  }: { readonly id?: RequestId | undefined; readonly status?: number; readonly data?: unknown } = {},
): ProtocolFault {
  return { kind: 'fault', id, code, message, data, status }
}

/** Reads a message. `depth` is the most levels of lists and objects. */
export function readMessage(text: string, depth: number): Message | ProtocolFault {
  if (isDeep(text, depth))
    return fault(INVALID_REQUEST, `the message is nested more than ${depth} levels deep`, { status: 400 })
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch (thrown) {
    // `JSON.parse` throws instances of Error alone.
    return fault(PARSE_ERROR, `the message is not JSON: ${(thrown as Error).message}`, { status: 400 })
  }
  return judgeMessage(value, text)
}

function judgeMessage(value: unknown, text: string): Message | ProtocolFault {
  if (Array.isArray(value)) return invalid('a batch is not served: send each message by itself')
  if (value === null || typeof value !== 'object') return invalid('a message must be an object')
  const { jsonrpc, id, method, params, result, error } = value as Members
  const known = isRequestId(id) ? id : undefined
  if (jsonrpc !== '2.0') return invalid('jsonrpc must be "2.0"', known)
  // An error is never answered with an error: two peers would do so for ever.
  const isError = method === undefined && Object.hasOwn(value, 'error')
  if (isError && (known !== undefined || id === undefined || id === null))
    return { kind: 'response', id: known, error: errorText(error) }
  if (id !== undefined && known === undefined) return invalid('id must be a string or a whole number')
  if (method === undefined && known !== undefined && Object.hasOwn(value, 'result'))
    return { kind: 'response', id: known, result }
  if (typeof method !== 'string') return invalid('method must be a string', known)
  if (params !== undefined && !isMembers(params)) return invalid('params must be an object', known)
  return known === undefined
    ? { kind: 'notification', method, params }
    : { kind: 'request', id: known, method, params, text }
}

function invalid(message: string, id?: RequestId): ProtocolFault {
  return fault(INVALID_REQUEST, message, { id, status: 400 })
}

function errorText(error: unknown): string {
  return isMembers(error) && typeof error.message === 'string' ? error.message : 'an error'
}

function isRequestId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id)
}

/**
 * Whether a text of JSON is nested deeper than a limit. It is asked before the text is parsed: what walks the value
 * later is recursive.
 */
export function isDeep(text: string, limit: number): boolean {
  if (!hasMany(text, limit)) return false
  let depth = 0
  let isString = false
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i)
    if (isString) {
      if (unit === BACKSLASH) i++
      else if (unit === QUOTE) isString = false
    } else if (unit === QUOTE) isString = true
    else if (unit === OPEN_BRACE || unit === OPEN_BRACKET) {
      if (++depth > limit) return true
    } else if (unit === CLOSE_BRACE || unit === CLOSE_BRACKET) depth--
  }
  return false
}

const [QUOTE, BACKSLASH, OPEN_BRACKET, CLOSE_BRACKET, OPEN_BRACE, CLOSE_BRACE] = [0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d]

/** Whether a text has more opening brackets than a limit: most messages have few, and need no scan. */
function hasMany(text: string, limit: number): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at >= 0; at = text.indexOf(bracket, at + 1)) if (++count > limit) return true
  }
  return false
}
