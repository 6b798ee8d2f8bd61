// Sealed state: what a server gives a client to bring back, so that nobody else reads or changes it (AES-256-GCM).

import { createCipheriv, createDecipheriv, createHash, randomBytes } from 'node:crypto'

const ALGORITHM = 'aes-256-gcm'
const IV_BYTES = 12
const TAG_BYTES = 16

/** Seals states with one key. */
export class StateSeal {
  readonly #key: Uint8Array
  readonly #purpose: Uint8Array

  /**
   * Without a secret the key is that of the process: no other one opens its states. States of another purpose do not open,
   * even with the same secret.
   */
  constructor(secret?: string | Uint8Array, purpose = '') {
    this.#purpose = Buffer.from(purpose)
    this.#key = secret === undefined ? randomBytes(32) : createHash('sha256').update(secret).digest()
  }

  seal(state: object): string {
    const iv = randomBytes(IV_BYTES)
    const cipher = createCipheriv(ALGORITHM, this.#key, iv).setAAD(this.#purpose)
    const text = Buffer.concat([cipher.update(JSON.stringify(state)), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), text]).toString('base64url')
  }

  /** Opens a state; nothing for what was not sealed with this key, or was changed. */
  open(sealed: unknown): unknown {
    if (typeof sealed !== 'string' || !/^[\w-]+$/.test(sealed)) return undefined
    const bytes = Buffer.from(sealed, 'base64url')
    if (bytes.length < IV_BYTES + TAG_BYTES) return undefined
    try {
      const cipher = createDecipheriv(ALGORITHM, this.#key, bytes.subarray(0, IV_BYTES), { authTagLength: TAG_BYTES })
      cipher.setAAD(this.#purpose)
      cipher.setAuthTag(bytes.subarray(IV_BYTES, IV_BYTES + TAG_BYTES))
      const text = Buffer.concat([cipher.update(bytes.subarray(IV_BYTES + TAG_BYTES)), cipher.final()])
      return JSON.parse(text.toString()) as unknown
    } catch {
      return undefined
    }
  }
}
