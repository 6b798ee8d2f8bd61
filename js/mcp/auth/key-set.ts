// Key set: the public keys of an issuer (JWKS, RFC 7517), fetched when they are needed.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { createPublicKey } from 'node:crypto'
import type { JsonWebKey, KeyObject } from 'node:crypto'
import { takesKey } from './jwt'
import type { ParsedToken } from './jwt'

/** How long keys are used before they are fetched anew, in ms. */
const FRESH_MS = 10 * 60_000
/** The least time between two fetches, in ms: tokens with made-up keys must not become requests. */
const LEAST_MS = 30_000
/** How long a failed fetch is remembered while no keys are known, in ms: a server that is down gets no flood. */
const FAILED_MS = 1_000
/** The most keys of a set. */
const MOST_KEYS = 100

/** A key with what it may be used for. */
interface NamedKey {
  readonly id: string | undefined
  /** The only algorithm of the key, if it names one. */
  readonly algorithm: string | undefined
  readonly key: KeyObject
}

/** Fetches the document of a key set. Rejects if it cannot. */
export type FetchKeys = () => Promise<unknown>

/** The keys of one issuer. */
export class KeySet {
  readonly #fetch: FetchKeys | undefined
  readonly #now: () => number
  #keys: readonly NamedKey[] = []
  #fetchedAt = -Infinity
  #triedAt = -Infinity
  /** Why the last fetch has failed. */
  #failure: unknown
  /** The fetch that is under way: all who need keys wait for one. */
  #fetching: Promise<void> | undefined

  /** `keys` are a document that is never fetched anew, or what fetches it. `now` is the time in ms. */
  constructor(keys: unknown, now: () => number) {
    this.#now = now
    if (typeof keys === 'function') this.#fetch = keys as FetchKeys
    else this.#keys = readKeys(keys)
  }

  /** Stands for the keys that are trusted now; `undefined` where they have to be fetched anew. */
  get trusted(): object | undefined {
    const isOld = this.#fetch !== undefined && this.#now() - this.#fetchedAt > FRESH_MS
    return isOld ? undefined : this.#keys
  }

  /** The keys that may have signed a token. Rejects if there are none and they cannot be fetched. */
  async find(token: ParsedToken): Promise<readonly KeyObject[]> {
    if (this.#fetch === undefined) return this.#matching(token)
    if (this.#now() - this.#fetchedAt > FRESH_MS) await this.#refresh()
    const found = this.#matching(token)
    if (found.length > 0) return found
    // The issuer may have a new key.
    await this.#refresh()
    return this.#matching(token)
  }

  #matching({ keyId, algorithm }: ParsedToken): readonly KeyObject[] {
    return this.#keys
      .filter((known) => keyId === undefined || known.id === keyId)
      .filter((known) => known.algorithm === undefined || known.algorithm === algorithm)
      .filter((known) => takesKey(algorithm, known.key))
      .map(({ key }) => key)
  }

  /** Fetches the keys, but not often. Known keys are used on where that fails. */
  async #refresh(): Promise<void> {
    const isKnown = this.#fetchedAt > -Infinity
    if (this.#fetching === undefined) {
      const waited = this.#now() - this.#triedAt
      if (isKnown && waited < LEAST_MS) return
      if (!isKnown && waited < FAILED_MS) throw this.#failure
      this.#fetching = this.#load().finally(() => {
        this.#fetching = undefined
      })
    }
    try {
      await this.#fetching
    } catch (thrown) {
      if (!isKnown) throw thrown
    }
  }

  async #load(): Promise<void> {
    this.#triedAt = this.#now()
    try {
      // Only a set without a fetch is never refreshed.
      this.#keys = readKeys(await this.#fetch?.())
      this.#fetchedAt = this.#now()
    } catch (thrown) {
      this.#failure = thrown
      throw thrown
    }
  }
}

/** Reads a document of keys. Keys that cannot be used are left out. Throws for what is no key set. */
function readKeys(document: unknown): readonly NamedKey[] {
  const keys = isMembers(document) ? document.keys : undefined
  if (!Array.isArray(keys)) throw new TypeError('a key set must be an object with a list "keys"')
  return keys.slice(0, MOST_KEYS).flatMap((key: unknown) => (isMembers(key) ? readKey(key) : []))
}

function readKey(jwk: Members): readonly NamedKey[] {
  const { kid, alg, use, key_ops: operations } = jwk
  if (use !== undefined && use !== 'sig') return []
  if (Array.isArray(operations) && !operations.includes('verify')) return []
  try {
    // Only public keys come of it: a private one in the document is read as its public half.
    const key = createPublicKey({ key: jwk as JsonWebKey, format: 'jwk' })
    const id = typeof kid === 'string' ? kid : undefined
    return [{ id, algorithm: typeof alg === 'string' ? alg : undefined, key }]
  } catch {
    // A type that is not known, such as a secret of HMAC.
    return []
  }
}
