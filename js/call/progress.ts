// Progress of a call: how much of its work is done, as its closure reports it, and who is told.

import type { CallProgress as PublicCallProgress } from '../../index'
import { textOf } from '../border/error'
import { invalidOption } from '../border/options'
import type { CallSignal } from './abort-signals'

/** Marks a CallProgress of any copy of toolrack and any realm. */
const BRAND = Symbol.for('toolrack.CallProgress')

/** The longest message, in characters. It is for a line of a display. */
const MOST_MESSAGE = 1_000

/** One report of a closure. A reader of a stream gets it between the pieces of the result, and tells it by its class. */
export class CallProgress implements PublicCallProgress {
  static {
    Object.defineProperty(this.prototype, BRAND, { value: true })
  }

  static [Symbol.hasInstance](value: unknown): boolean {
    return isProgress(value)
  }

  declare readonly done: number
  declare readonly total?: number
  declare readonly message?: string

  /** The values are checked; see {@link makeProgress}. */
  constructor(done: number, total?: number, message?: string) {
    Object.assign(this, { done }, total !== undefined && { total }, message !== undefined && { message })
    Object.freeze(this)
  }
}

/** Whether a piece of a stream is progress. A piece may be anything, a proxy as well. */
export function isProgress(value: unknown): value is CallProgress {
  try {
    return typeof value === 'object' && value !== null && Reflect.get(value, BRAND) === true
  } catch {
    return false
  }
}

/** Makes a report of what a closure gives. Throws `INVALID_OPTIONS`. */
export function makeProgress(done: unknown, total: unknown, message: unknown): CallProgress {
  if (!isAmount(done)) throw notAmount('progress.done')
  if (total !== undefined && !isAmount(total)) throw notAmount('progress.total')
  if (message !== undefined && typeof message !== 'string') throw invalidOption('progress.message', 'must be a string')
  return new CallProgress(done, total, textOf(message, MOST_MESSAGE))
}

/** The function `progress` of a context: it reports to the listener of a call that is not over. */
export function progressReporter(
  call: Pick<CallSignal, 'isAborted' | 'listeners'>,
): (done: number, total?: number, message?: string) => void {
  return (done, total, message) => {
    const progress = makeProgress(done, total, message)
    if (!call.isAborted) call.listeners?.progress?.report(progress)
  }
}

function isAmount(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value < Infinity
}

function notAmount(option: string): Error {
  return invalidOption(option, 'must be a number from zero')
}

/** Tells one listener of the progress of a call: it grows, and ends with the call. */
export class ProgressChannel {
  readonly #listener: (progress: CallProgress) => void
  #done = -1
  #isOver = false

  /** `listener` never throws. */
  constructor(listener: (progress: CallProgress) => void) {
    this.#listener = listener
  }

  /** Tells of a report, unless no more is done than at the one before, or the call is over. */
  report(progress: CallProgress): void {
    if (this.#isOver || progress.done <= this.#done) return
    this.#done = progress.done
    this.#listener(progress)
  }

  end(): void {
    this.#isOver = true
  }
}
