// Test registry: a registry with a clock that a test moves, and a record of its calls.

import { invalidOption, readOption, toName } from '../border/options'
import { ToolRegistry } from '../registry'
import { TestHooks } from '../registry/test-hooks'
import type { RecordedCall, TestRegistry as PublicTestRegistry } from '../../types/test'
import { RecordedCalls } from './recorded-calls'
import { TestClock, timeOfClock } from './test-clock'

/** The options of the test, and those of the registry. */
interface SplitOptions {
  readonly clock?: unknown
  readonly now?: unknown
  readonly rest: unknown
}

class TestRegistry extends ToolRegistry implements PublicTestRegistry {
  readonly clock: TestClock
  readonly #recorded: RecordedCalls

  constructor(options: unknown) {
    const { clock: given, now, rest } = splitOptions(options)
    if (given !== undefined && now !== undefined) throw invalidOption('now', 'is that of the clock: give one of them')
    const clock = given === undefined ? new TestClock(now) : given
    const time = timeOfClock(clock)
    if (time === undefined) throw invalidOption('clock', 'must be the clock of another test registry')
    const recorded = new RecordedCalls()
    super(rest, new TestHooks(time, recorded))
    // `timeOfClock` knows no other value.
    this.clock = clock as TestClock
    this.#recorded = recorded
  }

  calls(toolName?: unknown): RecordedCall[] {
    return this.#recorded.of(toolName === undefined ? undefined : toName('toolName', toolName))
  }

  clearCalls(): void {
    this.#recorded.clear()
  }
}

function splitOptions(options: unknown): SplitOptions {
  // The registry refuses what are no options.
  if (options === null || typeof options !== 'object') return { rest: options }
  return readOption('options', () => {
    const { clock, now, ...own } = options as { readonly clock?: unknown; readonly now?: unknown }
    // Options may be inherited, as those of any registry.
    const rest: unknown = Object.assign(Object.create(Object.getPrototypeOf(options) as object | null), own)
    return { clock, now, rest }
  })
}

/** Makes a registry for a test. */
export function createTestRegistry(options?: unknown): TestRegistry {
  return new TestRegistry(options)
}
