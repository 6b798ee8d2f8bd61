// Provider lease: one consumer of a provider, from its first load until it is given back.

import { reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { kindOf } from '../../border/kind'
import { raise } from '../../border/raised-error'
import { startTimer } from '../../border/timers'
import type { StartTimer } from '../../border/timers'
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
  /** Called when the tools have changed: at once, or after a load for all changes that came during it. */
  readonly onChanged: () => void
  readonly startTimer?: StartTimer
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
  #opened: Promise<unknown[]> | undefined
  #closed: Promise<void> | undefined
  /** What `addConsumer` answers, once it was called. */
  #added: Promise<unknown> | undefined
  #off: (() => unknown) | undefined
  #hasChanged = false

  /** Throws `INVALID_DEFINITION` if `isProvider` does not know the value. */
  constructor(provider: unknown, consumerId: string, options: LeaseOptions) {
    const methods = readProvider(provider)
    if (methods === undefined) throw notProvider(provider)
    this.#provider = methods
    this.#id = consumerId
    this.#name = options.name ?? 'the provider'
    this.#options = options
  }

  /** Becomes a consumer and loads the tools. Where that fails, the consumer is given back before this rejects. */
  open(): Promise<unknown[]> {
    return (this.#opened ??= this.#closed === undefined ? this.#loads.run() : Promise.reject(isClosed()))
  }

  /** Loads the tools again. Calls that come while one runs share one more. */
  async load(): Promise<unknown[]> {
    if (this.#opened === undefined || this.#closed !== undefined) throw isClosed()
    return this.#loads.run()
  }

  /** Gives the consumer back, and ends loads that are under way. Called again, it gives the same promise. */
  close(): Promise<void> {
    if (this.#closed !== undefined) return this.#closed
    // Set before anything of the provider is called, which may call `close`.
    this.#closed = Promise.resolve().then(() => this.#giveBack())
    for (const wait of this.#waits) wait.end(isClosed())
    return this.#closed
  }

  async #loadNow(): Promise<unknown[]> {
    if (this.#closed !== undefined) throw isClosed()
    const deadline = this.#startDeadline()
    this.#waits.add(deadline)
    this.#hasChanged = false
    const isFirst = this.#added === undefined
    try {
      if (isFirst) await this.#addConsumer(deadline)
      const load = async () => listTools(await this.#provider.loadTools(), () => deadline.isOver)
      return await this.#ask('loadTools', deadline, load)
    } catch (thrown) {
      if (isFirst) await this.#abandon()
      throw thrown
    } finally {
      deadline.clear()
      this.#waits.delete(deadline)
      this.#tellChange()
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

  /** Keeps the function that ends the subscription. One that comes after the end is called at once. */
  #keepOff(off: unknown): void {
    if (typeof off !== 'function') return
    const end = off as () => unknown
    if (this.#closed === undefined) this.#off = end
    else end()
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
    if (this.#closed !== undefined) return
    if (this.#loads.isRunning) this.#hasChanged = true
    else this.#options.onChanged()
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
