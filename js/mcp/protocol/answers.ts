// Answers: a result or an error as the text of a JSON-RPC response, in pieces that are not copied.

import type { ProtocolFault, RequestId } from './json-rpc'

/** A piece of a text: JSON as a string, or as bytes of UTF-8 that the core has written. */
export type Piece = string | Uint8Array

/** The text of one message, in pieces. */
export type Pieces = readonly Piece[]

/**
 * The most bytes of a result: with what is around it, no message is over 8 MiB. A client over stdio that reads a longer
 * line ends: the official one at 10 MiB.
 */
export const MOST_RESULT_BYTES = (8 << 20) - (64 << 10)

/** The key of the server's name and version in the `_meta` of a modern result. */
const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'

/** Writes the members that every modern result has. `meta` are further members of its `_meta`. */
export function modernMembers(serverInfo: string, meta?: string, resultType = 'complete'): string {
  return `"resultType":"${resultType}","_meta":{"${SERVER_INFO}":${serverInfo}${meta === undefined ? '' : `,${meta}`}}`
}

/** Writes a response of a result, whose members are given as JSON without braces. */
export function writeResult(id: RequestId, members: Pieces): Pieces {
  return [`{"jsonrpc":"2.0","id":${JSON.stringify(id)},"result":{`, ...members, '}}']
}

/** Writes the response of an error. An id that could not be read is left out. */
export function writeFault({ id, code, message, data }: ProtocolFault): Pieces {
  return [JSON.stringify({ jsonrpc: '2.0', id, error: { code, message, data } })]
}

/** Writes a notification. */
export function writeNotification(method: string, params?: object): string {
  return JSON.stringify({ jsonrpc: '2.0', method, params })
}

/** The length of a text in bytes of UTF-8. */
export function byteLength(pieces: Pieces): number {
  let length = 0
  for (const piece of pieces) length += typeof piece === 'string' ? Buffer.byteLength(piece) : piece.byteLength
  return length
}

/** Joins the pieces of a text as bytes. */
export function joinPieces(pieces: Pieces): Buffer {
  return Buffer.concat(pieces.map((piece) => (typeof piece === 'string' ? Buffer.from(piece) : piece)))
}
