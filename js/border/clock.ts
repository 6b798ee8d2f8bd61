// Clock: the time and the timers of a registry, as a value. A test gives another one (`toolrack/test`).

/** A timer, as `setTimeout` makes it: a number in a DOM. */
export type Timer = { readonly ref?: () => unknown; readonly unref?: () => unknown } | number | null | undefined

/** A clock with timers. */
export interface Clock {
  /** The time in ms since a fixed moment. It never goes back. */
  now(): number
  /** The time in ms since 1970. */
  unixTime(): number
  /** Starts a timer of at most 2^31 - 1 ms. */
  startTimer(expire: () => void, ms: number): Timer
  stopTimer(timer: Timer): void
}

/** The clock of the process. Its functions are looked up at each use: a test runner replaces them. */
export const systemClock: Clock = Object.freeze({
  now: () => performance.now(),
  unixTime: () => Date.now(),
  startTimer: (expire: () => void, ms: number) => setTimeout(expire, ms),
  // A timer of `setTimeout`, whatever the host makes of it.
  stopTimer: (timer: Timer) => clearTimeout(timer as NodeJS.Timeout),
})
