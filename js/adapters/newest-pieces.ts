// Newest pieces of a streamed answer, for frameworks that show what there is so far and replace it.

import { resultText } from '../border/results'
import { isUint8Array } from '../border/realm'
import { onAbort } from '../call/abort-signals'
import type { FrameworkCall } from './offered-tools'

/**
 * Makes a call and iterates over what there is of its result, and at last its answer. A reader that is slower than the
 * tool gets only the newest. Leaving the loop cancels the call.
 */
export async function* newestPieces<Answer>(
  respond: (call: FrameworkCall) => Promise<Answer>,
  write: (value: unknown) => Answer,
  signal: AbortSignal | null | undefined,
): AsyncGenerator<Answer, void, undefined> {
  const controller = new AbortController()
  const off = signal ? onAbort(signal, () => controller.abort(signal.reason)) : undefined
  if (signal?.aborted) controller.abort(signal.reason)
  const pieces = new PiecesSoFar()
  let isOver = false
  let wake = () => {}
  const over = () => {
    isOver = true
    wake()
  }
  const onPiece = (piece: unknown) => {
    if (pieces.add(piece)) wake()
  }
  const answer = respond({ signal: controller.signal, onPiece })
  answer.then(over, over)
  try {
    for (;;) {
      if (!isOver && !pieces.hasNew) await new Promise<void>((resolve) => (wake = resolve))
      if (isOver) break
      yield write(pieces.take())
    }
    yield await answer
  } finally {
    off?.()
    controller.abort()
  }
}

/** What there is of a streamed result: its texts, joined, or its last value. */
class PiecesSoFar {
  #value: unknown
  hasNew = false

  /** Adds a piece. Returns false for one that cannot be shown: bytes, and what JSON cannot hold. */
  add(piece: unknown): boolean {
    if (isUint8Array(piece)) return false
    try {
      if (typeof piece === 'string') this.#value = typeof this.#value === 'string' ? this.#value + piece : piece
      // A copy: the tool may change its value, and the framework sends it somewhere.
      else this.#value = JSON.parse(resultText(piece))
    } catch {
      return false
    }
    return (this.hasNew = true)
  }

  take(): unknown {
    this.hasNew = false
    return this.#value
  }
}
