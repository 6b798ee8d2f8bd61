// Answer stream: the pieces of a streamed call as they arrive, and its answer, for frameworks that show progress.

import { onAbort } from '../call/abort-signals'
import type { FrameworkCall } from './offered-tools'

/** Pieces that have arrived and are not shown yet. */
export interface PieceBuffer<Shown> {
  /** Adds a piece. Never throws. */
  add(piece: unknown): void
  /** Takes what is to be shown now. */
  take(): readonly Shown[]
  readonly isEmpty: boolean
}

/**
 * Makes a call, yields its pieces from the buffer, and returns its answer. Leaving the loop, and `return()` at any time,
 * cancels the call.
 */
export function streamAnswer<Answer, Shown>(
  respond: (call: FrameworkCall) => Promise<Answer>,
  signal: AbortSignal | null | undefined,
  pieces: PieceBuffer<Shown>,
): AsyncGenerator<Shown, Answer, undefined> {
  const controller = new AbortController()
  return cancelOnReturn(answerPieces(respond, signal, pieces, controller), () => controller.abort())
}

/**
 * Calls `cancel` as soon as a generator is left. The generator itself learns of `return()` only when the `next()` that
 * waits is over.
 */
export function cancelOnReturn<Shown, Answer>(
  generator: AsyncGenerator<Shown, Answer, undefined>,
  cancel: () => void,
): AsyncGenerator<Shown, Answer, undefined> {
  const leave = generator.return.bind(generator)
  const returns = (value: Answer | PromiseLike<Answer>) => {
    cancel()
    return leave(value)
  }
  return Object.assign(generator, { return: returns })
}

async function* answerPieces<Answer, Shown>(
  respond: (call: FrameworkCall) => Promise<Answer>,
  signal: AbortSignal | null | undefined,
  pieces: PieceBuffer<Shown>,
  controller: AbortController,
): AsyncGenerator<Shown, Answer, undefined> {
  const abort = () => controller.abort(signal?.reason)
  const off = signal ? onAbort(signal, abort) : undefined
  if (signal?.aborted) abort()
  let isOver = false
  let wake = () => {}
  const over = () => {
    isOver = true
    wake()
  }
  const onPiece = (piece: unknown) => {
    pieces.add(piece)
    wake()
  }
  const answer = respond({ signal: controller.signal, onPiece })
  answer.then(over, over)
  try {
    for (;;) {
      if (!isOver && pieces.isEmpty) await new Promise<void>((resolve) => (wake = resolve))
      yield* pieces.take()
      if (isOver && pieces.isEmpty) return await answer
    }
  } finally {
    off?.()
    controller.abort()
  }
}

/** Keeps every piece until it is shown, as `write` writes it. */
export class EveryPiece<Shown> implements PieceBuffer<Shown> {
  readonly #write: (piece: unknown) => Shown
  #pieces: Shown[] = []

  constructor(write: (piece: unknown) => Shown) {
    this.#write = write
  }

  get isEmpty(): boolean {
    return this.#pieces.length === 0
  }

  add(piece: unknown): void {
    this.#pieces.push(this.#write(piece))
  }

  take(): readonly Shown[] {
    const taken = this.#pieces
    this.#pieces = []
    return taken
  }
}
