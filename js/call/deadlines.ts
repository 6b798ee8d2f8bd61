// Deadlines: call timeouts, with one timer for all calls of one timeout.

import { systemClock } from '../border/clock'
import type { Clock, Timer } from '../border/clock'
import { ref, unref } from '../border/realm'
import { MOST_WAIT_MS } from '../border/timers'

/**
 * Ends calls at their deadline. Calls with the same timeout expire in order, so one timer serves them all and a call
 * costs two set operations.
 *
 * A timeout that the caller set keeps the process alive; the default timeout does not.
 */
export class Deadlines {
  readonly #queues = new Map<string, DeadlineQueue>()
  readonly #clock: Clock

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Adds the deadline of a call; `keepsProcess` is whether it keeps the process alive. */
  add(ms: number, keepsProcess: boolean, expire: () => void): Deadline {
    const key = `${ms}${keepsProcess}`
    let queue = this.#queues.get(key)
    if (queue === undefined) {
      queue = new DeadlineQueue(this.#clock, ms, keepsProcess, () => this.#queues.delete(key))
      this.#queues.set(key, queue)
    }
    return queue.add(expire)
  }
}

/** Deadlines of one timeout, the next one first. */
class DeadlineQueue {
  readonly #deadlines = new Set<Deadline>()
  #timer: Timer
  readonly #clock: Clock
  readonly #ms: number
  readonly #keepsProcess: boolean
  readonly #onEmpty: () => void

  constructor(clock: Clock, ms: number, keepsProcess: boolean, onEmpty: () => void) {
    this.#clock = clock
    this.#ms = ms
    this.#keepsProcess = keepsProcess
    this.#onEmpty = onEmpty
  }

  add(expire: () => void): Deadline {
    const deadline = new Deadline(this.#clock.now() + this.#ms, expire, this)
    this.#deadlines.add(deadline)
    if (this.#timer === undefined) this.#wait(this.#ms)
    else if (this.#keepsProcess) ref(this.#timer)
    return deadline
  }

  remove(deadline: Deadline): void {
    this.#deadlines.delete(deadline)
    // No call waits: the timer must not keep the process alive.
    if (this.#keepsProcess && this.#deadlines.size === 0) unref(this.#timer)
  }

  #wait(ms: number): void {
    // A call that started while others expired has set a timer already.
    this.#clock.stopTimer(this.#timer)
    // A timer takes 31 bits; longer waits are split.
    this.#timer = this.#clock.startTimer(() => this.#expire(), Math.min(Math.max(ms, 1), MOST_WAIT_MS))
    if (!this.#keepsProcess) unref(this.#timer)
  }

  #expire(): void {
    const now = this.#clock.now()
    this.#timer = undefined
    for (const deadline of this.#deadlines) {
      if (deadline.at > now) return this.#wait(deadline.at - now)
      this.#deadlines.delete(deadline)
      deadline.expire()
    }
    this.#onEmpty()
  }
}

/** Deadline of one call. */
export class Deadline {
  readonly at: number
  readonly expire: () => void
  readonly #queue: DeadlineQueue

  constructor(at: number, expire: () => void, queue: DeadlineQueue) {
    this.at = at
    this.expire = expire
    this.#queue = queue
  }

  /** Removes the deadline of a call that has ended. */
  clear(): void {
    this.#queue.remove(this)
  }
}
