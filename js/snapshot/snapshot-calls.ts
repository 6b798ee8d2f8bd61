// Snapshot calls: starts the calls of a snapshot, with an observation if anything observes them.

import type { NativeAnswer, NativeSnapshot } from '../border/native'
import { callNative, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { isList } from '../border/kind'
import { invalidOption } from '../border/options'
import type { BoundCaller } from '../call/bound-caller'
import { execute, stream } from '../call/call'
import { keepNative } from '../call/executor'
import type { ModelCall } from '../call/interfaces'
import { completed } from '../call/completion'
import { completeBegun, writeStart, writeStartInRust } from '../call/model-call-start'
import type { ModelCallStart } from '../call/model-call-start'
import { observeRefused, startCall } from '../call/start-call'
import type { Closures } from '../closures'
import { Observation } from '../observe/observation'
import { IncomingCall, isForApproval, readSentCall } from './incoming-call'
import type { AnswerForm, WrittenCall } from './incoming-call'
import { readShownCall } from './shown-call'
import type { ShownCall } from './shown-call'
import type { ToolPlans } from './tool-plans'

/** An observed call that has started. */
interface ObservedCall {
  readonly observation: Observation
  readonly result: Promise<unknown>
}

/** A model's call that Rust has begun. */
interface BegunAnswer {
  readonly start: ModelCallStart
  readonly answer: Promise<NativeAnswer>
}

const NO_FORM: AnswerForm = Object.freeze({})

/** Starts the calls of one snapshot. */
export class SnapshotCalls {
  readonly #closures: Closures
  readonly #native: NativeSnapshot
  readonly #revision: number
  readonly #plans: ToolPlans
  /** The caller of all calls. */
  readonly #caller: BoundCaller | undefined

  constructor(
    closures: Closures,
    native: NativeSnapshot,
    revision: number,
    plans: ToolPlans,
    caller: BoundCaller | undefined,
  ) {
    this.#closures = closures
    this.#native = native
    this.#revision = revision
    this.#plans = plans
    this.#caller = caller
  }

  /** Starts a call. Every error rejects. */
  execute(name: unknown, params: unknown, options: unknown): Promise<unknown> {
    try {
      return this.start(name, params, options, false)
    } catch (thrown) {
      return Promise.reject(revive(thrown))
    }
  }

  /**
   * Starts a call; an error of its start is thrown. With `mustBeNewest` it throws `SUPERSEDED` before anything is done,
   * if the revision is not the newest. An observed call is never asked for that.
   */
  start(name: unknown, params: unknown, options: unknown, mustBeNewest: boolean): Promise<unknown> {
    const closures = this.#closures
    if (closures.isWatched) return this.observe(name, params, options).result
    const plan = this.#plans.getPlan(name, mustBeNewest)
    return execute(closures, { plan, params, options: this.#addCaller(options), mustBeNewest })
  }

  /** Starts an observed call; `modelCall` is there where a model made it. */
  observe(name: unknown, params: unknown, options: unknown, modelCall?: ModelCall): ObservedCall {
    const observation = this.#newObservation(name, modelCall)
    return {
      observation,
      result: observation.follow(() => {
        const plan = observation.of(this.#plans.getPlan(name))
        const callOptions = this.#addCaller(options)
        const request = { plan, params, options: callOptions, mustBeNewest: false, observation, modelCall }
        return execute(this.#closures, request)
      }),
    }
  }

  stream(name: unknown, params: unknown, options: unknown): AsyncIterableIterator<unknown> {
    const closures = this.#closures
    // Keeps the tool of this revision: the stream may start after the revision is released.
    const plan = keepNative(this.#plans.getPlan(name))
    const request = { plan, params, options: this.#addCaller(options), mustBeNewest: false }
    if (!closures.isWatched) return stream(closures, request)
    const observation = this.#newObservation(name)
    observation.of(plan)
    return stream(closures, { ...request, observation })
  }

  /**
   * Answers a model's call. One crossing reads it, and executes an HTTP operation or validates the arguments of a
   * closure; an observed call, and one with an answer for another target, is executed here. `mustBeNewest`: see
   * {@link start}.
   */
  respond(
    target: unknown,
    sent: unknown,
    options: unknown,
    mustBeNewest: boolean,
    form: AnswerForm = NO_FORM,
  ): Promise<unknown> {
    const closures = this.#closures
    const read = readSentCall(target, sent, options, form.exact?.text)
    const callOptions = this.#addCaller(read.options)
    // What Rust begins, it answers for the target of the call, and it does not ask whether a person declined.
    const isRefused = form.isDeclined === true || form.failure !== undefined
    const isHere = closures.isWatched || form.target !== undefined || isRefused
    const start = isHere ? undefined : writeStartInRust(closures, callOptions)
    const { text, answer } = callNative(() =>
      this.#native.respond(read.target, read.text, read.targetOptions, mustBeNewest, start?.native),
    )
    const settings = { options: callOptions, start, form, onPiece: read.onPiece }
    const call = new IncomingCall(read.target, sent, JSON.parse(text) as WrittenCall, settings)
    return this.#reply(call, start === undefined || answer === undefined ? undefined : { start, answer })
  }

  /**
   * Whether a model's call needs the approval of a person, and has none. A call that would fail before it needs none: the
   * call itself says why. Rejects with an error that no model can correct.
   */
  async needsApproval(target: unknown, sent: unknown, options: unknown): Promise<boolean> {
    const closures = this.#closures
    if (isList(sent)) throw invalidOption('call', 'must be one call: ask for each call of a list')
    const read = readSentCall(target, sent, options)
    const callOptions = this.#addCaller(read.options)
    const start = writeStart(closures, callOptions)
    const text = callNative(() => this.#native.approval(read.target, read.text, read.targetOptions, start.native))
    const written = JSON.parse(text) as boolean | WrittenCall
    if (typeof written === 'boolean') return written
    try {
      const settings = { options: callOptions, start, form: NO_FORM, onPiece: undefined }
      const modelCall = new IncomingCall(read.target, sent, written, settings)
      const { name, arguments: params } = modelCall.read()
      const plan = this.#plans.getPlan(name)
      const call = startCall(closures, { plan, params, options: callOptions, mustBeNewest: false, modelCall })
      // The closure is not called, so that nothing is a result.
      const decided = call.pending?.then(() => undefined)
      if (decided !== undefined) await completed(closures, call, decided, { isOwn: () => true })
      return false
    } catch (thrown) {
      return isForApproval(thrown)
    }
  }

  /** Reads a model's call for a person who decides about it, and starts nothing; nothing if there is no such call. */
  show(target: unknown, sent: unknown, options: unknown): ShownCall | undefined {
    const { target: read, text, targetOptions } = readSentCall(target, sent, options)
    const { text: written } = callNative(() => this.#native.respond(read, text, targetOptions, false))
    return readShownCall(written, (name) => this.#plans.getPlan(name))
  }

  /** Writes the reply to a model's call; `begun` is there where Rust executes it. */
  async #reply(call: IncomingCall, begun: BegunAnswer | undefined): Promise<unknown> {
    const closures = this.#closures
    try {
      const { name, arguments: params, timeoutMs } = this.#readCall(call)
      const result = await (begun === undefined
        ? this.#executeModelCall(name, params, call)
        : completeBegun(closures, { ...begun, name, timeoutMs }))
      return await call.answer.value(name, result)
    } catch (thrown) {
      return call.writeFault(thrown, closures.limits.toolErrors)
    }
  }

  /** Reads a model's call. One that has no tool, or no arguments, is recorded here: nothing else observes it. */
  #readCall(call: IncomingCall): ReturnType<IncomingCall['read']> {
    const { recorder } = this.#closures
    if (recorder === undefined) return call.read()
    try {
      return call.read()
    } catch (thrown) {
      const error = revive(thrown)
      const { tool, name } = error.details as { readonly tool?: string; readonly name?: string }
      recorder.begin(tool ?? name ?? '', this.#closures.callId(), call.target).end({ error })
      throw error
    }
  }

  #executeModelCall(name: string, params: unknown, modelCall: IncomingCall): Promise<unknown> {
    const { options } = modelCall
    const refusal = modelCall.refusal(name)
    if (refusal !== undefined) return this.#refuse(name, params, refusal, modelCall)
    if (this.#closures.isWatched) return this.observe(name, params, options, modelCall).result
    const plan = this.#plans.getPlan(name)
    return execute(this.#closures, { plan, params, options, mustBeNewest: false, modelCall })
  }

  /** Fails a call that is not made; it is observed like one that is. */
  async #refuse(name: string, params: unknown, refusal: ToolrackError, modelCall: IncomingCall): Promise<never> {
    const closures = this.#closures
    if (!closures.isWatched) throw refusal
    const observation = this.#newObservation(name, modelCall)
    return observation.follow(async () => {
      const plan = observation.of(this.#plans.getPlan(name))
      const { options } = modelCall
      observeRefused(closures, { plan, params, options, mustBeNewest: false, observation, modelCall })
      throw refusal
    })
  }

  /** Adds the snapshot's caller to call options. */
  #addCaller(options: unknown): unknown {
    return this.#caller === undefined ? options : this.#caller.options(options)
  }

  /** Makes the observation of a call, under the tool's own name. */
  #newObservation(word: unknown, modelCall?: ModelCall): Observation {
    return new Observation(this.#closures, this.#plans.resolveName(word), this.#revision, this.#native, modelCall)
  }
}
