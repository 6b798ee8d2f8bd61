'use strict'

// Change iterator: registry changes as an async iterator with a bounded queue.

const { onAbort } = require('../call/abort-signals')

/** Limit of waiting changes. */
const WAITING = 1024

/** Registry changes as an async iterator. */
class Changes {
  /**
   * Waiting changes, each with the number dropped before it.
   * @type {{ change: any, missed: number }[]}
   */
  #waiting = []
  /** Pending reads of the loop. @type {((result: IteratorResult<any, undefined>) => void)[]} */
  #asking = []
  /** Number of changes dropped since the last one. */
  #missed = 0
  #done = false
  #end

  /**
   * @param {(event: string, listener: (event: any) => void) => () => void} on
   * @param {AbortSignal | undefined} signal
   * @param {Set<() => void>} open functions that end open loops
   */
  constructor(on, signal, open) {
    const offs = [
      on('change', (change) => this.#add(change)),
      on('missed', ({ missed }) => void (this.#missed += missed)),
    ]
    this.#end = () => {
      this.#done = true
      for (const off of offs) off()
      open.delete(this.#end)
      off?.()
      for (const tell of this.#asking.splice(0)) tell({ done: true, value: undefined })
    }
    open.add(this.#end)
    const off = signal && onAbort(signal, this.#end)
    if (signal?.aborted) this.#end()
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async next() {
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) return changeEvent(waiting)
    if (this.#done) return { done: true, value: undefined }
    return new Promise((resolve) => this.#asking.push(resolve))
  }

  /** @returns {Promise<IteratorResult<any, undefined>>} */
  async return() {
    this.#waiting.length = 0
    this.#end()
    return { done: true, value: undefined }
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** @param {any} change */
  #add(change) {
    const waiting = { change, missed: this.#missed }
    this.#missed = 0
    const tell = this.#asking.shift()
    if (tell !== undefined) return tell(changeEvent(waiting))
    this.#waiting.push(waiting)
    if (this.#waiting.length <= WAITING) return
    const { missed } = /** @type {{ missed: number }} */ (this.#waiting.shift())
    this.#waiting[0].missed += missed + 1
  }
}

/** @param {{ change: any, missed: number }} waiting @returns {IteratorResult<any, undefined>} */
function changeEvent({ change, missed }) {
  return { done: false, value: missed === 0 ? change : Object.freeze({ ...change, missed }) }
}

exports.Changes = Changes
