// Last piece: a stream whose last piece is its result, as the AI SDK streams.

import type { PieceIterator, PieceResult } from '../../../call/streaming'
import { readResult } from '../../../call/streaming'
import { unwrapFailure } from '../mcp-result'

/** A stream with the pieces of another one, which ends with the last of them as its result. */
export class LastPiece implements PieceIterator, AsyncIterable<unknown, unknown, undefined> {
  readonly #iterator: PieceIterator
  #last: unknown

  constructor(iterator: PieceIterator) {
    this.#iterator = iterator
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<PieceResult> {
    const { done, value } = readResult(await this.#iterator.next())
    // The last piece of a failed call is its failure, as a result would be.
    if (done === true) return { done, value: unwrapFailure(this.#last) }
    this.#last = value
    return { done: false, value }
  }

  async return(value?: unknown): Promise<PieceResult> {
    await this.#iterator.return?.()
    return { done: true, value }
  }
}
