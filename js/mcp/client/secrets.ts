// Secrets of a connection: values of headers and of the environment, which what a server says may repeat.

import { isMembers } from '../../border/kind'
import type { ServerResponse } from './server-message'
import type { UpstreamFault } from './upstream-connection'

const HIDDEN = '[redacted]'
/** Shorter values are words that anybody writes, such as "true". */
const SHORTEST = 8
/** The most values that are remembered: headers may be made for each request. */
const MOST = 200

/** Headers that hold no credential, as docs/auth.md lists them. */
const OPEN_HEADER = /^(?:accept|content-|if-)|^(?:user-agent|cache-control|range|prefer|origin|referer|from|date)$/

/** Removes values from text. */
export class Secrets {
  /** The forms of each value. The newest are last. */
  readonly #values = new Map<string, readonly string[]>()

  add(values: Iterable<string>): void {
    for (const value of values) {
      // The credential of a header stands after its scheme: `Bearer …`.
      for (const secret of [value, value.replace(/^\S+ +/, '')]) {
        if (secret.length < SHORTEST) continue
        const forms = this.#values.get(secret) ?? formsOf(secret)
        this.#values.delete(secret)
        this.#values.set(secret, forms)
      }
    }
    for (const oldest of this.#values.keys()) {
      if (this.#values.size <= MOST) break
      this.#values.delete(oldest)
    }
  }

  /** Adds the values of headers that may be credentials; names are in lower case. */
  addHeaders(headers: Readonly<Record<string, string>>): void {
    this.add(Object.entries(headers).flatMap(([name, value]) => (OPEN_HEADER.test(name) ? [] : [value])))
  }

  hide(text: string): string {
    let hidden = text
    for (const forms of this.#values.values()) for (const form of forms) hidden = hidden.replaceAll(form, HIDDEN)
    return hidden
  }

  /** Removes values from all texts of a value of JSON. What has none is the same value. */
  hideIn<T>(value: T): T {
    return this.#values.size === 0 ? value : (this.#hideIn(value) as T)
  }

  /** Removes values from an answer: all of its texts. */
  hideInResponse(response: ServerResponse): ServerResponse {
    const { result } = response
    return result === undefined ? this.hideInAnswer(response) : { ...response, result: this.hideIn(result) }
  }

  /** Removes values from the error of an answer, and from the texts of a result that says that its tool failed. */
  hideInAnswer(response: ServerResponse): ServerResponse {
    const { error, result } = response
    if (error !== undefined) return { ...response, error: { ...error, message: this.hide(error.message) } }
    return result?.isError === true ? { ...response, result: this.hideIn(result) } : response
  }

  /** Removes values from the message of a fault. */
  hideInFault(fault: UpstreamFault): UpstreamFault {
    fault.message = this.hide(fault.message)
    return fault
  }

  #hideIn(value: unknown): unknown {
    if (typeof value === 'string') return this.hide(value)
    if (Array.isArray(value)) {
      const list = value as readonly unknown[]
      const hidden = list.map((item) => this.#hideIn(item))
      return hidden.some((item, i) => item !== list[i]) ? hidden : value
    }
    if (!isMembers(value)) return value
    const entries = Object.entries(value)
    const hidden = entries.map(([key, member]) => [this.hide(key), this.#hideIn(member)] as const)
    const isSame = hidden.every(([key, member], i) => key === entries[i]?.[0] && member === entries[i][1])
    // `fromEntries` gives `__proto__` as a key of its own.
    return isSame ? value : Object.fromEntries(hidden)
  }
}

/** A value as it is, percent-encoded, and in base64. */
function formsOf(secret: string): readonly string[] {
  const base64 = Buffer.from(secret).toString('base64').replace(/=+$/, '')
  const base64url = Buffer.from(secret).toString('base64url')
  return [...new Set([secret, encodeURIComponent(secret.toWellFormed()), base64, base64url])]
}
