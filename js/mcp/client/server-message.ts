// Server message: a text of a server → response, notification or request, or why it is none of them.

import { parseExactly } from '../../border/exact-integers'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { isDeep } from '../protocol/json-rpc'
import type { RequestId } from '../protocol/json-rpc'
import { findToolsText } from './tools-text'

/** The answer to a request. The id of an error may be missing. */
export interface ServerResponse {
  readonly kind: 'response'
  readonly id: RequestId | undefined
  /** The length of its text. */
  readonly size: number
  /** The result, or the error of JSON-RPC. What is neither is a break of the protocol, as `broken` says. */
  readonly result?: Members
  readonly error?: ServerError
  readonly broken?: string
}

/** An error of JSON-RPC. */
export interface ServerError {
  readonly code: number
  readonly message: string
  readonly data: unknown
}

export interface ServerNotice {
  readonly kind: 'notice'
  readonly method: string
  readonly params: Members
}

export interface ServerRequest {
  readonly kind: 'request'
  readonly id: RequestId
  readonly method: string
  readonly params: Members
  /** Whether it is nested deeper than the limit. */
  readonly isDeep: boolean
}

/** A text that is no message. */
export interface Noise {
  readonly kind: 'noise'
  readonly reason: string
}

export type ServerMessage = ServerResponse | ServerNotice | ServerRequest | Noise

/** A text without such a part has no integer that JavaScript changes. */
const LONG_INTEGER = /\d{16}/
/** The longest message of an error that is told. */
const LONGEST_WORDS = 2_000

/**
 * Reads a message of a server. An integer beyond 2^53 is its text, as in every result of toolrack: a number of
 * JavaScript would be another one. `isList`: whether a request
 * asked for `tools/list`; the tools of its answer stay text.
 */
export function readServerMessage(text: string, depth: number, isList?: (id: RequestId) => boolean): ServerMessage {
  const list = isList === undefined ? undefined : findToolsText(text, depth)
  if (list !== undefined && isList?.(list.id) === true) return { kind: 'response', size: text.length, ...list }
  let value: unknown
  try {
    value = JSON.parse(text)
    // It takes valid JSON alone: what else a server sends, it may read for ever.
    if (LONG_INTEGER.test(text)) value = parseExactly(text)
  } catch {
    return noise('it is not JSON')
  }
  if (!isMembers(value)) return noise('it is no object')
  if (value.jsonrpc !== '2.0') return noise('jsonrpc is not "2.0"')
  const { id, method, params } = value
  if (typeof method !== 'string') return readResponse(value, text, depth)
  if (id === undefined) return { kind: 'notice', method, params: isMembers(params) ? params : {} }
  return isId(id)
    ? {
        kind: 'request',
        id,
        method,
        params: isMembers(params) ? params : {},
        isDeep: isDeep(text, depth),
      }
    : noise('its id is neither a string nor a whole number')
}

function readResponse({ id, result, error }: Members, text: string, depth: number): ServerMessage {
  const known = isId(id) ? id : undefined
  if (known === undefined && error === undefined) return noise('it is neither a request nor an answer to one')
  const response = { kind: 'response', id: known, size: text.length } as const
  // What walks the value later is recursive.
  if (isDeep(text, depth)) return { ...response, broken: `more than ${depth} levels` }
  if (isMembers(error)) {
    const { code, message, data } = error
    if (typeof code !== 'number') return { ...response, broken: 'an error without a code' }
    const words = typeof message === 'string' ? message.slice(0, LONGEST_WORDS) : ''
    return { ...response, error: { code, message: words, data } }
  }
  if (isMembers(result)) return { ...response, result }
  return { ...response, broken: 'neither a result nor an error that is an object' }
}

function noise(reason: string): Noise {
  return { kind: 'noise', reason }
}

function isId(id: unknown): id is RequestId {
  return typeof id === 'string' || Number.isSafeInteger(id)
}
