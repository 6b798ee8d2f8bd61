// Test clock: the time of a registry in a test, which the test moves.

import { setImmediate } from 'node:timers'
import type { Timer } from '../border/clock'
import { NativeClock } from '../border/native'
import { invalidOption } from '../border/options'
import { isDate, timeOf } from '../border/realm'
import type { SharedClock } from '../registry/test-hooks'
import type { TestClock as PublicTestClock } from '../../types/test'

// Taken once: fake timers of a test runner replace it.
const nextTurn = setImmediate
/** Turns of the event loop without work in Rust after which everything waits: a result crosses in one turn. */
const QUIET_TURNS = 8

/** A timer that is to expire. */
interface TestTimer {
  /** In ms since the clock was made. */
  readonly at: number
  readonly expire: () => void
}

/** The time of the clock for the registry: shared with Rust. */
class TestTime implements SharedClock {
  readonly native: NativeClock
  readonly #start: number
  #elapsed = 0
  readonly #timers = new Set<TestTimer>()

  constructor(start: number) {
    this.native = new NativeClock(start)
    this.#start = start
  }

  now(): number {
    return this.#elapsed
  }

  unixTime(): number {
    return this.#start + this.#elapsed
  }

  startTimer(expire: () => void, ms: number): Timer {
    const timer: TestTimer = { at: this.#elapsed + ms, expire }
    this.#timers.add(timer)
    // A timer of the test clock has no `ref` and no `unref`: it never keeps the process alive.
    return timer as object
  }

  stopTimer(timer: Timer): void {
    this.#timers.delete(timer as object as TestTimer)
  }

  /** Whether nothing runs and nothing waits for the time. */
  get isIdle(): boolean {
    return this.#timers.size === 0 && !this.native.isBusy && !this.native.isWaitedFor
  }

  /** Moves to what is due next, but not past `end`, and lets it go on. Returns whether anything was due. */
  advanceTowards(end: number): boolean {
    const next = this.#nextTimer()
    const limit = Math.min(end, next?.at ?? end)
    if (this.native.advanceTowards(limit)) {
      this.#elapsed = Math.min(this.native.elapsed, limit)
      return true
    }
    this.#elapsed = Math.max(this.#elapsed, limit)
    if (next === undefined || next.at > limit) return false
    this.#timers.delete(next)
    next.expire()
    return true
  }

  #nextTimer(): TestTimer | undefined {
    let next: TestTimer | undefined
    for (const timer of this.#timers) if (next === undefined || timer.at < next.at) next = timer
    return next
  }
}

/** For the registry: the time of a clock; nothing for another value. */
export let timeOfClock: (value: unknown) => SharedClock | undefined

export class TestClock implements PublicTestClock {
  readonly #time: TestTime
  #last: Promise<void> = Promise.resolve()

  constructor(start: unknown = Date.now()) {
    const at = isDate(start) ? timeOf(start) : start
    if (typeof at !== 'number' || !(at >= 0 && at <= MOST_TIME))
      throw invalidOption('now', 'must be a date, or ms since 1970')
    this.#time = new TestTime(at)
  }

  get now(): number {
    return this.#time.unixTime()
  }

  async advance(ms: unknown): Promise<void> {
    if (typeof ms !== 'number' || !(ms >= 0 && ms <= MOST_TIME))
      throw invalidOption('ms', 'must be a number of ms from 0 on')
    // No wait lies before the end, so the time is set at once, also for a caller that does not await.
    if (ms > 0 && this.#time.isIdle) return void this.#time.advanceTowards(this.#time.now() + ms)
    const before = this.#last
    const moved = before.then(() => this.#move(ms))
    this.#last = moved.catch(() => undefined)
    await moved
  }

  async #move(ms: number): Promise<void> {
    const end = this.#time.now() + ms
    do await this.#untilAllWaits()
    while (this.#time.advanceTowards(end))
  }

  /** Waits until nothing that was called does anything but wait. */
  async #untilAllWaits(): Promise<void> {
    let quietTurns = 0
    while (quietTurns < QUIET_TURNS) {
      await new Promise((resolve) => nextTurn(resolve))
      quietTurns = this.#time.native.isBusy ? 0 : quietTurns + 1
    }
  }

  static {
    timeOfClock = (value) => (value !== null && typeof value === 'object' && #time in value ? value.#time : undefined)
  }
}

/** The longest time of a clock, in ms: what a `Date` can have. */
const MOST_TIME = 8.64e15
