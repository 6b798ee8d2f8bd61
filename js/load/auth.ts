// Credentials: separates credential functions from plain values and reads environment variables.

import { deepFreeze } from '../border/freeze'
import { invalidOption } from '../border/options'
import { isDate, timeOf } from '../border/realm'
import type { CallContext, CredentialFunction, CredentialRequest } from '../../index'

/** The option `auth`: what Rust gets of it, and the credential functions by security scheme. */
export interface SplitAuth {
  readonly said: unknown
  readonly functions: readonly (readonly [scheme: string, give: CredentialFunction])[]
}

/**
 * Separates credential functions from plain credentials, and reads environment variables. A worker may have its own
 * environment, which Rust does not see.
 */
export function splitAuth(auth: unknown): SplitAuth {
  if (auth === undefined || auth === false) return { said: auth, functions: [] }
  if (auth === null || typeof auth !== 'object' || Array.isArray(auth))
    throw invalidOption('auth', 'must be a map of security schemes to credentials, or false')
  const entries: [string, unknown][] = Object.entries(auth)
  const functions: [string, CredentialFunction][] = []
  for (const [scheme, credential] of entries)
    // Its credential is checked when it gives one.
    if (typeof credential === 'function') functions.push([scheme, credential as CredentialFunction])
  const known = new Map<object, unknown>()
  const plain = entries
    .filter(([, credential]) => typeof credential !== 'function')
    .map(([scheme, credential]): [string, unknown] => [scheme, resolveEnvironment(credential, known)])
  // `fromEntries` gives `__proto__` as a key of its own.
  return { said: Object.fromEntries(plain), functions }
}

/**
 * Adds the value of an environment variable to `{ env: name }`. `known` has the resolved values by original: shared
 * objects are read once.
 */
function resolveEnvironment(credential: unknown, known: Map<object, unknown>): unknown {
  if (credential === null || typeof credential !== 'object' || Array.isArray(credential)) return credential
  if (!known.has(credential)) known.set(credential, readCredential(credential, known))
  return known.get(credential)
}

function readCredential(credential: object & { readonly env?: unknown }, known: Map<object, unknown>): object {
  if (Object.hasOwn(credential, 'env'))
    return {
      ...credential,
      value: typeof credential.env === 'string' ? process.env[credential.env] : undefined,
    }
  const entries: [string, unknown][] = Object.entries(credential)
  return Object.fromEntries(entries.map(([key, value]) => [key, resolveEnvironment(value, known)]))
}

/** Wraps a credential function for calls from Rust. A date becomes its time. `tell` gets each credential. */
export function credentialCallback(give: CredentialFunction, tell: (given: unknown) => void) {
  return async ({ request }: { request: CredentialRequest }, context: CallContext): Promise<unknown> => {
    const given: unknown = await give(context, deepFreeze(request))
    tell(given)
    return endsAtDate(given) ? { ...given, expiresAt: timeOf(given.expiresAt) } : given
  }
}

function endsAtDate(given: unknown): given is { readonly expiresAt: Date } {
  return given !== null && typeof given === 'object' && isDate((given as { readonly expiresAt?: unknown }).expiresAt)
}
