// State key: the secret of what is given to others to bring back (AES-256-GCM), and the seal that it makes.

import { invalidOption } from '../border/options'
import { isUint8Array } from '../border/realm'
import type * as sealedState from './sealed-state'
import type { StateSeal } from './sealed-state'

/** The shortest secret, in characters or bytes. */
const LEAST_KEY = 32

/** Reads the option `stateKey`. */
export function readStateKey(key: unknown): string | Uint8Array | undefined {
  if (key === undefined) return undefined
  if (
    (typeof key === 'string' || (typeof key === 'object' && key !== null && isUint8Array(key))) &&
    key.length >= LEAST_KEY
  )
    // A copy: a buffer may be wiped.
    return typeof key === 'string' ? key : Uint8Array.from(key)
  throw invalidOption(
    'stateKey',
    `must be a text or bytes, ${LEAST_KEY} at least: a secret of all processes that share an address`,
  )
}

/** Makes the seal of states when a call asks for the first time. */
export function makeSeal(secret: string | Uint8Array | undefined, purpose?: string): () => StateSeal {
  let seal: StateSeal | undefined
  return () => {
    const { StateSeal } = require('./sealed-state') as typeof sealedState
    return (seal ??= new StateSeal(secret, purpose))
  }
}
