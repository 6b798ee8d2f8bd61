// Checked pieces: a stream whose tool is checked at the end, as what it asks of its framework is known only then.

import { iteratorOf, readResult } from '../../../call/streaming'
import type { PieceIterator, PieceResult } from '../../../call/streaming'

/**
 * Checks a tool once it has ended: at once, or behind the last piece where its result is a stream. `check` throws what is
 * wrong.
 */
export function checkedAtEnd(result: unknown, check: () => void): unknown {
  const iterator = iteratorOf(result)
  if (iterator !== undefined) return new CheckedPieces(iterator, check)
  check()
  return result
}

/** A stream with the pieces and the result of another one, which is checked at its end. */
class CheckedPieces implements PieceIterator, AsyncIterable<unknown, unknown, undefined> {
  readonly #iterator: PieceIterator
  readonly #check: () => void

  constructor(iterator: PieceIterator, check: () => void) {
    this.#iterator = iterator
    this.#check = check
  }

  [Symbol.asyncIterator](): this {
    return this
  }

  async next(): Promise<PieceResult> {
    const piece = readResult(await this.#iterator.next())
    if (piece.done === true) this.#check()
    return piece
  }

  async return(value?: unknown): Promise<PieceResult> {
    await this.#iterator.return?.()
    return { done: true, value }
  }
}
