// Verified tokens: identities of tokens whose signature was verified a short time ago (cache). A signature costs as much
// as the rest of a call.

import { createHash } from 'node:crypto'
import type { TokenIdentity } from './token-identity'

/** The most tokens that are remembered. Over it, the one that was used least recently is forgotten. */
const MOST = 1_000

/** A token whose signature is right. */
interface VerifiedToken {
  readonly identity: TokenIdentity
  /** The keys that were trusted then. Others may not trust it. */
  readonly keys: object
}

/** Remembers tokens by their digests: the tokens themselves are not kept. */
export class VerifiedTokens {
  /** By digest, those used most recently last. */
  readonly #known = new Map<string, VerifiedToken>()

  /** Returns the identity of a token that was verified with the same keys. Whether it is in its time is not asked. */
  find(token: string, keys: object | undefined): TokenIdentity | undefined {
    const digest = digestOf(token)
    const known = this.#known.get(digest)
    if (known === undefined) return undefined
    this.#known.delete(digest)
    if (known.keys !== keys) return undefined
    this.#known.set(digest, known)
    return known.identity
  }

  add(token: string, identity: TokenIdentity, keys: object | undefined): void {
    if (keys === undefined) return
    this.#known.set(digestOf(token), { identity, keys })
    if (this.#known.size <= MOST) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }
}

function digestOf(token: string): string {
  return createHash('sha256').update(token).digest('base64')
}
