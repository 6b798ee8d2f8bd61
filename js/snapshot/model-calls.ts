// Model calls: answers the calls that models make on a snapshot. A call crosses to Rust as seldom as it can.

import type { NativeAnswer, NativeSnapshot } from '../border/native'
import { SUPERSEDED, callNative, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { isList } from '../border/kind'
import type { Members } from '../border/kind'
import { isLater } from '../border/maybe-promise'
import { invalidOption, ownJson } from '../border/options'
import type { CallerSignal } from '../call/abort-signals'
import { canWait } from '../call/approval'
import { execute } from '../call/call'
import { completed } from '../call/completion'
import { completeBegun, writeStart, writeStartInRust } from '../call/model-call-start'
import type { ModelCallStart } from '../call/model-call-start'
import { observeRefused, startCall } from '../call/start-call'
import type { Closures } from '../closures'
import { ModelReply } from '../reply/model-reply'
import { IncomingCall, isForApproval, missingCall, readSentCall, readSentOptions } from './incoming-call'
import type { AnswerForm, SentOptions, WrittenCall } from './incoming-call'
import { readMcpCall } from './mcp-call'
import type { McpCall } from './mcp-call'
import { ModelTools } from './model-tools'
import { readShownCall } from './shown-call'
import type { ShownCall } from './shown-call'
import type { SnapshotCalls } from './snapshot-calls'
import type { ToolPlans } from './tool-plans'

/** A model's call that Rust has begun. */
interface BegunAnswer {
  readonly start: ModelCallStart
  readonly answer: Promise<NativeAnswer>
}

/** A model's call with its options, and how it is answered. */
interface AskedCall {
  readonly read: SentOptions
  readonly sent: unknown
  readonly mustBeNewest: boolean
  readonly form: AnswerForm
}

/** How an MCP server makes a call. */
export interface McpCallOptions {
  /** The revision whose definitions the client has. */
  readonly revision: string
  readonly context: unknown
  readonly signal: CallerSignal | undefined
  /** Whether the client approved the call, in an earlier round. */
  readonly approved?: boolean
}

const NO_FORM: AnswerForm = Object.freeze({})

/** Answers the calls of models on one snapshot. */
export class ModelCalls {
  readonly #closures: Closures
  readonly #native: NativeSnapshot
  readonly #plans: ToolPlans
  readonly #calls: SnapshotCalls
  readonly #tools: ModelTools

  constructor(closures: Closures, native: NativeSnapshot, plans: ToolPlans, calls: SnapshotCalls) {
    this.#closures = closures
    this.#native = native
    this.#plans = plans
    this.#calls = calls
    this.#tools = new ModelTools(native)
  }

  /**
   * Answers a model's call. A call of MCP for a closure is read here; of any other, one crossing reads it, and executes
   * an HTTP operation or validates the arguments of a closure. An observed call, and one with an answer for another
   * target, is executed here. `mustBeNewest`: see {@link SnapshotCalls.start}.
   */
  respond(
    target: unknown,
    sent: unknown,
    options: unknown,
    mustBeNewest: boolean,
    form: AnswerForm = NO_FORM,
  ): Promise<unknown> {
    if (target === 'mcp' && form.exact === undefined) {
      const own = ownJson('call', sent)
      if (own === undefined) throw missingCall()
      const asked = { read: readSentOptions(target, options), sent, mustBeNewest, form }
      return this.#respondToOwn(asked, readMcpCall(own), () => JSON.stringify(own))
    }
    const read = readSentCall(target, sent, options, form.exact?.text)
    return this.#respondInRust({ read, sent, mustBeNewest, form }, read.text)
  }

  /** Answers a model's call in a form. Every error rejects. */
  respondInForm(target: unknown, sent: unknown, options: unknown, form: AnswerForm): Promise<unknown> {
    try {
      return this.respond(target, sent, options, false, form)
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }

  /** Answers a call that an MCP server has read: `params` are those of its message, and nobody changes them. */
  respondToMcp(params: Members, options: McpCallOptions, form: AnswerForm): Promise<unknown> {
    try {
      const { revision, context, signal, approved } = options
      const read = {
        target: 'mcp',
        targetOptions: `{"revision":"${revision}"}`,
        options: approved ? { context, signal, approved } : { context, signal },
        onPiece: undefined,
      }
      const asked = { read, sent: { params }, mustBeNewest: false, form }
      const call = form.exact === undefined ? readMcpCall(params) : undefined
      return this.#respondToOwn(asked, call, () => form.exact?.text ?? JSON.stringify(asked.sent))
    } catch (thrown) {
      return Promise.reject(thrown)
    }
  }

  /** Answers a call of MCP that nobody changes; `text` writes it. */
  #respondToOwn(asked: AskedCall, call: McpCall | undefined, text: () => string): Promise<unknown> {
    return (call && this.#respondHere(asked, call)) ?? this.#respondInRust(asked, text())
  }

  /**
   * Answers a call of a closure that takes the arguments of a model as they are: nothing of it is read in Rust. Nothing
   * for another call.
   */
  #respondHere(asked: AskedCall, call: McpCall): Promise<unknown> | undefined {
    const { read, sent, mustBeNewest, form } = asked
    const { target, targetOptions, onPiece } = read
    const tool = this.#tools.find(target, targetOptions, call.name)
    if (tool === undefined || !tool.takesAsSent) return undefined
    const plan = this.#plans.getPlan(tool.name)
    if (plan.slot < 0) return undefined
    const { name, reply } = tool
    const written = { id: call.id, name, wireName: call.name, arguments: call.arguments, reply }
    const options = this.#calls.addCaller(read.options)
    const incoming = new IncomingCall(target, sent, written, {
      options,
      targetOptions,
      start: undefined,
      form,
      onPiece,
      tool,
    })
    return this.#answer(incoming, this.#start(incoming, mustBeNewest))
  }

  #respondInRust(asked: AskedCall, text: string): Promise<unknown> {
    const { sent, mustBeNewest, form } = asked
    const { target, targetOptions, onPiece } = asked.read
    const closures = this.#closures
    const options = this.#calls.addCaller(asked.read.options)
    // What Rust begins, it answers for the target of the call, and it does not ask whether a person declined.
    const isRefused = form.isDeclined === true || form.failure !== undefined
    const isHere = closures.isWatched || form.target !== undefined || isRefused
    const start = isHere ? undefined : writeStartInRust(closures, options)
    const begun = callNative(() => this.#native.respond(target, text, targetOptions, mustBeNewest, start?.text))
    const read = typeof begun === 'string' ? begun : begun.text
    const written = JSON.parse(read) as WrittenCall
    if (written.fault?.code === 'APPROVAL_REQUIRED' && canWait(closures, form.listeners))
      return this.#wait(asked, text, options)
    const call = new IncomingCall(target, sent, written, { options, targetOptions, start, form, onPiece, text: read })
    const under = start && typeof begun === 'object' ? { start, answer: begun.answer } : undefined
    return this.#answer(call, this.#start(call, false, under))
  }

  /** Answers a call that Rust executes once a person has approved it: it waits here. */
  #wait({ read: { target, targetOptions, onPiece }, sent, form }: AskedCall, text: string, options: unknown) {
    // Without a start nothing begins.
    const read = callNative(() => this.#native.respond(target, text, targetOptions, false)) as string
    // Rust executes that text: no number of it becomes one of JavaScript.
    const inexact = { ...form, exact: undefined }
    const settings = { options, targetOptions, start: undefined, form: inexact, onPiece, text: read }
    const call = new IncomingCall(target, sent, JSON.parse(read) as WrittenCall, settings)
    return this.#answer(call, this.#start(call, false))
  }

  /** Answers a call that no tool answers: with what a finder found, or its error. */
  answerWith(target: string, sent: object, outcome: { value: object } | { error: ToolrackError }): Promise<unknown> {
    // Without a start nothing begins.
    const written = callNative(() => this.#native.respond(target, JSON.stringify(sent), undefined, false)) as string
    const reply = new ModelReply(target, JSON.parse(written) as WrittenCall)
    return 'error' in outcome
      ? reply.fault(outcome.error, outcome.error.message)
      : Promise.resolve(reply.value('', outcome.value))
  }

  /**
   * Whether a model's call needs the approval of a person, and has none. A call that would fail before it needs none: the
   * call itself says why. Rejects with an error that no model can correct.
   */
  async needsApproval(target: unknown, sent: unknown, options: unknown): Promise<boolean> {
    const closures = this.#closures
    if (isList(sent)) throw invalidOption('call', 'must be one call: ask for each call of a list')
    const read = readSentCall(target, sent, options)
    const callOptions = this.#calls.addCaller(read.options)
    const start = writeStart(closures, callOptions)
    const text = callNative(() => this.#native.approval(read.target, read.text, read.targetOptions, start.text))
    const written = JSON.parse(text) as boolean | WrittenCall
    if (typeof written === 'boolean') return written
    try {
      const settings = { options: callOptions, start, form: NO_FORM, onPiece: undefined }
      const modelCall = new IncomingCall(read.target, sent, written, settings)
      const { name, arguments: params } = modelCall.read()
      const plan = this.#plans.getPlan(name)
      const call = startCall(closures, {
        plan,
        params,
        options: callOptions,
        mustBeNewest: false,
        modelCall,
        isTrial: true,
      })
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
    // Without a start nothing begins.
    const written = callNative(() => this.#native.respond(read, text, targetOptions, false)) as string
    return readShownCall(written, (name) => this.#plans.getPlan(name))
  }

  /**
   * Starts a call, or goes on with one that Rust has begun. Its errors are those of the result, but for `SUPERSEDED`: that
   * is thrown before anything is done.
   */
  #start(call: IncomingCall, mustBeNewest: boolean, begun?: BegunAnswer): Promise<unknown> {
    try {
      const { name, arguments: params, timeoutMs } = this.#readCall(call)
      return begun === undefined
        ? this.#execute(name, params, call, mustBeNewest)
        : completeBegun(this.#closures, { ...begun, name, timeoutMs })
    } catch (thrown) {
      if (thrown === SUPERSEDED) throw thrown
      return Promise.reject(thrown)
    }
  }

  /** Writes the reply of a call that is under way. */
  async #answer(call: IncomingCall, result: Promise<unknown>): Promise<unknown> {
    try {
      const reply = call.writeResult(await result)
      return isLater(reply) ? await reply : reply
    } catch (thrown) {
      return call.writeFault(thrown, this.#closures.limits.toolErrors)
    } finally {
      call.listeners?.progress?.end()
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

  #execute(name: string, params: unknown, modelCall: IncomingCall, mustBeNewest: boolean): Promise<unknown> {
    const { options } = modelCall
    const refusal = modelCall.refusal(name)
    if (refusal !== undefined) return this.#refuse(name, params, refusal, modelCall)
    if (this.#closures.isWatched) return this.#calls.observe(name, params, options, modelCall).result
    const plan = this.#plans.getPlan(name)
    return execute(this.#closures, { plan, params, options, mustBeNewest, modelCall })
  }

  /** Fails a call that is not made; it is observed like one that is. */
  async #refuse(name: string, params: unknown, refusal: ToolrackError, modelCall: IncomingCall): Promise<never> {
    const closures = this.#closures
    if (!closures.isWatched) throw refusal
    const observation = this.#calls.newObservation(name, modelCall)
    return observation.follow(async () => {
      const plan = observation.of(this.#plans.getPlan(name))
      const { options } = modelCall
      observeRefused(closures, { plan, params, options, mustBeNewest: false, observation, modelCall })
      throw refusal
    })
  }
}
