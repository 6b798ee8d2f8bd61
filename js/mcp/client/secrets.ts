// Secrets of a connection: values of headers and of the environment, which what a server says may repeat.

import type { ServerResponse } from './server-message'
import type { UpstreamFault } from './upstream-connection'

const HIDDEN = '[REDACTED]'
/** Shorter values are words that anybody writes, such as "true". */
const SHORTEST = 8
/** The most values that are remembered: headers may be made for each request. */
const MOST = 200

/** Removes values from text. */
export class Secrets {
  /** The newest are last. */
  readonly #values = new Set<string>()

  add(values: Iterable<string>): void {
    for (const value of values) {
      // The credential of a header stands after its scheme: `Bearer …`.
      for (const secret of [value, value.replace(/^\S+ +/, '')]) {
        if (secret.length < SHORTEST) continue
        this.#values.delete(secret)
        this.#values.add(secret)
      }
    }
    for (const oldest of this.#values) {
      if (this.#values.size <= MOST) break
      this.#values.delete(oldest)
    }
  }

  hide(text: string): string {
    let hidden = text
    for (const secret of this.#values) hidden = hidden.replaceAll(secret, HIDDEN)
    return hidden
  }

  /** Removes values from the error of an answer. Its data is the server's. */
  hideInAnswer(response: ServerResponse): ServerResponse {
    const { error } = response
    return error === undefined ? response : { ...response, error: { ...error, message: this.hide(error.message) } }
  }

  /** Removes values from the message of a fault. */
  hideInFault(fault: UpstreamFault): UpstreamFault {
    fault.message = this.hide(fault.message)
    return fault
  }
}
