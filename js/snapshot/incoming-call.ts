// Incoming call: a model's call as Rust reads it, and the reply of its failure.

import type { PieceCall } from '../../index'
import { fromFault, ignoreRejection, revive } from '../border/error'
import type { Fault, ToolrackError } from '../border/error'
import type { MaybePromise } from '../border/maybe-promise'
import { copyMembers, emptyMembers } from '../border/given-members'
import { invalidOption, readOption, toName, toText } from '../border/options'
import type { ReadOptions } from '../border/options'
import { raise } from '../border/raised-error'
import { invalidParams } from '../call/context'
import type { CallListeners, CheckedOptions, ModelCall, PieceListener } from '../call/interfaces'
import { RESPOND_OPTIONS } from '../call/option-names'
import { ProgressChannel } from '../call/progress'
import type * as programQuestions from '../call/program-questions'
import { isUnanswered } from '../call/questions'
import { ModelReply } from '../reply/model-reply'
import type { RepliedCall, ReplyForm } from '../reply/model-reply'
import { modelMessage } from '../reply/tool-errors'
import type { ToolErrors } from '../reply/tool-errors'
import type { ModelTool } from './model-tools'

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
type RespondOptions = ReadOptions<'strict' | 'revision' | 'onPiece' | 'context'>

/** How a model's call is answered. */
export interface AnswerForm extends ReplyForm {
  /** The index of the call in a list of calls. */
  readonly index?: number | undefined
  /** The target whose format the answer has; by default, that of the call. */
  readonly target?: string | undefined
  /** Whether a person declined the call. It is not made, whatever its tool requires now. */
  readonly isDeclined?: boolean | undefined
  /** Why the call is not made. */
  readonly failure?: ToolrackError | undefined
  /** Whether a tool that is not offered is an error of the caller: it is thrown, and no model reads it. */
  readonly throwsUnknownTool?: boolean | undefined
  /** The call as JSON, where JavaScript writes other numbers; and the number that it does not keep at all. */
  readonly exact?: { readonly text: string; readonly number: string | undefined } | undefined
  /** Whether a question that nobody answers is thrown: the caller asks it. */
  readonly throwsQuestions?: boolean | undefined
  /** Who is told something while the call lasts; by default, the listener to its pieces is told of its progress. */
  readonly listeners?: CallListeners | undefined
}

/** What a caller can do about a number that JavaScript does not keep. */
const ADVICE = 'a whole number is at most 9007199254740991'

/** Errors that no model can correct; the caller gets them. */
const CALLER_ERRORS: ReadonlySet<string> = new Set(['CLOSED', 'INVALID_OPTIONS', 'INTERNAL'])

/** Whether a call failed because a person has to approve it. Throws an error that no model can correct. */
export function isForApproval(thrown: unknown): boolean {
  const error = revive(thrown)
  if (CALLER_ERRORS.has(error.code)) throw error
  return error.code === 'APPROVAL_REQUIRED'
}

/** The settings of a model's call. */
interface IncomingCallSettings {
  readonly options: unknown
  /** The options of its target, as JSON. */
  readonly targetOptions?: string | undefined
  readonly start: CheckedOptions | undefined
  readonly form: AnswerForm
  readonly onPiece: UncheckedListener | undefined
  /** The tool, where its call was not read in Rust. */
  readonly tool?: ModelTool | undefined
  /** The call as Rust has written it, with its arguments as the model wrote them. */
  readonly text?: string | undefined
}

/** A model's call. */
export class IncomingCall implements ModelCall {
  readonly target: string
  readonly targetOptions: string | undefined
  readonly sent: unknown
  readonly answer: ModelReply
  callId?: string
  /** The options of the call. */
  readonly options: unknown
  /** Its options, where they were checked for Rust. */
  readonly start: CheckedOptions | undefined
  readonly onPiece: PieceListener | undefined
  readonly listeners: CallListeners | undefined
  readonly argumentsText: string | undefined
  readonly #written: WrittenCall
  readonly #form: AnswerForm

  constructor(target: string, sent: unknown, written: WrittenCall, settings: IncomingCallSettings) {
    const { options, targetOptions, start, form, onPiece, tool, text } = settings
    this.argumentsText = text
    this.#form = form
    this.target = target
    this.targetOptions = targetOptions
    this.sent = sent
    const native = form.target === undefined ? tool?.native : undefined
    this.answer = new ModelReply(form.target ?? target, written, form, native)
    this.options = options
    this.start = start
    this.onPiece = onPiece && pieceListener(onPiece, written, form.index)
    this.listeners = form.listeners ?? (this.onPiece && { progress: new ProgressChannel(this.onPiece) })
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

  /** Writes the reply of a result. */
  writeResult(result: unknown): MaybePromise<unknown> {
    // A call that has a result has a tool.
    return this.answer.value(this.#written.name as string, result)
  }

  /** Why the call is not made. A "no" is final: its tool may require no approval by now. */
  refusal(tool: string): ToolrackError | undefined {
    const { failure, isDeclined, exact } = this.#form
    if (failure !== undefined) return failure
    if (isDeclined === true) return raise('APPROVAL_REQUIRED', { tool })
    // Another number would be another user, and another order.
    const number = exact?.number
    return number === undefined
      ? undefined
      : invalidParams(tool, '', `has ${number}, a number that JavaScript does not keep: ${ADVICE}`)
  }

  /** Whether the call has no tool, and its caller is to know. */
  get #isUnknownTool(): boolean {
    return this.#form.throwsUnknownTool === true && this.#written.fault?.code === 'UNKNOWN_TOOL'
  }

  /** Writes the reply of a failure; throws an error that no model can correct. */
  async writeFault(thrown: unknown, toolErrors: ToolErrors): Promise<unknown> {
    const error = revive(thrown)
    if (CALLER_ERRORS.has(error.code) || this.#isUnknownTool) throw error
    if (this.#form.throwsQuestions === true && isUnanswered(error)) throw error
    if (this.#form.isDeclined === true && error.code === 'APPROVAL_REQUIRED')
      return this.answer.fault(error, declinedMessage(this.#written.name))
    const message = modelMessage(error, toolErrors, {
      // A call without a tool runs no user code, and its message asks for no name.
      toolName: this.#written.name as string,
      callId: this.callId,
      context: () => (this.options as ReadOptions<'context'>).context,
    })
    const answer = await this.answer.fault(error, message)
    if (isUnanswered(error)) loadProgramQuestions().handOnQuestions(error, answer)
    return answer
  }
}

/** Listener to pieces as a caller gives it. It may do anything. */
type UncheckedListener = (piece: unknown, call: PieceCall) => unknown

/** What a model reads of a call that a person declined. */
function declinedMessage(tool = ''): string {
  return `a person declined this call of "${tool}": do not make it again`
}

/** Makes the listener of one call. Whatever the caller's function throws, the call goes on. */
function pieceListener(onPiece: UncheckedListener, { id, name }: WrittenCall, index = 0): PieceListener {
  // A call without a tool has no pieces.
  const toolName = name as string
  const call = Object.freeze(id === undefined ? { toolName, index } : { toolName, id, index })
  return (piece) => {
    try {
      ignoreRejection(onPiece(piece, call))
    } catch {
      // The pieces are for a display; the answer does not depend on it.
    }
  }
}

/** The options of a model's call, read once. */
export interface SentOptions {
  readonly target: string
  /** Options of the target, as JSON. */
  readonly targetOptions: string | undefined
  /** Options of the call. A model's arguments never carry identity: the context is always set, even if empty. */
  readonly options: unknown
  /** Gets each piece of a streamed result. */
  readonly onPiece: UncheckedListener | undefined
}

/** A model's call and its options, read once. */
export interface SentCall extends SentOptions {
  /** The call as the provider sent it, as JSON. */
  readonly text: string
}

/** Options of a call without any. */
const NO_OPTIONS = Object.freeze({ context: Object.freeze({}) })

/** Copies the options of a model's call. What is no object has none. */
function copyOptions(options: unknown): RespondOptions {
  if (options !== null && typeof options === 'object') return copyMembers(options, RESPOND_OPTIONS)
  return Object.assign(emptyMembers<RespondOptions>(), options)
}

/** Reads a model's call and its options. `exact` is the call as JSON, where `sent` does not have all of it. */
export function readSentCall(target: unknown, sent: unknown, options: unknown, exact?: string): SentCall {
  const text = exact ?? toText('call', sent)
  if (text === undefined) throw missingCall()
  return { text, ...readSentOptions(target, options) }
}

/** The error of a call that is not there. */
export function missingCall(): ToolrackError {
  return invalidOption('call', 'is missing')
}

/** Reads the options of a model's call. */
export function readSentOptions(target: unknown, given: unknown): SentOptions {
  if (given === undefined)
    return { target: toName('target', target), targetOptions: undefined, options: NO_OPTIONS, onPiece: undefined }
  const { strict, revision, onPiece, context, ...rest } = readOption('options', () => copyOptions(given))
  if (onPiece !== undefined && typeof onPiece !== 'function') throw invalidOption('onPiece', 'must be a function')
  return {
    target: toName('target', target),
    targetOptions: toText('options', { strict, revision }),
    options: { ...rest, context: context ?? {} },
    // Any function can be called with a piece.
    onPiece: onPiece as UncheckedListener | undefined,
  }
}

/** Few tools ask. */
function loadProgramQuestions(): typeof programQuestions {
  return require('../call/program-questions') as typeof programQuestions
}
