// Writer of Mastra: the pieces of a streamed result, in order. A reader that has left, or reads no more, holds no call.

import { startTimer } from '../border/timers'
import { onAbort } from '../call/abort-signals'

/** What the framework hands to a tool for its pieces. */
export interface Writer {
  readonly write: (data: unknown) => Promise<void>
}

/** How long a call waits at its end for a reader that takes nothing, in ms, where nothing else bounds it. */
const MOST_WAIT_MS = 60_000

/** Writes the pieces of one call. */
export class PieceWriter {
  readonly #writer: Writer | undefined
  readonly #since = performance.now()
  #written = Promise.resolve()
  #isWritten = true

  constructor(writer: Writer | undefined) {
    this.#writer = writer
  }

  readonly write = (piece: unknown): void => {
    const writer = this.#writer
    if (writer === undefined) return
    this.#isWritten = false
    this.#written = this.#written.then(() => writer.write(piece)).catch(() => {})
  }

  /**
   * Waits until all is written, the signal aborts, or `timeoutMs` has passed since the start of the call. Without a
   * timeout it waits for a minute: a reader that only pauses loses no piece.
   */
  async finish(signal: AbortSignal | undefined, timeoutMs: number | undefined): Promise<void> {
    if (this.#isWritten || signal?.aborted === true) return
    const left = timeoutMs === undefined ? MOST_WAIT_MS : timeoutMs - (performance.now() - this.#since)
    const stops: (() => void)[] = []
    const over = new Promise<void>((resolve) => {
      if (signal !== undefined) stops.push(onAbort(signal, resolve))
      if (left !== Infinity) stops.push(startTimer(Math.max(0, left), resolve))
    })
    await Promise.race([this.#written, over])
    for (const stop of stops) stop()
  }
}
