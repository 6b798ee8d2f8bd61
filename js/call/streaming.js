'use strict'

// Streaming: results of generators and streams, piece by piece or collected.

const { ascend, descend } = require('./call-depth')
const { ignoreRejection, toolFailed } = require('../border/error')
const { isUint8Array } = require('../border/realm')

/**
 * How long synchronous pieces may block the event loop, in ms: a deadline is a timer and must be able to fire.
 */
const BUSY_MS = 5
/** Limits of a collected stream: characters and bytes, and pieces. */
const MOST_COLLECTED = 64 << 20
const MOST_PIECES = 1_000_000

/**
 * Returns the iterator of a streamed result: an async generator, a Node stream or a web stream; nothing for other
 * results. Getters of the result may throw.
 * @param {any} value @returns {AsyncIterator<any> | undefined}
 */
function iteratorOf(value) {
  if (value === null || typeof value !== 'object') return undefined
  const open = value[Symbol.asyncIterator]
  if (typeof open !== 'function') return undefined
  const iterator = open.call(value)
  if (iterator === null || typeof iterator !== 'object') throw new TypeError('[Symbol.asyncIterator]() gave no object')
  return iterator
}

/**
 * Collects a stream: returns the generator's return value, else its joined texts, its joined bytes, or its last piece.
 * @param {AsyncIterator<any>} iterator @param {import('./context').CallSignal} abort
 */
async function collect(iterator, abort) {
  const pieces = new Pieces()
  const turns = new Turns()
  let isLeft = false
  abort.onAbort(() => {
    isLeft = true
    stop(iterator)
  })
  for (;;) {
    const { done, value } = resultOf(await begun(iterator))
    if (done) return value === undefined ? pieces.whole() : value
    try {
      pieces.add(value)
    } catch (thrown) {
      stop(iterator)
      throw thrown
    }
    if (turns.isDue) await turns.pass()
    // The call is over, and the iterator may be endless.
    if (isLeft) return undefined
  }
}

/**
 * Reads the next piece; the first one runs on the stack of the call.
 * @param {AsyncIterator<any>} iterator
 */
function begun(iterator) {
  descend()
  try {
    return iterator.next()
  } finally {
    ascend()
  }
}

/** Reads an iterator result, each member once. @param {any} result @returns {IteratorResult<any>} */
function resultOf(result) {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function'))
    throw new TypeError('next() of the iterator gave no object')
  const done = Boolean(result.done)
  return { done, value: result.value }
}

/** Decides when to yield to the event loop between pieces. */
class Turns {
  #since = performance.now()
  #count = 0

  /** Called for each piece; reading the clock costs as much as a small piece. */
  get isDue() {
    return (++this.#count & 15) === 0 && performance.now() - this.#since > BUSY_MS
  }

  /** Yields to timers and sockets. @returns {Promise<void>} */
  async pass() {
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}

/** Collects the pieces of a stream. */
class Pieces {
  /** @type {any[]} */
  #parts = []
  #size = 0

  /** @param {any} piece */
  add(piece) {
    const isJoined = isPart(piece) && (this.#parts.length === 0 || isPart(this.#parts[0]))
    // Of progress values only the last is kept.
    if (!isJoined) this.#parts.length = this.#size = 0
    if (isPart(piece)) this.#size += piece.length
    if (this.#parts.push(piece) > MOST_PIECES) throw new RangeError(`its pieces are over the limit of ${MOST_PIECES}`)
    if (this.#size > MOST_COLLECTED)
      throw new RangeError(`its pieces together are over the limit of ${MOST_COLLECTED} characters or bytes`)
  }

  whole() {
    const parts = this.#parts
    if (parts.length > 0 && parts.every((part) => typeof part === 'string')) return parts.join('')
    if (parts.length > 0 && parts.every(isUint8Array)) return Buffer.concat(parts)
    return parts.at(-1)
  }
}

/** @param {unknown} value @returns {value is string | Uint8Array} */
function isPart(value) {
  return typeof value === 'string' || isUint8Array(value)
}

/** Ends a generator and ignores what it returns. @param {AsyncIterator<any>} iterator */
function stop(iterator) {
  try {
    ignoreRejection(iterator.return?.())
  } catch {
    // Errors of a cancelled generator are ignored.
  }
}

/**
 * The stream of one call. The call starts with the first read; `break` or `return()` cancels it.
 */
class CallStream {
  #begin
  /** @type {Running | undefined} */
  #running
  #ended = false
  /** Cancels the started call. @type {(() => void) | undefined} */
  #giveUp
  #isLeft = false

  /**
   * @param {(canBeGivenUp: (giveUp: () => void) => void) => Promise<Running>} begin passes the function that cancels
   * the call
   */
  constructor(begin) {
    this.#begin = begin
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** @type {Promise<any>} */
  #turn = Promise.resolve()

  /**
   * Reads the next piece. Concurrent reads are served in order.
   * @returns {Promise<IteratorResult<any>>}
   */
  next() {
    const turn = this.#turn.then(() => this.#next())
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #next() {
    if (this.#ended) return { done: true, value: undefined }
    try {
      this.#running ??= await this.#begin((giveUp) => (this.#giveUp = giveUp))
      const result = await this.#running.next()
      if (result.done) this.#ended = true
      return result
    } catch (error) {
      this.#ended = true
      // The reader left before the piece arrived.
      if (this.#isLeft) return { done: true, value: undefined }
      throw error
    }
  }

  /** @param {any} [value] @returns {Promise<IteratorResult<any>>} */
  async return(value) {
    if (!this.#ended) {
      this.#ended = this.#isLeft = true
      this.#giveUp?.()
      this.#running?.stop()
    }
    return { done: true, value }
  }
}

/** A running streamed call. */
class Running {
  #iterator
  #tool
  #end
  /** Why the call was ended: deadline or cancellation. @type {{ error: unknown } | undefined} */
  #fate
  /** Rejects the pending read. @type {(error: unknown) => void} */
  #interrupt = () => {}
  #within
  #turns = new Turns()

  /**
   * @param {AsyncIterator<any>} iterator iterator of the closure's result @param {string} tool
   * @param {(error?: any) => void} end called once at the end @param {Promise<never>} fate
   * @param {(work: () => any) => any} within runs work inside the span of the call
   */
  constructor(iterator, tool, end, fate, within) {
    this.#iterator = iterator
    this.#tool = tool
    this.#end = end
    this.#within = within
    // One handler: a race for each piece would leak handlers.
    fate.catch((error) => {
      this.#fate = { error }
      this.#interrupt(error)
    })
  }

  /** @returns {Promise<IteratorResult<any>>} */
  async next() {
    try {
      if (this.#turns.isDue) await this.#turns.pass()
      const result = await this.#interruptible()
      if (result.done) this.#end()
      return result
    } catch (error) {
      this.#end(error)
      stop(this.#iterator)
      throw error
    }
  }

  /** Reads the next piece, or rejects if the call ends first. @returns {Promise<IteratorResult<any>>} */
  #interruptible() {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      // An ended call gives no more pieces.
      if (this.#fate === undefined) this.#piece().then(resolve, reject)
      else reject(this.#fate.error)
    })
  }

  /**
   * Calls the iterator; any error of it is a failure of the tool.
   * @returns {Promise<IteratorResult<any>>}
   */
  async #piece() {
    try {
      return resultOf(await this.#within(() => this.#iterator.next()))
    } catch (thrown) {
      throw toolFailed(this.#tool, thrown)
    }
  }

  /** Ends the iterator. */
  stop() {
    stop(this.#iterator)
  }
}

/** An iterator of a single result. @param {any} value @returns {AsyncIterator<any>} */
function oneShot(value) {
  return (async function* () {
    yield value
  })()
}

exports.CallStream = CallStream
exports.Running = Running
exports.collect = collect
exports.iteratorOf = iteratorOf
exports.oneShot = oneShot
