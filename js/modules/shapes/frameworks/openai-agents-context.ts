// OpenAI Agents context: what a tool gets of its run and of its call, as far as it holds without a run.

import type { CallContext } from '../../../call/context'
import { callerContext } from './caller-context'
import { needsLoop } from './framework-loop'

const NO_USAGE = Object.freeze({ requests: 0, inputTokens: 0, outputTokens: 0, totalTokens: 0 })

/** The part of `RunContext` that holds without a run. */
export class RunContext {
  readonly context: unknown
  readonly usage: object = NO_USAGE
  readonly #isApproved: boolean

  constructor(context: CallContext) {
    this.context = callerContext(context)
    this.#isApproved = context.approved
  }

  /** Undefined where nobody was asked. */
  isToolApproved(): true | undefined {
    return this.#isApproved || undefined
  }

  approveTool(): never {
    throw needsLoop('OpenAI Agents', 'the tool approves a call')
  }

  rejectTool(): never {
    throw needsLoop('OpenAI Agents', 'the tool rejects a call')
  }
}

/** What a tool gets of its call. */
export class CallDetails {
  readonly #context: CallContext
  readonly toolCall: object

  constructor(context: CallContext, input: string) {
    this.#context = context
    this.toolCall = toolCallOf(context, input)
  }

  /** A getter: an AbortSignal costs more than a call. */
  get signal(): AbortSignal {
    return this.#context.signal
  }

  /** The SDK copies the details of a tool with a timeout, and sets the signal of the copy. */
  set signal(value: AbortSignal) {
    Object.defineProperty(this, 'signal', { value, writable: true, enumerable: true, configurable: true })
  }
}

/** The symbol under which the SDK looks for a callback that gets parsed arguments before the tool does; it is private. */
const PARSED = 'openai.agents.functionToolParsedInputCallback'

/** Takes parsed arguments; what it throws ends the call before the tool runs. */
type CheckParsed = (parsed: unknown) => void

/** The details of a call whose parsed arguments are checked. The SDK copies them, without what is private. */
export class CheckedDetails extends CallDetails {
  static {
    const prototype = Object.getPrototypeOf(this.prototype) as object
    const get = (target: object, key: PropertyKey, receiver: CheckedDetails): unknown =>
      typeof key === 'symbol' && key.description === PARSED
        ? (parsed: unknown) => stopping(receiver, parsed)
        : Reflect.get(target, key, receiver)
    Object.setPrototypeOf(this.prototype, new Proxy(prototype, { get }))
  }

  readonly checkParsed: CheckParsed

  constructor(context: CallContext, input: string, checkParsed: CheckParsed) {
    super(context, input)
    this.checkParsed = checkParsed
  }
}

/** The SDK rethrows the reason of an aborted signal; any other error is put to the error function of the tool. */
function stopping(details: CheckedDetails, parsed: unknown): void {
  try {
    details.checkParsed(parsed)
  } catch (thrown) {
    details.signal = AbortSignal.abort(thrown)
    throw thrown
  }
}

/** The call as a model makes it. */
export function toolCallOf({ toolName, callId }: CallContext, input: string): object {
  return { type: 'function_call', name: toolName, callId, arguments: input, status: 'completed' }
}
