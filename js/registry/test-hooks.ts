// Test hooks: the clock of a registry in tests, and the record of its calls. Only `toolrack/test` makes them: a registry
// takes them as a second argument, which its declaration does not have.

import type { Clock } from '../border/clock'
import type { NativeClock } from '../border/native'
import type { Arguments, Identity } from '../call/interfaces'

/** A clock that Rust shares. */
export interface SharedClock extends Clock {
  readonly native: NativeClock
}

/** The record of one call. */
export interface CallRecording {
  /** The caller, and the arguments as they came. */
  madeBy(identity: Identity, args: Arguments): void
  /** The arguments that the tool gets. */
  executes(args: Arguments): void
  end(outcome: { readonly error: unknown } | { readonly value: unknown }): void
}

/** Records calls. */
export interface CallRecorder {
  begin(toolName: string, callId: string, target: string | undefined): CallRecording
}

export class TestHooks {
  readonly #clock: SharedClock
  readonly recorder: CallRecorder

  constructor(clock: SharedClock, recorder: CallRecorder) {
    this.#clock = clock
    this.recorder = recorder
  }

  get clock(): SharedClock {
    return this.#clock
  }

  /** The hooks, where a value is some: anything else that a constructor is given is none. */
  static of(value: unknown): TestHooks | undefined {
    return value !== null && typeof value === 'object' && #clock in value ? value : undefined
  }
}
