// toolrack/test: registries with a clock, recorded HTTP for tests of agents.
import type { ErrorCode, ToolrackError } from './errors'
import type { RegistryOptions, ToolRegistry } from './registry'
import type { Target } from './targets'
import type { RegistryTypes } from './tool'

/**
 * A clock that a test moves. It measures all that a test registry measures by time. Real time does not move it.
 * @see [clock](https://github.com/toolrack/toolrack/blob/main/docs/testing.md#clock)
 */
export interface TestClock {
  /** The time, in ms since 1970. */
  readonly now: number
  /**
   * Moves the clock by `ms`, from one wait to the next: a retry, a timeout or an expiry happens at its own time. Resolves
   * when whatever was due has happened, and all that it led to waits for something else. `advance(0)` waits for that alone.
   * Code of a test that waits for a real timer or network is not waited for.
   */
  advance(ms: number): Promise<void>
}

/** The options of a test registry: those of a registry, and its clock. */
export interface TestRegistryOptions extends RegistryOptions {
  /**
   * The time at which its clock begins: a date, or ms since 1970.
   * @default the present
   */
  now?: number | Date
  /**
   * The clock of another test registry, to move both at once.
   * @default a clock of its own
   */
  clock?: TestClock
}

/** A call of a tool, with its arguments and its outcome. Only a test registry records them. */
export interface RecordedCall {
  /** The id of the call. */
  readonly callId: string
  /** The tool's name. */
  readonly toolName: string
  /** The arguments that the tool got; of a call that was refused before, those that it was made with. */
  readonly params: Record<string, unknown>
  /** The caller: `userId`, `auditingId` and `metadata`, as far as the call has them. */
  readonly context: { readonly userId?: unknown; readonly auditingId?: unknown; readonly metadata?: unknown }
  /** The target of `respond`: the provider whose model made the call. Absent for other calls. */
  readonly target?: Target
  /** `pending` while it runs, `ok`, or the code of the error that it failed with. */
  readonly outcome: 'pending' | 'ok' | ErrorCode
  /** What the tool returned; of a stream nothing. */
  readonly value?: unknown
  /** The error of a call that failed. */
  readonly error?: ToolrackError
}

/** A registry with a clock that a test moves, and a record of its calls. */
export interface TestRegistry<Types extends RegistryTypes = {}> extends ToolRegistry<Types> {
  /** Its clock. */
  readonly clock: TestClock
  /** The calls so far, in the order in which they began: of the tool with this name, or of all. */
  calls(toolName?: string): RecordedCall[]
  /** Forgets the calls so far. */
  clearCalls(): void
}

/**
 * Makes a registry for a test. Rate limits, timeouts, backoff, circuit breakers, idempotency keys, tokens and held
 * changes follow its clock, and its calls are recorded.
 * @see [clock](https://github.com/toolrack/toolrack/blob/main/docs/testing.md#clock)
 */
export function createTestRegistry<Types extends RegistryTypes = {}>(options?: TestRegistryOptions): TestRegistry<Types>

/** A `fetch` with the requests of its cassette. */
export interface CassetteFetch {
  (input: string | URL | Request, init?: RequestInit): Promise<Response>
  /** Throws if a request was not as the cassette has it; with `strict` also if one of the cassette was not made. */
  done(): void
}

/** The options of `record`. */
export interface RecordOptions {
  /**
   * The function that sends the requests.
   * @default the global `fetch`
   */
  fetch?: (input: string | URL | Request, init?: RequestInit) => Promise<Response> | Response
  /**
   * Names of headers, query parameters and members of bodies whose values are secret, beside those that are known.
   * @default none
   */
  secrets?: readonly string[]
}

/** The options of `replay`. */
export interface ReplayOptions {
  /**
   * Whether each recorded request may and must be made once. If not, the last of equal requests answers any further one,
   * and `done` accepts requests that were not made.
   * @default true
   */
  strict?: boolean
}

/**
 * A `fetch` that sends requests, and writes them with their responses into a file of JSON, the cassette. The file is
 * replaced whole after each response. Credentials are not written.
 * @see [cassettes](https://github.com/toolrack/toolrack/blob/main/docs/testing-http.md)
 */
export function record(file: string | URL, options?: RecordOptions): CassetteFetch

/**
 * A `fetch` that answers from a cassette, without a network. Requests are matched by method, URL and body. Any other
 * request is answered with status 501, which says what was near, and `done` throws.
 * @see [cassettes](https://github.com/toolrack/toolrack/blob/main/docs/testing-http.md)
 */
export function replay(file: string | URL, options?: ReplayOptions): CassetteFetch
