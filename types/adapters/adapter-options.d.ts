// Options that all adapters for agent frameworks have.
import type { ToolFilter } from '../filter'
import type { AskFunction } from '../questions'
import type { DefinitionOptions } from '../targets'
import type { ContextOf, RegistryTypes } from '../tool'
import type { VersionOptions } from '../versions'

/** A call that needs the approval of a person, as `approve` gets it. */
export interface ApprovalRequest {
  /** The tool's name. */
  readonly toolName: string
  /** The id of the call, which its answer repeats. Absent if the provider wrote none. */
  readonly id: string | undefined
  /**
   * The arguments that the tool gets, before defaults. They are valid. A copy: a change of it does not run. An integer of
   * an operation that a number would change is a text: `'9007199254740993'`.
   */
  readonly input: any
  /** Aborts when the call is cancelled. Absent if the framework gives no signal. */
  readonly signal: AbortSignal | undefined
}

/**
 * The options of an adapter: its tools, their caller and their calls. `Run` is what the framework hands to its tools.
 * @see [frameworks](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md)
 */
export interface AdapterOptions<Types extends RegistryTypes = {}, Run = unknown>
  extends Pick<VersionOptions<Types>, 'versions'>, Pick<DefinitionOptions, 'strict' | 'overLimit'> {
  /**
   * The tools. Calls of other tools fail. A snapshot has its filter already: there it is `INVALID_OPTIONS`.
   * @default all tools
   */
  filter?: ToolFilter
  /**
   * The caller of every call, or a function that returns it for each call from what the framework hands to its tools.
   * It never comes from the model. With a function, routes choose no versions.
   * @default none: calls have no identity
   */
  context?: ContextOf<Types> | ((run: Run) => ContextOf<Types> | PromiseLike<ContextOf<Types>>)
  /**
   * Timeout of each call in ms, above zero. The time in which a person decides does not count.
   * @default the tool's `callLimits.timeoutMs`, else the registry's `timeoutMs`
   */
  timeoutMs?: number
  /**
   * Approval (human in the loop): decides for each call that needs approval, instead of the framework. Only `true`
   * approves. It may take any time; an aborted signal ends the wait with `CANCELLED`. If it throws, that call fails with
   * `TOOL_FAILED`.
   * @default the framework asks where it can; elsewhere these calls fail with `APPROVAL_REQUIRED`
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  approve?: (call: ApprovalRequest, run: Run) => boolean | PromiseLike<boolean>
  /**
   * Answers what tools ask with `context.ask`, as the option of a call does. Its time counts to the timeout.
   * @default none: a tool that asks fails with `INPUT_REQUIRED`
   * @see [questions](https://github.com/toolrack/toolrack/blob/main/docs/questions.md#answer-in-a-program)
   */
  ask?: AskFunction
}
