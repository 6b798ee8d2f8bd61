// Call stream: the result of a streamed call, piece by piece.

import { toolFailed } from '../border/raised-error'
import { Turns, readResult, stop } from './streaming'
import type { PieceIterator, PieceResult } from './streaming'

/** Starts a streamed call. It passes the function that cancels the call to `onStart`, before its first wait. */
export type StreamStart = (onStart: (cancel: () => void) => void) => Promise<RunningStream>

/** The stream of one call. The call starts with the first read; `break` or `return()` cancels it. */
export class CallStream implements AsyncIterableIterator<unknown, unknown, undefined> {
  readonly #start: StreamStart
  #running: RunningStream | undefined
  #ended = false
  /** Cancels the started call. */
  #cancel: (() => void) | undefined
  #isLeft = false
  #turn: Promise<unknown> = Promise.resolve()

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
      this.#running ??= await this.#start((cancel) => (this.#cancel = cancel))
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

  async return(value?: unknown): Promise<PieceResult> {
    if (!this.#ended) {
      this.#ended = this.#isLeft = true
      this.#cancel?.()
      this.#running?.stop()
    }
    return { done: true, value }
  }
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
      throw toolFailed(this.#tool, thrown)
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
