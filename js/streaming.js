'use strict'

const { toolFailed } = require('./error')

/** Whether a closure answers piece by piece: an async generator, a stream of Node or of the web. @param {any} value */
function isStream(value) {
  return value !== null && typeof value === 'object' && typeof value[Symbol.asyncIterator] === 'function'
}

/**
 * What a caller gets who does not stream: what the generator returned; where it returned nothing, its texts joined, its bytes
 * joined, or the last of its pieces.
 * @param {any} stream @param {import('./context').CallSignal} abort
 */
async function collect(stream, abort) {
  const pieces = []
  const iterator = stream[Symbol.asyncIterator]()
  abort.onAbort(() => stop(iterator))
  for (;;) {
    const { done, value } = await iterator.next()
    if (done) return value === undefined ? joined(pieces) : value
    // Of progress the last word counts, and a long one would pile up.
    if (pieces.length > 0 && !(isPart(value) && isPart(pieces[0]))) pieces.length = 0
    pieces.push(value)
  }
}

/** @param {unknown} value */
function isPart(value) {
  return typeof value === 'string' || value instanceof Uint8Array
}

/** @param {any[]} pieces */
function joined(pieces) {
  if (pieces.length > 0 && pieces.every((piece) => typeof piece === 'string')) return pieces.join('')
  if (pieces.length > 0 && pieces.every((piece) => piece instanceof Uint8Array)) return Buffer.concat(pieces)
  return pieces.at(-1)
}

/** Lets a generator clean up. What it says of that comes too late for anybody. @param {AsyncIterator<any>} iterator */
function stop(iterator) {
  try {
    Promise.resolve(iterator.return?.()).catch(() => {})
  } catch {
    // It has no more to say.
  }
}

/**
 * The pieces of one call as they come. Nothing begins before the first is asked for; whoever stops asking (`break`, `return()`) gives
 * the call up.
 */
class CallStream {
  #begin
  /** @type {Running | undefined} */
  #running
  #ended = false
  /** Gives the call up, once it has begun. @type {(() => void) | undefined} */
  #giveUp
  #isLeft = false

  /** @param {(canBeGivenUp: (giveUp: () => void) => void) => Promise<Running>} begin tells how the call is given up */
  constructor(begin) {
    this.#begin = begin
  }

  [Symbol.asyncIterator]() {
    return this
  }

  /** @type {Promise<any>} */
  #turn = Promise.resolve()

  /** The next piece. Two that are asked for at once come one after the other. @returns {Promise<IteratorResult<any>>} */
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
      // Whoever asked for the piece has left before it was there.
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

/** A call whose pieces are being read. */
class Running {
  #iterator
  #tool
  #end
  /** What ended the call from outside: its deadline, or its caller. @type {Promise<never>} */
  #fate
  #within

  /**
   * @param {any} result what the closure answered @param {string} tool
   * @param {(error?: any) => void} end is told once when it is over @param {Promise<never>} fate
   * @param {(work: () => any) => any} within what is seen as part of the call
   */
  constructor(result, tool, end, fate, within) {
    this.#iterator = isStream(result) ? result[Symbol.asyncIterator]() : once(result)
    this.#tool = tool
    this.#end = end
    this.#fate = fate
    this.#within = within
  }

  /** @returns {Promise<IteratorResult<any>>} */
  async next() {
    try {
      const result = await Promise.race([this.#piece(), this.#fate])
      if (result.done) this.#end()
      return result
    } catch (error) {
      this.#end(error)
      stop(this.#iterator)
      throw error
    }
  }

  /** An iterator may be anybody's: whatever it does, it is its tool that fails. @returns {Promise<IteratorResult<any>>} */
  async #piece() {
    try {
      const { done, value } = await this.#within(() => this.#iterator.next())
      return { done, value }
    } catch (thrown) {
      throw toolFailed(this.#tool, thrown)
    }
  }

  /** Nobody wants another piece. */
  stop() {
    stop(this.#iterator)
  }
}

/** @param {any} value */
async function* once(value) {
  yield value
}

exports.CallStream = CallStream
exports.Running = Running
exports.collect = collect
exports.isStream = isStream
