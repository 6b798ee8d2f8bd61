'use strict'

// Deadlines: call timeouts, with one timer for all calls of one timeout.

const { ref, unref } = require('../border/realm')

/**
 * Ends calls at their deadline. Calls with the same timeout expire in order, so one timer serves them all and a call
 * costs two set operations.
 *
 * A timeout that the caller set keeps the process alive; the default timeout does not.
 */
class Deadlines {
  /** @type {Map<string, Queue>} */
  #queues = new Map()

  /** @param {number} ms @param {boolean} holds whether it keeps the process alive @param {() => void} expire */
  add(ms, holds, expire) {
    const key = `${ms}${holds}`
    let queue = this.#queues.get(key)
    if (queue === undefined) {
      queue = new Queue(ms, holds, () => this.#queues.delete(key))
      this.#queues.set(key, queue)
    }
    return queue.add(expire)
  }
}

class Queue {
  /** @type {Set<Deadline>} */
  #deadlines = new Set()
  /** @type {NodeJS.Timeout | undefined} */
  #timer
  #ms
  #holds
  #empty

  /** @param {number} ms @param {boolean} holds @param {() => void} empty */
  constructor(ms, holds, empty) {
    this.#ms = ms
    this.#holds = holds
    this.#empty = empty
  }

  /** @param {() => void} expire */
  add(expire) {
    const deadline = new Deadline(performance.now() + this.#ms, expire, this)
    this.#deadlines.add(deadline)
    if (this.#timer === undefined) this.#wait(this.#ms)
    else if (this.#holds) ref(this.#timer)
    return deadline
  }

  /** @param {Deadline} deadline */
  met(deadline) {
    this.#deadlines.delete(deadline)
    // No call waits: the timer must not keep the process alive.
    if (this.#holds && this.#deadlines.size === 0) unref(this.#timer)
  }

  /** @param {number} ms */
  #wait(ms) {
    // A call that started while others expired has set a timer already.
    clearTimeout(this.#timer)
    // setTimeout takes 31 bits; longer waits are split.
    this.#timer = setTimeout(() => this.#expire(), Math.min(Math.max(ms, 1), 0x7fffffff))
    if (!this.#holds) unref(this.#timer)
  }

  #expire() {
    const now = performance.now()
    this.#timer = undefined
    for (const deadline of this.#deadlines) {
      if (deadline.at > now) return this.#wait(deadline.at - now)
      this.#deadlines.delete(deadline)
      deadline.expire()
    }
    this.#empty()
  }
}

class Deadline {
  #queue

  /** @param {number} at @param {() => void} expire @param {Queue} queue */
  constructor(at, expire, queue) {
    this.at = at
    this.expire = expire
    this.#queue = queue
  }

  /** Removes the deadline of a call that has ended. */
  met() {
    this.#queue.met(this)
  }
}

exports.Deadlines = Deadlines
