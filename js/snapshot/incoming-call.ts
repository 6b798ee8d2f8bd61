// Incoming call: a model's call as Rust reads it, and the reply of its failure.

import { fromFault, revive } from '../border/error'
import type { Fault } from '../border/error'
import { invalidOption, readOption, toName, toText } from '../border/options'
import type { ReadOptions } from '../border/options'
import type { CheckedOptions, ModelCall } from '../call/interfaces'
import { ModelReply } from '../reply/model-reply'
import type { RepliedCall } from '../reply/model-reply'
import { modelMessage } from '../reply/tool-errors'
import type { ToolErrors } from '../reply/tool-errors'

/** A model's call as Rust writes it: a tool with its arguments, or why there is none. */
export type WrittenCall = RepliedCall &
  (
    | (PlannedCall & { readonly fault?: undefined })
    | { readonly name?: string; readonly validated?: undefined; readonly fault: Fault }
  )

/** A tool with the arguments of a model. */
interface PlannedCall {
  readonly name: string
  /** The arguments; none for a call that Rust has begun. */
  readonly arguments?: unknown
  /** Whether Rust has validated the arguments. */
  readonly validated?: true
  /** The timeout of the tool, in ms, for a call that Rust has begun. */
  readonly timeoutMs?: number
}

/** Options of a model's call, unchecked: those of its target, and those of a call. */
type RespondOptions = ReadOptions<'strict' | 'revision' | 'context'>

/** Errors that no model can correct; the caller gets them. */
const CALLER_ERRORS: ReadonlySet<string> = new Set(['CLOSED', 'INVALID_OPTIONS', 'INTERNAL'])

/** Whether a call failed because a person has to approve it. Throws an error that no model can correct. */
export function isForApproval(thrown: unknown): boolean {
  const error = revive(thrown)
  if (CALLER_ERRORS.has(error.code)) throw error
  return error.code === 'APPROVAL_REQUIRED'
}

/** A model's call. */
export class IncomingCall implements ModelCall {
  readonly target: string
  readonly sent: unknown
  readonly answer: ModelReply
  callId?: string
  /** The options of the call. */
  readonly options: unknown
  /** Its options, where they were checked for Rust. */
  readonly start: CheckedOptions | undefined
  readonly #written: WrittenCall

  constructor(target: string, sent: unknown, written: WrittenCall, options: unknown, start?: CheckedOptions) {
    this.target = target
    this.sent = sent
    this.answer = new ModelReply(target, written)
    this.options = options
    this.start = start
    this.#written = written
  }

  get isValidated(): boolean {
    return this.#written.validated === true
  }

  /** Returns the tool and its arguments. Throws if the call has none. */
  read(): PlannedCall {
    if (this.#written.fault !== undefined) throw fromFault(this.#written.fault)
    return this.#written
  }

  /** Writes the reply of a failure; throws an error that no model can correct. */
  writeFault(thrown: unknown, toolErrors: ToolErrors): Promise<unknown> {
    const error = revive(thrown)
    if (CALLER_ERRORS.has(error.code)) throw error
    const message = modelMessage(error, toolErrors, {
      // A call without a tool runs no user code, and its message asks for no name.
      toolName: this.#written.name as string,
      callId: this.callId,
      context: () => (this.options as ReadOptions<'context'>).context,
    })
    return this.answer.fault(error, message)
  }
}

/** A model's call and its options, read once. */
interface SentCall {
  readonly target: string
  /** The call as the provider sent it, as JSON. */
  readonly text: string
  /** Options of the target, as JSON. */
  readonly targetOptions: string | undefined
  /** Options of the call. A model's arguments never carry identity: the context is always set, even if empty. */
  readonly options: { readonly context: unknown }
}

/** Reads a model's call and its options. */
export function readSentCall(target: unknown, sent: unknown, options: unknown): SentCall {
  const text = toText('call', sent)
  if (text === undefined) throw invalidOption('call', 'is missing')
  const { strict, revision, ...rest } = readOption('options', (): RespondOptions => ({ ...(options as object) }))
  return {
    target: toName('target', target),
    text,
    targetOptions: toText('options', { strict, revision }),
    options: { ...rest, context: rest.context ?? {} },
  }
}
