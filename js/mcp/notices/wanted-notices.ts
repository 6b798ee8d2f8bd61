// Wanted notices: what the client of a call wants to be told before its answer.

import { isMembers } from '../../border/kind'
import type { RequestMessage } from '../protocol/json-rpc'

/** By which a client tells the progress of one request from that of others. */
export type ProgressToken = string | number

/** The progress token of a request; nothing where its client wants no progress. */
export function progressTokenOf(params: unknown): ProgressToken | undefined {
  const meta = isMembers(params) ? params._meta : undefined
  const token = isMembers(meta) ? meta.progressToken : undefined
  return typeof token === 'string' || Number.isSafeInteger(token) ? (token as ProgressToken) : undefined
}

/** Whether the client of a call has asked to be told something before the answer. */
export function wantsNotices({ params }: RequestMessage): boolean {
  return progressTokenOf(params) !== undefined
}
