// Refreshes: when the list of an upstream is read again. One at a time, and many hints are one.

import type { Clock } from '../../border/clock'
import { ignoreRejection } from '../../border/error'
import { startIdleTimerOf } from '../../border/timers'
import { SharedRuns } from '../../modules/providers/shared-runs'

/** Hints within this time are one, in ms. */
const COALESCE_MS = 250

/** Why a list is read again. */
export type RefreshTrigger = 'load' | 'reload' | 'watch'

/** Runs the refreshes of one upstream. One that comes during a refresh starts one more. */
export class Refreshes<Report> {
  readonly #clock: Clock
  readonly #runs: SharedRuns<Report>
  #trigger: RefreshTrigger = 'watch'
  #stopTimer: (() => void) | undefined
  #isClosed = false

  /** `refresh` never throws away what it fails with: it reports that itself. */
  constructor(refresh: (trigger: RefreshTrigger) => Promise<Report>, clock: Clock) {
    this.#clock = clock
    this.#runs = new SharedRuns(() => {
      const trigger = this.#trigger
      this.#trigger = 'watch'
      return refresh(trigger)
    })
  }

  get isRunning(): boolean {
    return this.#runs.isRunning
  }

  /** The list may have changed. */
  hint(): void {
    if (this.#isClosed || this.#stopTimer !== undefined) return
    this.#stopTimer = startIdleTimerOf(this.#clock, COALESCE_MS, () => {
      this.#stopTimer = undefined
      ignoreRejection(this.#runs.run())
    })
  }

  /** Reads the list now, or after the refresh under way. A hint that waits is part of it. */
  run(trigger: RefreshTrigger): Promise<Report> {
    this.#stop()
    if (trigger !== 'watch') this.#trigger = trigger
    return this.#runs.run()
  }

  close(): void {
    this.#isClosed = true
    this.#stop()
  }

  #stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }
}
