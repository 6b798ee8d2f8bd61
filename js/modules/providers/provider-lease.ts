// Provider lease: one consumer of a provider, from its first load until it is given back.

import { reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { kindOf } from '../../border/kind'
import { raise } from '../../border/raised-error'
import { startTimer } from '../../border/timers'
import type { StartTimer } from '../../border/timers'
import { ChangePace } from './change-pace'
import { listTools } from './provided-tools'
import { readProvider } from './provider'
import type { ProviderMethods } from './provider'
import { ProviderDeadline } from './provider-deadline'
import { SharedRuns } from './shared-runs'

export interface LeaseOptions {
  /** What the provider is in messages. */
  readonly name?: string
  /** The deadline of `open`, of each `load`, and of `close`. */
  readonly timeoutMs: number
  /**
   * Called when the tools have changed: at once, or after a load for all changes that came during it. It is not called
   * again before the next load. A provider that changes with each load is called with a backoff.
   */
  readonly onChanged: () => void
  readonly startTimer?: StartTimer
  /** The time in ms, from any start. */
  readonly now?: () => number
}

/** A consumer of a provider. It is given back once: by `close`, or where `open` fails. */
export class ProviderLease {
  readonly #provider: ProviderMethods
  readonly #id: string
  readonly #name: string
  readonly #options: LeaseOptions
  readonly #loads = new SharedRuns(() => this.#loadNow())
  /** Loads that are under way. */
  readonly #waits = new Set<ProviderDeadline>()
  #hasOpened = false
  /** The first load, while it is under way: its tools are not kept. */
  #opening: Promise<unknown[]> | undefined
  #closed: Promise<void> | undefined
  /** What `addConsumer` answers, once it was called. */
  #added: Promise<unknown> | undefined
  #off: (() => unknown) | undefined
  #hasChanged = false
  /** Whether a change is told, and no load has begun since. */
  #isTold = false
  /** Whether `loadTools` runs, up to its first await. */
  #isCalled = false
  readonly #pace: ChangePace

  /** Throws `INVALID_DEFINITION` if `isProvider` does not know the value. */
  constructor(provider: unknown, consumerId: string, options: LeaseOptions) {
    const methods = readProvider(provider)
    if (methods === undefined) throw notProvider(provider)
    this.#provider = methods
    this.#id = consumerId
    this.#name = options.name ?? 'the provider'
    this.#options = options
    this.#pace = new ChangePace(() => {
      this.#isTold = true
      this.#options.onChanged()
    }, options)
  }

  /** Becomes a consumer and loads the tools. Where that fails, the consumer is given back before this rejects. */
  open(): Promise<unknown[]> {
    if (this.#opening !== undefined) return this.#opening
    if (this.#closed !== undefined) return Promise.reject(isClosed())
    this.#hasOpened = true
    const over = (): void => void (this.#opening = undefined)
    const opening = this.#loads.run().finally(over)
    return (this.#opening = opening)
  }

  /** Loads the tools again. Calls that come while one runs share one more. */
  async load(): Promise<unknown[]> {
    if (!this.#hasOpened || this.#closed !== undefined) throw isClosed()
    return this.#loads.run()
  }

  /** Gives the consumer back, and ends loads that are under way. Called again, it gives the same promise. */
  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed
    // Set before anything of the provider is called, which may call `close`.
    this.#closed = Promise.resolve().then(() => this.#giveBack())
    this.#pace.forget()
    for (const wait of this.#waits) wait.end(isClosed())
    return this.#closed
  }

  async #loadNow(): Promise<unknown[]> {
    if (this.#closed !== undefined) throw isClosed()
    const deadline = this.#startDeadline()
    this.#waits.add(deadline)
    const isFirst = this.#added === undefined
    try {
      if (isFirst) await this.#addConsumer(deadline)
      // What was changed so far, this load has.
      this.#hasChanged = false
      this.#isTold = false
      this.#pace.forget()
      const load = async () => listTools(await this.#loadTools(), () => deadline.isOver)
      return await this.#ask('loadTools', deadline, load)
    } catch (thrown) {
      if (isFirst) await this.#abandon()
      throw thrown
    } finally {
      deadline.clear()
      this.#waits.delete(deadline)
      this.#pace.loaded()
      this.#tellChange()
    }
  }

  #loadTools(): unknown {
    this.#isCalled = true
    try {
      return this.#provider.loadTools()
    } finally {
      this.#isCalled = false
    }
  }

  async #addConsumer(deadline: ProviderDeadline): Promise<void> {
    const added = this.#attempt('addConsumer', () => this.#provider.addConsumer(this.#id))
    this.#added = added
    await deadline.wait('addConsumer', added)
    const { onChanged } = this.#provider
    if (onChanged === undefined) return
    // Before the load: a change during it must not be missed.
    await this.#ask('onChanged', deadline, async () => this.#keepOff(await onChanged(() => this.#change())))
  }

  /** Keeps the function that ends the subscription. One that comes after the end is called at once: its promise. */
  #keepOff(off: unknown): unknown {
    if (typeof off !== 'function') return undefined
    const end = off as () => unknown
    if (this.#closed !== undefined) return end()
    this.#off = end
    return undefined
  }

  /** Gives the consumer of a failed `open` back. What fails then would hide why it failed. */
  async #abandon(): Promise<void> {
    // `addConsumer` had its time.
    if (this.#closed === undefined) this.#added = Promise.resolve()
    await this.close().catch(() => {})
  }

  async #giveBack(): Promise<void> {
    const added = this.#added
    if (added === undefined) return
    const deadline = this.#startDeadline()
    try {
      // A consumer that is still being added would be added after it was removed.
      await deadline.wait('addConsumer', added).catch(() => {})
      const off = this.#off
      const ended = off === undefined ? undefined : await this.#askSafely('onChanged', deadline, off)
      await this.#ask('removeConsumer', deadline, () => this.#provider.removeConsumer(this.#id))
      if (ended !== undefined) throw ended.thrown
    } finally {
      deadline.clear()
    }
  }

  #change(): void {
    // What `loadTools` itself changes before it returns, it has seen: another load would change it again.
    if (this.#closed !== undefined || this.#isCalled) return
    if (this.#loads.isRunning) this.#hasChanged = true
    // The load that was asked for last has not begun: it has this change too.
    else if (!this.#isTold) this.#pace.change()
  }

  /** Tells a change that came during a load, unless another load follows. Who awaits the load goes first. */
  #tellChange(): void {
    if (!this.#hasChanged || this.#loads.hasNext) return
    this.#hasChanged = false
    setImmediate(() => this.#change())
  }

  #startDeadline(): ProviderDeadline {
    const { timeoutMs, startTimer: start = startTimer } = this.#options
    const details = { tool: '', provider: this.#name, timeoutMs }
    return new ProviderDeadline(timeoutMs, start, (method) =>
      raise('TIMEOUT', details, { words: { ...details, what: `${method} of ${this.#name}` } }),
    )
  }

  #ask<T>(method: string, deadline: ProviderDeadline, call: () => T | Promise<T>): Promise<T> {
    return deadline.wait(method, this.#attempt(method, call))
  }

  async #askSafely(method: string, deadline: ProviderDeadline, call: () => unknown): Promise<Thrown | undefined> {
    try {
      await this.#ask(method, deadline, call)
      return undefined
    } catch (thrown) {
      return { thrown }
    }
  }

  /** Calls a method of the provider, which may throw anything. */
  async #attempt<T>(method: string, call: () => T | Promise<T>): Promise<T> {
    try {
      return await call()
    } catch (cause) {
      const details = { location: this.#name, reason: `${method} failed: ${reasonOf(cause)}` }
      throw raise('SOURCE_UNREADABLE', details, { cause })
    }
  }
}

interface Thrown {
  readonly thrown: unknown
}

function isClosed(): ToolrackError {
  return raise('CLOSED', { what: 'provider' })
}

function notProvider(value: unknown): ToolrackError {
  const message = `must have the methods loadTools, addConsumer and removeConsumer, got ${kindOf(value)}`
  const details = { tool: '', problems: [{ pointer: '', message }] }
  return raise('INVALID_DEFINITION', details, { words: { ...details, function: 'a provider' } })
}
