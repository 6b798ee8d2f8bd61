/**
 * toolrack/test: registries with a clock, recorded HTTP and scripted models for tests of agents.
 * @module toolrack/test
 */
import type { ErrorCode, ToolrackError } from './errors'
import type { ToolRegistry } from './registry'
import type { RegistryOptions } from './registry-options'
import type { TargetCalls } from './target-calls'
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
   * Code that waits for real work (timers, network, files, `crypto`, threads) is not waited for.
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
  /** The tool's name; of a model's call of no tool the name that it called. */
  readonly toolName: string
  /**
   * The arguments that the tool got; of a call that was refused before, those that it was made with. A model's call of a
   * tool that there is not, or whose arguments cannot be read, has none.
   */
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
  /**
   * Throws if a request was not as the cassette has it; with `strict` also if one of the cassette was not made. Of a
   * recording it throws if the cassette could not be written.
   */
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
   * Names of headers, query parameters, fields and members of bodies whose values are secret, beside those that are known.
   * Their values are redacted wherever they occur.
   * @default none
   */
  secrets?: readonly string[]
}

/** The options of `replay`. */
export interface ReplayOptions {
  /**
   * Names whose values are secret, for the messages of requests that are not recorded: those of `record`.
   * @default none
   */
  secrets?: readonly string[]
  /**
   * Whether each recorded request may and must be made once. If not, the last of equal requests answers any further one,
   * and `done` accepts requests that were not made.
   * @default true
   */
  strict?: boolean
}

/**
 * A `fetch` that sends requests, and writes them with their responses into a file of JSON, the cassette. Each
 * response is in the file before it is returned. Credentials are not written. A file that cannot be written is
 * `INVALID_OPTIONS`.
 * @see [cassettes](https://github.com/toolrack/toolrack/blob/main/docs/testing-http.md)
 */
export function record(file: string | URL, options?: RecordOptions): CassetteFetch

/**
 * A `fetch` that answers from a cassette, without a network. Requests are matched by method, URL and body. Any other
 * request is answered with status 501, which says what was near, and `done` throws.
 * @see [cassettes](https://github.com/toolrack/toolrack/blob/main/docs/testing-http.md)
 */
export function replay(file: string | URL, options?: ReplayOptions): CassetteFetch

/** A tool and its arguments (a plain object), as a model calls it. */
export type ScriptedCall = readonly [name: string, args?: object]

/** What a model answers at one step: text, calls, or both. A string is `{ text }`. */
export interface ScriptedAnswer {
  /**
   * Its text.
   * @default none
   */
  readonly text?: string
  /**
   * One call.
   * @default none
   */
  readonly call?: ScriptedCall
  /**
   * Several calls at once.
   * @default none
   */
  readonly calls?: readonly ScriptedCall[]
  /**
   * Whether its calls must be of tools that were offered. `false`: a test of a call that must be refused.
   * @default true
   */
  readonly offered?: boolean
}

/** The result of a tool, as the model was sent it. */
export interface ScriptedResult {
  /** The id of the call. */
  readonly id: string | undefined
  /** The result: the value of its JSON, or its text. */
  readonly value: unknown
}

/** What a model was sent, for a step that is a function. */
export interface ScriptedRequest {
  /** The request, in the format of the target. */
  readonly request: any
  /** The names of the tools that were offered. */
  readonly tools: string[]
  /** The results of the calls of its last answer. */
  readonly results: ScriptedResult[]
}

/** A step of a scripted model: its answer, or a function of what it was sent. */
export type ScriptedStep =
  string | ScriptedAnswer | ((sent: ScriptedRequest) => string | ScriptedAnswer | Promise<string | ScriptedAnswer>)

/** The targets that have a scripted model. */
export type ScriptedTarget = Exclude<Target, 'mcp'>

/** A model that answers by a script, in the format of its target. */
export interface ScriptedModel {
  /** The requests that it was sent, in order. */
  readonly requests: any[]
  /**
   * Answers a request, as the API of the provider does; for `ai-sdk` the call options of a language model.
   * Rejects where the script is over, or calls a tool that was not offered.
   */
  readonly respond: (request: object) => Promise<any>
  /**
   * A `fetch` for the SDK of the provider, also for its streams. Where `respond` rejects, it answers with status 400 and
   * the message.
   */
  readonly fetch: (input: string | URL | Request, init?: RequestInit) => Promise<Response>
  /** A language model for the AI SDK. Only for the target `ai-sdk`. */
  readonly languageModel: any
  /** Throws if steps are left, or if a request was refused. */
  done(): void
}

/**
 * Makes a model that answers by a script, one step for each request.
 * @see [scripted models](https://github.com/toolrack/toolrack/blob/main/docs/testing.md#scripted-models)
 */
export function scriptedModel(target: ScriptedTarget, steps: readonly ScriptedStep[]): ScriptedModel

/** The options of `callOf`. */
export interface CallOfOptions {
  /**
   * The id of the call.
   * @default 'call_1'
   */
  id?: string
}

/** Makes a tool call of a model in the format of a target, for `respond`. `args` is a plain object. */
export function callOf<T extends Target>(
  target: T,
  name: string,
  args?: object,
  options?: CallOfOptions,
): TargetCalls[T]
