// Newest piece of a streamed result, for frameworks that show what there is so far and replace it.

import { isUint8Array } from '../border/realm'
import { resultText } from '../border/results'
import { isProgress } from '../call/progress'
import type { PieceBuffer } from './answer-stream'

/**
 * Keeps what there is of a streamed result: its texts, joined, or its last value. A reader that is slower than the tool
 * gets only the newest. Progress is shown until there is a piece. Bytes, and what JSON cannot hold, are not shown.
 */
export class NewestPiece<Shown> implements PieceBuffer<Shown> {
  readonly #write: (value: unknown) => Shown
  #value: unknown
  #hasPieces = false
  isEmpty = true

  /** `write` makes what the framework shows of a value. */
  constructor(write: (value: unknown) => Shown) {
    this.#write = write
  }

  add(piece: unknown): void {
    if (isUint8Array(piece)) return
    // What there is of the result says more.
    if (isProgress(piece)) {
      if (this.#hasPieces) return
    } else this.#hasPieces = true
    try {
      if (typeof piece === 'string') this.#value = typeof this.#value === 'string' ? this.#value + piece : piece
      // A copy: the tool may change its value, and the framework sends it somewhere.
      else this.#value = JSON.parse(resultText(piece))
      this.isEmpty = false
    } catch {
      // The answer says what is wrong with the result.
    }
  }

  take(): readonly Shown[] {
    if (this.isEmpty) return []
    this.isEmpty = true
    return [this.#write(this.#value)]
  }
}
