'use strict'

// Streaming: results of generators and streams, piece by piece or collected.

const { ascend, descend } = require('./call-depth')
const { ignoreRejection, toolFailed } = require('./error')
const { isUint8Array } = require('./realm')

/**
 * How long pieces that need no waiting may keep the event loop, in ms: a deadline is a timer, and must have its turn.
 */
const BUSY_MS = 5
/** What is collected at most for a caller who does not stream: characters and bytes, and pieces. */
const MOST_COLLECTED = 64 << 20
const MOST_PIECES = 1_000_000

/**
 * The iterator of an answer that comes piece by piece: an async generator, a stream of Node or of the web; nothing for
 * any other answer. Throws what the answer's getters throw.
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
 * What a caller gets who does not stream: what the generator returned; where it returned nothing, its texts joined, its
 * bytes joined, or the last of its pieces.
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
    // Nobody waits any more, and an iterator may go on for ever.
    if (isLeft) return undefined
  }
}

/**
 * The next piece of a generator, whose first one comes on the stack of the call.
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

/** What an iterator answered, each member read once. @param {any} result @returns {IteratorResult<any>} */
function resultOf(result) {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function'))
    throw new TypeError('next() of the iterator gave no object')
  const done = Boolean(result.done)
  return { done, value: result.value }
}

/** When the event loop has to have its turn between pieces. */
class Turns {
  #since = performance.now()
  #count = 0

  /** Asked for each piece; a clock costs as much as a small one. */
  get isDue() {
    return (++this.#count & 15) === 0 && performance.now() - this.#since > BUSY_MS
  }

  /** Lets timers and sockets come in between. @returns {Promise<void>} */
  async pass() {
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}

/** The pieces of an answer that is wanted whole. */
class Pieces {
  /** @type {any[]} */
  #parts = []
  #size = 0

  /** @param {any} piece */
  add(piece) {
    const isJoined = isPart(piece) && (this.#parts.length === 0 || isPart(this.#parts[0]))
    // Of progress the last word counts, and a long one would pile up.
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

/** Lets a generator clean up. What it says of that comes too late for anybody. @param {AsyncIterator<any>} iterator */
function stop(iterator) {
  try {
    ignoreRejection(iterator.return?.())
  } catch {
    // It has no more to say.
  }
}

/**
 * The pieces of one call as they come. Nothing begins before the first is asked for; whoever stops asking (`break`,
 * `return()`) gives the call up.
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

  /**
   * The next piece. Two that are asked for at once come one after the other.
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
  /** What ended the call from outside: its deadline, or its caller. @type {{ error: unknown } | undefined} */
  #fate
  /** Ends the piece that is waited for. @type {(error: unknown) => void} */
  #interrupt = () => {}
  #within
  #turns = new Turns()

  /**
   * @param {AsyncIterator<any>} iterator of what the closure answered @param {string} tool
   * @param {(error?: any) => void} end is told once when it is over @param {Promise<never>} fate
   * @param {(work: () => any) => any} within what is seen as part of the call
   */
  constructor(iterator, tool, end, fate, within) {
    this.#iterator = iterator
    this.#tool = tool
    this.#end = end
    this.#within = within
    // Heard once: a race with it for each piece would pile up with the pieces.
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

  /** The next piece, unless the call is over before it is there. @returns {Promise<IteratorResult<any>>} */
  #interruptible() {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      // A call that is over has no more pieces, though they be there.
      if (this.#fate === undefined) this.#piece().then(resolve, reject)
      else reject(this.#fate.error)
    })
  }

  /**
   * An iterator may be anybody's: whatever it does, it is its tool that fails.
   * @returns {Promise<IteratorResult<any>>}
   */
  async #piece() {
    try {
      return resultOf(await this.#within(() => this.#iterator.next()))
    } catch (thrown) {
      throw toolFailed(this.#tool, thrown)
    }
  }

  /** Nobody wants another piece. */
  stop() {
    stop(this.#iterator)
  }
}

/** An answer in one piece. @param {any} value @returns {AsyncIterator<any>} */
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
