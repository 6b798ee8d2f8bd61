// Call stream: the result of a streamed call, piece by piece, with the progress that its closure reports.

import { ProgressChannel } from './progress'
import type { CallProgress } from './progress'
import { closureFailed } from './questions'
import { Turns, readResult, stop } from './streaming'
import type { PieceIterator, PieceResult } from './streaming'

/**
 * Starts a streamed call, and tells `progress` of what its closure reports. It passes the function that cancels the call to
 * `onStart`, before its first wait.
 */
export type StreamStart = (onStart: (cancel: () => void) => void, progress: ProgressChannel) => Promise<RunningStream>

/**
 * The stream of one call: the pieces of its result, and its progress between them. The call starts with the first read;
 * `break` or `return()` cancels it.
 */
export class CallStream implements AsyncIterableIterator<unknown, unknown, undefined> {
  readonly #start: StreamStart
  #running: RunningStream | undefined
  #ended = false
  /** Cancels the started call. */
  #cancel: (() => void) | undefined
  #isLeft = false
  #turn: Promise<unknown> = Promise.resolve()
  /** The read of a piece that no reader has got yet: progress may come first. */
  #read: PieceRead | undefined
  /** Progress that waits for the reader: the newest alone. */
  #progress: CallProgress | undefined
  readonly #channel = new ProgressChannel((progress) => {
    this.#progress = progress
    this.#wake()
  })
  /** Tells a waiting reader of a piece or of progress. */
  #wake: () => void = () => {}

  constructor(start: StreamStart) {
    this.#start = start
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  /** Reads the next piece. Concurrent reads are served in order. */
  next(): Promise<PieceResult> {
    const turn = this.#turn.then(() => this.#next())
    this.#turn = turn.catch(() => {})
    return turn
  }

  async #next(): Promise<PieceResult> {
    if (this.#ended) return { done: true, value: undefined }
    try {
      const read = (this.#read ??= this.#begin())
      if (!read.isOver && this.#progress === undefined) await new Promise<void>((resolve) => (this.#wake = resolve))
      const progress = this.#progress
      this.#progress = undefined
      // What was reported before a piece, or before the end, is read before it.
      if (progress !== undefined && !this.#isLeft) return { done: false, value: progress }
      this.#read = undefined
      const result = await read.result
      if (result.done) this.#end()
      return result
    } catch (error) {
      this.#end()
      // The reader left before the piece arrived.
      if (this.#isLeft) return { done: true, value: undefined }
      throw error
    }
  }

  async return(value?: unknown): Promise<PieceResult> {
    if (!this.#ended) {
      this.#isLeft = true
      this.#end()
      this.#cancel?.()
      this.#running?.stop()
    }
    return { done: true, value }
  }

  #begin(): PieceRead {
    const read: PieceRead = { result: this.#readPiece(), isOver: false }
    const over = (): void => {
      read.isOver = true
      this.#wake()
    }
    read.result.then(over, over)
    return read
  }

  async #readPiece(): Promise<PieceResult> {
    this.#running ??= await this.#start((cancel) => (this.#cancel = cancel), this.#channel)
    return this.#running.next()
  }

  #end(): void {
    this.#ended = true
    this.#channel.end()
  }
}

/** A piece that is being read. */
interface PieceRead {
  readonly result: Promise<PieceResult>
  isOver: boolean
}

/** What a running stream needs of its call. */
export interface StreamedCall {
  readonly tool: string
  /** Called once at the end. */
  readonly end: (error?: unknown) => void
  /** Rejects at deadline or cancellation. */
  readonly fate: Promise<never>
  /** Runs work inside the span of the call. */
  readonly within: <T>(work: () => T) => T
  /** Validates what a generator returns. */
  readonly settled: (value: unknown) => Promise<unknown>
}

/** A running streamed call. */
export class RunningStream {
  readonly #iterator: PieceIterator
  readonly #tool: string
  readonly #end: (error?: unknown) => void
  /** Why the call was ended: deadline or cancellation. */
  #fate: { readonly error: unknown } | undefined
  /** Rejects the pending read. */
  #interrupt: (error: unknown) => void = () => {}
  readonly #within: <T>(work: () => T) => T
  readonly #settled: (value: unknown) => Promise<unknown>
  readonly #turns = new Turns()

  /** `iterator` is that of the closure's result. */
  constructor(iterator: PieceIterator, { tool, end, fate, within, settled }: StreamedCall) {
    this.#iterator = iterator
    this.#tool = tool
    this.#end = end
    this.#within = within
    this.#settled = settled
    // One handler: a race for each piece would leak handlers.
    fate.catch((error: unknown) => {
      this.#fate = { error }
      this.#interrupt(error)
    })
  }

  async next(): Promise<PieceResult> {
    try {
      if (this.#turns.isDue) await this.#turns.pass()
      const result = await this.#readOrInterrupt()
      if (!result.done) return result
      const value = result.value === undefined ? undefined : await this.#settled(result.value)
      this.#end()
      return { done: true, value }
    } catch (error) {
      this.#end(error)
      stop(this.#iterator)
      throw error
    }
  }

  /** Reads the next piece, or rejects if the call ends first. */
  #readOrInterrupt(): Promise<PieceResult> {
    return new Promise((resolve, reject) => {
      this.#interrupt = reject
      // An ended call gives no more pieces.
      if (this.#fate === undefined) this.#readPiece().then(resolve, reject)
      else reject(this.#fate.error)
    })
  }

  /** Calls the iterator; any error of it is a failure of the tool. */
  async #readPiece(): Promise<PieceResult> {
    try {
      return readResult(await this.#within(() => this.#iterator.next()))
    } catch (thrown) {
      throw closureFailed(this.#tool, thrown)
    }
  }

  /** Ends the iterator. */
  stop(): void {
    stop(this.#iterator)
  }
}

/** An iterator of a single result. */
export function iterateOnce(value: unknown): PieceIterator {
  return (async function* () {
    yield value
  })()
}
