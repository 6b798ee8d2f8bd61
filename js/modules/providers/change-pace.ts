// Change pace: when changes of a provider are told. A provider that changes with each load is loaded with a backoff.

import { startIdleTimer } from '../../border/timers'
import type { StartTimer } from '../../border/timers'

/** A change this soon after a load follows it, in ms. */
const SOON_MS = 100
/** How many changes may follow a load each before there is a pause. */
const MOST_AT_ONCE = 3
/** The first pause; the next ones double. */
const FIRST_PAUSE_MS = 100
const LONGEST_PAUSE_MS = 1_000

export interface PaceOptions {
  readonly startTimer?: StartTimer | undefined
  /** The time in ms, from any start. */
  readonly now?: (() => number) | undefined
}

/** Tells changes at once, or after a pause where each follows the load of the one before. */
export class ChangePace {
  readonly #tell: () => void
  readonly #startTimer: StartTimer
  readonly #now: () => number
  #loadedAt = -Infinity
  /** How many changes in a row followed a load. */
  #following = 0
  #stop: (() => void) | undefined

  constructor(tell: () => void, { startTimer = startIdleTimer, now = () => performance.now() }: PaceOptions) {
    this.#tell = tell
    this.#startTimer = startTimer
    this.#now = now
  }

  /** The tools have changed. Changes during a pause are one. */
  change(): void {
    if (this.#stop !== undefined) return
    this.#following = this.#now() - this.#loadedAt < SOON_MS ? this.#following + 1 : 0
    const pauses = this.#following - MOST_AT_ONCE
    if (pauses <= 0) return this.#tell()
    this.#stop = this.#startTimer(Math.min(FIRST_PAUSE_MS * 2 ** (pauses - 1), LONGEST_PAUSE_MS), () => {
      this.#stop = undefined
      this.#tell()
    })
  }

  /** The tools are loaded. */
  loaded(): void {
    this.#loadedAt = this.#now()
  }

  /** Forgets a change that is not told yet. */
  forget(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
