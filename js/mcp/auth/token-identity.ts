// Token identity: who sends a token, as `verify` says; checked, so that a mistake in it lets nobody in.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { checkOptions, invalidOption, toName } from '../../border/options'
import { readScopes } from './auth-options'

/** Who sends a token. */
export interface TokenIdentity {
  /** The id of the caller at its issuer. */
  readonly subject: string
  readonly scopes: readonly string[]
  /** What the issuer says of the caller. */
  readonly claims: Members
  /** Until when the token is taken, in ms since 1970; `undefined`: it says nothing. */
  readonly expiresAt: number | undefined
}

const NAMES = Object.freeze(['subject', 'scopes', 'claims', 'expiresAt'] as const)

/** Reads what `verify` has returned: nothing for a token that is not taken. Throws for what is no identity. */
export function readIdentity(given: unknown): TokenIdentity | undefined {
  if (given === undefined || given === null) return undefined
  const { subject, scopes, claims = {}, expiresAt } = checkOptions(given, NAMES, 'identity')
  const name = toName('identity.subject', subject)
  if (name.trim() === '') throw invalidOption('identity.subject', 'must have a visible character')
  if (!isMembers(claims)) throw invalidOption('identity.claims', 'must be an object')
  if (expiresAt !== undefined && !(typeof expiresAt === 'number' && Number.isFinite(expiresAt)))
    throw invalidOption('identity.expiresAt', 'must be a time in ms since 1970')
  return Object.freeze({ subject: name, scopes: readScopes('identity.scopes', scopes), claims, expiresAt })
}
