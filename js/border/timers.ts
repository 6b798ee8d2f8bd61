// Timers: waits of any length, and deadlines of promises.

import { systemClock } from './clock'
import type { Clock, Timer } from './clock'
import { unref } from './realm'

/** The longest time that `setTimeout` takes, in ms. A longer one would fire at once. */
export const MOST_WAIT_MS = 2 ** 31 - 1

/** Starts a timer; returns the function that stops it. */
export type StartTimer = (ms: number, expire: () => void) => () => void

/** Starts a timer that keeps the process: somebody waits for what comes of it. A long wait is split. */
export const startTimer: StartTimer = (ms, expire) => start(systemClock, ms, expire, true)

/** Starts a timer that the process does not wait for. */
export const startIdleTimer: StartTimer = (ms, expire) => start(systemClock, ms, expire, false)

/** Starts a timer of a clock that keeps the process: somebody waits for what comes of it. A long wait is split. */
export function startTimerOf(clock: Clock, ms: number, expire: () => void): () => void {
  return start(clock, ms, expire, true)
}

/** Starts a timer of a clock that the process does not wait for. */
export function startIdleTimerOf(clock: Clock, ms: number, expire: () => void): () => void {
  return start(clock, ms, expire, false)
}

function start(clock: Clock, ms: number, expire: () => void, keepsProcess: boolean): () => void {
  let timer: Timer
  let left = ms
  const wait = (): void => {
    const part = Math.min(left, MOST_WAIT_MS)
    left -= part
    timer = clock.startTimer(() => (left > 0 ? wait() : expire()), part)
    if (!keepsProcess) unref(timer)
  }
  wait()
  return () => clock.stopTimer(timer)
}

/** Waits for work, but not longer than `ms`: then it rejects with what `late` returns, and what comes later is ignored. */
export async function withDeadline<T>(
  work: Promise<T>,
  ms: number,
  late: () => unknown,
  clock: Clock = systemClock,
): Promise<T> {
  let stop = (): void => {}
  const over = new Promise<never>((_resolve, reject) => {
    stop = start(clock, ms, () => reject(late()), true)
  })
  try {
    return await Promise.race([work, over])
  } finally {
    stop()
  }
}
