// Wanted notices: what the client of a call wants to be told before its answer.

import { isMembers } from '../../border/kind'
import type { LogLevel } from '../../../index'
import { isLogLevel } from '../../call/log'
import type { Connection } from '../protocol/connection'
import { canAnswer } from '../questions/answers-of-clients'

/** By which a client tells the progress of one request from that of others. */
export type ProgressToken = string | number

/** The key of the level of log messages in the `_meta` of a modern request. Without it, none may be sent. */
const LOG_LEVEL_KEY = 'io.modelcontextprotocol/logLevel'

/** The progress token of a request; nothing where its client wants no progress. */
export function progressTokenOf(params: unknown): ProgressToken | undefined {
  const token = memberOfMeta(params, 'progressToken')
  return typeof token === 'string' || Number.isSafeInteger(token) ? (token as ProgressToken) : undefined
}

/** The level of log messages that a modern request asks for; nothing where its client wants none. */
export function logLevelOf(params: unknown): LogLevel | undefined {
  const level = memberOfMeta(params, LOG_LEVEL_KEY)
  return isLogLevel(level) ? level : undefined
}

/** Whether the client of a call may be told or asked something before the answer. */
export function wantsNotices(params: unknown, connection: Connection | undefined): boolean {
  return (
    progressTokenOf(params) !== undefined ||
    logLevelOf(params) !== undefined ||
    (connection !== undefined && (connection.logLevel !== undefined || canAnswer(connection.capabilities)))
  )
}

function memberOfMeta(params: unknown, key: string): unknown {
  const meta = isMembers(params) ? params._meta : undefined
  return isMembers(meta) ? meta[key] : undefined
}
