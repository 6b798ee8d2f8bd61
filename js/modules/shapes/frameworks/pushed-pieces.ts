// Pushed pieces: what a tool hands to a callback of its framework, as a stream.

import { CallContext } from '../../../call/context'
import type { PieceReader } from '../../../call/abort-signals'
import type { PieceIterator, PieceResult } from '../../../call/streaming'

/** Hands a piece over. Resolves once a reader has taken it, which paces the tool. */
export type PushPiece = (piece: unknown) => Promise<void>

/** Runs a tool that pushes pieces where it gets a function for them; resolves to its result. */
type RunTool = (push?: PushPiece) => Promise<unknown>

/** A piece that waits for a reader. */
interface WaitingPiece {
  readonly piece: unknown
  readonly taken: () => void
}

/**
 * Runs a tool that pushes its pieces: as a stream where somebody gets them. A tool that pushes none has its result as the
 * only piece of a stream.
 */
export function pushedPieces(context: CallContext, run: RunTool): Promise<unknown> | AsyncIterable<unknown> {
  const reader = CallContext.readerOf(context)
  return reader === undefined ? run() : { [Symbol.asyncIterator]: () => new PushedPieces(run, reader) }
}

class PushedPieces implements PieceIterator {
  readonly #run: RunTool
  readonly #reader: PieceReader
  readonly #waiting: WaitingPiece[] = []
  #outcome: Promise<unknown> | undefined
  #isOver = false
  #isLeft = false
  #hasPushed = false
  /** Tells a waiting reader of a piece or of the end. */
  #wake: () => void = () => {}

  constructor(run: RunTool, reader: PieceReader) {
    this.#run = run
    this.#reader = reader
  }

  async next(): Promise<PieceResult> {
    const outcome = (this.#outcome ??= this.#start())
    while (this.#waiting.length === 0 && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve))
    const waiting = this.#waiting.shift()
    if (waiting !== undefined) {
      waiting.taken()
      return { done: false, value: waiting.piece }
    }
    const value = await outcome
    if (this.#hasPushed || this.#isLeft || this.#reader === 'listener') return { done: true, value }
    this.#hasPushed = true
    return { done: false, value }
  }

  async return(value?: unknown): Promise<PieceResult> {
    this.#isLeft = true
    for (const { taken } of this.#waiting.splice(0)) leave(taken)
    return { done: true, value }
  }

  #start(): Promise<unknown> {
    const outcome = this.#run((piece) => this.#push(piece))
    const end = (): void => {
      this.#isOver = true
      this.#wake()
    }
    outcome.then(end, end)
    return outcome
  }

  #push(piece: unknown): Promise<void> {
    this.#hasPushed = true
    return new Promise((taken) => {
      if (this.#isLeft) return leave(taken)
      this.#waiting.push({ piece, taken })
      this.#wake()
    })
  }
}

/** Lets a tool go on that nobody reads any more, in its own turn: an endless one must not block the event loop. */
function leave(taken: () => void): void {
  // A timer: an immediate without a reference waits until something else wakes the event loop.
  setTimeout(taken, 0).unref()
}
