// Change iterator: registry changes as an async iterator with a bounded queue.

import { onAbort } from '../call/abort-signals'
import type { ChangeSet } from '../../index'
import type { Subscribe } from './events'

/** Limit of waiting changes. */
const MOST_WAITING = 1024

/** A change of a registry, with the number of changes dropped before it. */
type Change = ChangeSet & { readonly missed?: number }

/** A change in the queue, with the number dropped before it. */
interface WaitingChange {
  readonly change: ChangeSet
  missed: number
}

/** Registry changes as an async iterator. */
export class Changes implements AsyncIterableIterator<Change> {
  readonly #waiting: WaitingChange[] = []
  /** Pending reads of the loop. */
  readonly #reads: ((result: IteratorResult<Change, undefined>) => void)[] = []
  /** Number of changes dropped since the last one. */
  #missed = 0
  #done = false
  readonly #end: () => void

  /** `open` holds the functions that end open loops. */
  constructor(on: Subscribe, signal: AbortSignal | undefined, open: Set<() => void>) {
    const offs = [
      on('change', (change) => this.#add(change)),
      on('missed', ({ missed }) => void (this.#missed += missed)),
    ]
    this.#end = () => {
      this.#done = true
      for (const off of offs) off()
      open.delete(this.#end)
      off?.()
      for (const resolve of this.#reads.splice(0)) resolve({ done: true, value: undefined })
    }
    open.add(this.#end)
    const off = signal && onAbort(signal, this.#end)
    if (signal?.aborted) this.#end()
  }

  async next(): Promise<IteratorResult<Change, undefined>> {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) return resultOf(waiting)
    if (this.#done) return { done: true, value: undefined }
    return new Promise((resolve) => this.#reads.push(resolve))
  }

  async return(): Promise<IteratorResult<Change, undefined>> {
    this.#waiting.length = 0
    this.#end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  #add(change: ChangeSet): void {
    const waiting = { change, missed: this.#missed }
    this.#missed = 0
    const resolve = this.#reads.shift()
    if (resolve !== undefined) return resolve(resultOf(waiting))
    this.#waiting.push(waiting)
    if (this.#waiting.length > MOST_WAITING) this.#dropOldest()
  }

  #dropOldest(): void {
    const dropped = this.#waiting.shift()
    const [oldest] = this.#waiting
    if (dropped !== undefined && oldest !== undefined) oldest.missed += dropped.missed + 1
  }
}

function resultOf({ change, missed }: WaitingChange): IteratorResult<Change, undefined> {
  return { done: false, value: missed === 0 ? change : Object.freeze({ ...change, missed }) }
}
