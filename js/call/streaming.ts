// Streaming: reads the pieces of generators and streams, and collects them into one result.

import { ignoreRejection } from '../border/error'
import { isUint8Array } from '../border/realm'
import { ascend, descend } from './call-depth'
import type { CallSignal } from './abort-signals'
import type { PieceListener } from './interfaces'

/** How long synchronous pieces may block the event loop, in ms: a deadline is a timer and must be able to fire. */
const BUSY_MS = 5
/** Limits of a collected stream: characters and bytes, and pieces. */
const MOST_COLLECTED = 64 << 20
const MOST_PIECES = 1_000_000

/** Iterator of the pieces of a streamed result. */
export type PieceIterator = AsyncIterator<unknown, unknown, undefined>
/** One piece of a streamed result, or its end. */
export type PieceResult = IteratorResult<unknown, unknown>

/**
 * Returns the iterator of a streamed result: an async generator, a Node stream or a web stream; nothing for other
 * results. Getters of the result may throw.
 */
export function iteratorOf(value: unknown): PieceIterator | undefined {
  if (value === null || typeof value !== 'object') return undefined
  const open = (value as { readonly [Symbol.asyncIterator]?: unknown })[Symbol.asyncIterator]
  if (typeof open !== 'function') return undefined
  const iterator: unknown = open.call(value)
  if (iterator === null || typeof iterator !== 'object') throw new TypeError('[Symbol.asyncIterator]() gave no object')
  // `next` may be missing, which throws at the first read; `readResult` checks what it returns.
  return iterator as PieceIterator
}

/**
 * Collects a stream: returns the generator's return value, else its joined texts, its joined bytes, or its last piece.
 * `onPiece` gets each piece as it arrives.
 */
export async function collect(iterator: PieceIterator, abort: CallSignal, onPiece?: PieceListener): Promise<unknown> {
  const pieces = new Pieces()
  const turns = new Turns()
  let isLeft = false
  abort.onAbort(() => {
    isLeft = true
    stop(iterator)
  })
  for (;;) {
    const { done, value } = readResult(await requestPiece(iterator))
    if (done) return value === undefined ? pieces.whole() : value
    try {
      pieces.add(value)
    } catch (thrown) {
      stop(iterator)
      throw thrown
    }
    if (!isLeft) onPiece?.(value)
    if (turns.isDue) await turns.pass()
    // The call is over, and the iterator may be endless.
    if (isLeft) return undefined
  }
}

/** Requests the next piece; the first one runs on the stack of the call. */
function requestPiece(iterator: PieceIterator): Promise<PieceResult> {
  descend()
  try {
    return iterator.next()
  } finally {
    ascend()
  }
}

/** Reads an iterator result, each member once. */
export function readResult(result: unknown): PieceResult {
  if (result === null || (typeof result !== 'object' && typeof result !== 'function'))
    throw new TypeError('next() of the iterator gave no object')
  const members = result as { readonly done?: unknown; readonly value?: unknown }
  const done = Boolean(members.done)
  return { done, value: members.value }
}

/** Decides when to yield to the event loop between pieces. */
export class Turns {
  #since = performance.now()
  #count = 0

  /** Called for each piece; reading the clock costs as much as a small piece. */
  get isDue(): boolean {
    return (++this.#count & 15) === 0 && performance.now() - this.#since > BUSY_MS
  }

  /** Yields to timers and sockets. */
  async pass(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#since = performance.now()
  }
}

/** Pieces of a stream that is collected. */
class Pieces {
  readonly #parts: unknown[] = []
  #size = 0

  add(piece: unknown): void {
    const isJoined = isPart(piece) && (this.#parts.length === 0 || isPart(this.#parts[0]))
    // Of progress values only the last is kept.
    if (!isJoined) this.#parts.length = this.#size = 0
    if (isPart(piece)) this.#size += piece.length
    if (this.#parts.push(piece) > MOST_PIECES) throw new RangeError(`its pieces are over the limit of ${MOST_PIECES}`)
    if (this.#size > MOST_COLLECTED)
      throw new RangeError(`its pieces together are over the limit of ${MOST_COLLECTED} characters or bytes`)
  }

  whole(): unknown {
    const parts = this.#parts
    if (parts.length > 0 && parts.every((part) => typeof part === 'string')) return parts.join('')
    if (parts.length > 0 && parts.every(isUint8Array)) return Buffer.concat(parts)
    return parts.at(-1)
  }
}

/** Whether a piece is joined with others. */
function isPart(value: unknown): value is string | Uint8Array {
  return typeof value === 'string' || isUint8Array(value)
}

/** Ends a generator and ignores what it returns. */
export function stop(iterator: PieceIterator): void {
  try {
    ignoreRejection(iterator.return?.())
  } catch {
    // Errors of a cancelled generator are ignored.
  }
}
