// HTTP session: the `Mcp-Session-Id` of a legacy server, and its renewal when the server has forgotten it.

import { brokenFault } from './pending-request'
import { UpstreamFault } from './upstream-connection'

/** Visible ASCII (2025-11-25, "Transports", session management). */
const VALID = /^[\x21-\x7e]{1,1024}$/

/** The session of a connection. A server may have none. */
export class HttpSession {
  readonly #renew: () => Promise<void> | undefined
  #id: string | undefined
  #isExpired = false
  #renewing: Promise<void> | undefined

  constructor(renew: () => Promise<void> | undefined) {
    this.#renew = renew
  }

  get id(): string | undefined {
    return this.#id
  }

  /** Takes the header of the answer to `initialize`. */
  open(id: string | undefined): void {
    if (id !== undefined && !VALID.test(id)) throw brokenFault('the id of the session is malformed')
    this.#id = id
    this.#isExpired = false
  }

  /** The server has forgotten a session; the next request opens another one. */
  expire(id: string): void {
    if (this.#id !== id) return
    this.#id = undefined
    this.#isExpired = true
  }

  /** Opens a session where the last one is over. Nothing was sent where it rejects. */
  async ready(): Promise<void> {
    if (!this.#isExpired && this.#renewing === undefined) return
    this.#renewing ??= Promise.resolve(this.#renew()).finally(() => (this.#renewing = undefined))
    try {
      await this.#renewing
    } catch (thrown) {
      throw new UpstreamFault(
        'down',
        `the session is over, and no other one opens: ${(thrown as UpstreamFault).message}`,
      )
    }
  }
}
