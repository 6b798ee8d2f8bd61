// Caller credentials: the headers, or the environment, that a function gives for the caller of a call, and their digest.

import { createHash } from 'node:crypto'
import { reasonOf } from '../../border/error'
import { isMembers, kindOf } from '../../border/kind'
import type { Members } from '../../border/kind'
import { isThenable } from '../../border/thenable'
import type { UpstreamConnector } from '../client/upstream-connection'

/** Whom credentials are for, as types/mcp-loader.d.ts says it. A request of the loader itself has the signal alone. */
export interface Caller {
  readonly userId?: unknown
  readonly auditingId?: unknown
  readonly metadata?: unknown
  readonly toolName?: string
  readonly callId?: string
  readonly signal: AbortSignal
}

/** Gives credentials. What it gives is not checked yet. */
export type CredentialSource = (caller: Caller, request: { readonly isRefused: boolean }) => unknown

/** Credentials of one caller. */
export interface CallerCredentials {
  /** The digest of what was given: connections are shared by calls that have the same. */
  readonly key: string
  /** Opens a connection that has them. */
  readonly connector: UpstreamConnector
}

/** Asks for the credentials of a caller. Rejects with what goes wrong: `WrongCredentials`, or what the function threw. */
export type AskCredentials = (caller: Caller, request: { readonly isRefused: boolean }) => Promise<CallerCredentials>

/** What a function gave cannot be used. Its message has no secret. */
export class WrongCredentials extends Error {}

/**
 * Asks a function, and reads what it gives at once, where it gives no promise: the object may be one that its next call
 * changes. Rejects with `WrongCredentials`.
 */
export async function askFor<T>(option: string, give: () => unknown, read: (given: Members) => T): Promise<T> {
  try {
    const answer = give()
    const given = isThenable(answer) ? await answer : answer
    if (isMembers(given)) return read(given)
    throw new WrongCredentials(`it returned ${kindOf(given)}: it must return an object of texts`)
  } catch (thrown) {
    throw new WrongCredentials(`the function ${option} failed: ${reasonOf(thrown)}`)
  }
}

/** The digest of texts by name, whatever their order. */
export function digestOf(texts: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1))
  return createHash('sha256').update(JSON.stringify(sorted)).digest('base64url')
}
