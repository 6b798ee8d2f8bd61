// Source decisions: what people decide about the changes of sources, whether documents or code: approve, roll back, pin.

import type { NativeLoader } from '../border/native'
import type { ChangeReport, HeldChange, SourceVersion } from '../../index'
import { callNative } from '../border/error'
import { toName, toNames } from '../border/options'
import type { Closures } from '../closures'
import { HeldExpiry } from './held-expiry'

/** Pinned schema hashes by tool. */
export type Pins = Record<string, string>

/** The decisions of one loader. Each asks first whether it is open. */
export class SourceDecisions {
  readonly #native: NativeLoader
  readonly #closures: Closures
  readonly #checkOpen: () => void
  readonly #expiry: HeldExpiry

  constructor(native: NativeLoader, closures: Closures, checkOpen: () => void) {
    this.#native = native
    this.#closures = closures
    this.#checkOpen = checkOpen
    this.#expiry = new HeldExpiry(() => this.#expireHeld(), closures.clock)
    closures.events.on('held', ({ expiresAt }) => expiresAt !== undefined && this.#expiry.run(), true)
  }

  held(): HeldChange[] {
    return this.#decide(() => JSON.parse(this.#native.held()) as HeldChange[])
  }

  approve(id: unknown): ChangeReport {
    return this.#decide(() => JSON.parse(this.#native.approve(toName('id', id))) as ChangeReport)
  }

  reject(id: unknown): void {
    this.#decide(() => this.#native.reject(toName('id', id)))
  }

  history(source: unknown): SourceVersion[] {
    this.#checkOpen()
    return JSON.parse(callNative(() => this.#native.history(toName('source', source)))) as SourceVersion[]
  }

  rollback(source: unknown, version: unknown): ChangeReport {
    return this.#decide(() => {
      const wanted = version === undefined ? undefined : toName('version', version)
      return JSON.parse(this.#native.rollback(toName('source', source), wanted)) as ChangeReport
    })
  }

  pin(source: unknown, tools: unknown): Pins {
    this.#checkOpen()
    return JSON.parse(callNative(() => this.#native.pin(toName('source', source), toNames('tools', tools)))) as Pins
  }

  unpin(source: unknown, tools: unknown): Pins {
    this.#checkOpen()
    return JSON.parse(callNative(() => this.#native.unpin(toName('source', source), toNames('tools', tools)))) as Pins
  }

  /** Ends the timer of expiring changes. */
  stop(): void {
    this.#expiry.stop()
  }

  /** Applies a decision; listeners get its events before this returns. */
  #decide<T>(decide: () => T): T {
    this.#checkOpen()
    try {
      return callNative(decide)
    } finally {
      this.#closures.drain()
    }
  }

  /** Settles expired held changes; returns when the next one expires. */
  #expireHeld(): number | null {
    const next = this.#native.expire()
    this.#closures.drain()
    return next
  }
}
