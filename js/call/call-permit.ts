// Call permit: what a closure call gets from the limiter: a concurrency permit, a queue place or an idempotent replay.

import { callNative, failureOf, revive } from '../border/error'
import type { ToolrackError } from '../border/error'
import { jsonText } from '../border/json'
import { isRaisedForCall } from '../border/raised-error'
import { resultText } from '../border/results'
import { applyCorrections, argumentsText, copyArguments } from './arguments'
import type { ArgumentCorrections } from './arguments'
import { callerId, keyedCallerId } from './caller-id'
import type { Arguments, Call, CallEnvironment, CallObservation } from './interfaces'
import { cancelled } from './completion'
import { exactText } from './wire-arguments'

// The kinds of a permit code, in its two lowest bits (`src/permits.rs`).
const NOTHING = 0
const PERMIT = 1
const WAITING = 2
const REPLAY = 3

/** Permit code from Rust, where the validation changed the arguments. */
interface PermitReply extends ArgumentCorrections {
  readonly permit: number
}

/** The permit of a closure call. Rust grants it and takes it back; a refused call throws. */
export class CallPermit {
  readonly #environment: CallEnvironment
  readonly #call: Call
  #kind: number
  readonly #ticket: number
  #isLeft = false

  /** Asks for the permit, and validates the arguments in the same call to Rust. */
  constructor(environment: CallEnvironment, call: Call, observation?: CallObservation) {
    const validates = environment.limits.validate && call.judged === undefined && call.modelCall?.isValidated !== true
    // Released through the registry: the native tool closes with its revision, which a call may outlive.
    this.#environment = environment
    this.#call = call
    const { plan, idempotencyKey, args, identity } = call
    const { tenantKey } = plan
    const caller = idempotencyKey === undefined ? callerId(identity, tenantKey) : keyedCallerId(identity, tenantKey)
    // The idempotency key covers what the core validated: a transform may return anything.
    const judged = call.judged ?? args
    const text =
      idempotencyKey !== undefined ? exactText(plan, judged) : validates ? argumentsText(plan, judged) : undefined
    const { mustBeNewest } = call
    const reply = callNative(() => plan.native.enter(caller, text, idempotencyKey, validates, mustBeNewest))
    let permit: number
    if (typeof reply === 'string') {
      const corrections = JSON.parse(reply) as PermitReply
      permit = corrections.permit
      call.args = this.#readArguments(permit, () => applyCorrections(plan, args, corrections, observation))
    } else permit = reply
    this.#kind = permit & 3
    this.#ticket = permit >>> 2
    if (this.waits && text !== undefined && call.judged === undefined)
      call.args = this.#readArguments(permit, () => copyArguments(plan, call.args))
  }

  /** Reads the arguments again, and releases the permit if that throws. */
  #readArguments(permit: number, read: () => Arguments): Arguments {
    try {
      return read()
    } catch (error) {
      if (permit !== NOTHING) this.#environment.native.releasePermit(permit >>> 2, this.#call.plan.name)
      throw error
    }
  }

  /** Whether the call is queued. */
  get waits(): boolean {
    return this.#kind === WAITING
  }

  /** Whether the call repeats an idempotency key. */
  get replays(): boolean {
    return this.#kind === REPLAY
  }

  /** Waits until the call may run. A call that ends meanwhile leaves the queue. */
  turn(): Promise<void> {
    const { plan, timeoutMs, abort } = this.#call
    const { native } = this.#environment
    const number = this.#environment.callNumber()
    this.#kind = PERMIT
    const turn = callNative(() => plan.native.waitForPermit(this.#ticket, timeoutMs, number))
    abort.onAbort(() => native.cancel(number))
    return turn.then(
      () => {
        if (!this.#isLeft) return
        // The permit came after the call was over.
        native.releasePermit(this.#ticket, plan.name)
        throw cancelled(plan.name)
      },
      (thrown: unknown) => {
        this.#kind = NOTHING
        throw revive(thrown)
      },
    )
  }

  /** Waits for the outcome of the first call with this idempotency key. */
  async replay(): Promise<unknown> {
    const { plan, timeoutMs } = this.#call
    const { text } = await callNative(() => plan.native.replay(this.#ticket, timeoutMs))
    return text === undefined ? undefined : JSON.parse(text)
  }

  /** Releases the permit, and stores the outcome if the call has an idempotency key. */
  leave(ok?: boolean, outcome?: unknown): void {
    this.#isLeft = true
    if (this.#kind !== PERMIT) return
    this.#kind = NOTHING
    const { plan, idempotencyKey } = this.#call
    const { native } = this.#environment
    if (idempotencyKey === undefined || ok === undefined) native.releasePermit(this.#ticket, plan.name)
    else native.releasePermit(this.#ticket, plan.name, ...outcomeArguments(ok, outcome))
  }
}

/** Writes the outcome of a call for Rust. */
function outcomeArguments(ok: boolean, outcome: unknown): [ok: boolean, text: string] {
  try {
    if (ok) return [true, resultText(outcome)]
  } catch (thrown) {
    return [false, failureText(failureOf(thrown))]
  }
  // The outcome of a failed call is a ToolrackError.
  const { code, details, message } = outcome as ToolrackError
  return [
    false,
    failureText(isRaisedForCall(outcome) ? { raised: code, message, details } : failureDetails(code, details)),
  ]
}

/** What Rust keeps of a failure; by its members it is known. */
function failureDetails(code: string, details: Record<string, unknown>): object {
  if (code === 'TOOL_FAILED') return details
  if (code === 'OUTPUT_INVALID') return { outputProblems: details.problems }
  if (code === 'INPUT_REQUIRED') return { inputRequired: details.tool }
  return code === 'TIMEOUT' ? { timeoutMs: details.timeoutMs } : {}
}

function failureText(failure: object): string {
  // A map is never `undefined` in JSON.
  return jsonText(failure) as string
}
