// Incoming call: a model's call as Rust reads it, and the reply of its failure.

import type { NativeSnapshot } from '../border/native'
import { callNative, fromFault, revive } from '../border/error'
import type { Fault } from '../border/error'
import { invalidOption, readOption, toName, toText } from '../border/options'
import type { ReadOptions } from '../border/options'
import type { ModelCall } from '../call/interfaces'
import { ModelReply } from '../reply/model-reply'
import type { RepliedCall } from '../reply/model-reply'
import { modelMessage } from '../reply/tool-errors'
import type { ToolErrors } from '../reply/tool-errors'

/** A model's call as Rust writes it: a tool with its arguments, or why there is none. */
type WrittenCall = RepliedCall &
  (
    | { readonly name: string; readonly arguments: unknown; readonly fault?: undefined }
    | { readonly name?: undefined; readonly arguments?: undefined; readonly fault: Fault }
  )

/** Options of a model's call, unchecked: those of its target, and those of a call. */
type RespondOptions = ReadOptions<'strict' | 'revision' | 'context'>

/** Errors that no model can correct; the caller gets them. */
const CALLER_ERRORS: ReadonlySet<string> = new Set(['CLOSED', 'INVALID_OPTIONS', 'INTERNAL'])

/** A model's call. */
export class IncomingCall implements ModelCall {
  readonly target: string
  readonly sent: unknown
  readonly answer: ModelReply
  callId?: string
  readonly #written: WrittenCall
  readonly #options: ReadOptions<'context'>

  constructor(target: string, sent: unknown, written: WrittenCall, options: ReadOptions<'context'>) {
    this.target = target
    this.sent = sent
    this.answer = new ModelReply(target, written)
    this.#written = written
    this.#options = options
  }

  /** Returns the tool and its arguments. Throws if the call has none. */
  read(): { readonly name: string; readonly arguments: unknown } {
    if (this.#written.fault !== undefined) throw fromFault(this.#written.fault)
    return this.#written
  }

  /** The options of the call. A model's arguments never carry identity: the context is always set, even if empty. */
  get options(): { readonly context: unknown } {
    return { ...this.#options, context: this.#options.context ?? {} }
  }

  /**
   * Writes the reply of a failure; throws an error that no model can correct. `addCaller` adds the caller of the
   * snapshot to options.
   */
  writeFault(thrown: unknown, toolErrors: ToolErrors, addCaller: (options: unknown) => unknown): Promise<unknown> {
    const error = revive(thrown)
    if (CALLER_ERRORS.has(error.code)) throw error
    const message = modelMessage(error, toolErrors, {
      // A call without a tool runs no user code, and its message asks for no name.
      toolName: this.#written.name as string,
      callId: this.callId,
      context: () => (addCaller(this.#options) as ReadOptions<'context'>).context,
    })
    return this.answer.fault(error, message)
  }
}

/** Reads a model's call and its options. */
export function readCall(native: NativeSnapshot, target: unknown, sent: unknown, options: unknown): IncomingCall {
  const text = toText('call', sent)
  if (text === undefined) throw invalidOption('call', 'is missing')
  const { strict, revision, ...callOptions } = readOption('options', (): RespondOptions => ({ ...(options as object) }))
  const targetOptions = toText('options', { strict, revision })
  const name = toName('target', target)
  const written = JSON.parse(callNative(() => native.incoming(name, text, targetOptions))) as WrittenCall
  return new IncomingCall(name, sent, written, callOptions)
}
