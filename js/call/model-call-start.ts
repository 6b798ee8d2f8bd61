// Start of a model's call in Rust: who calls, and how, so that an HTTP operation begins in one crossing.

import type { NativeAnswer } from '../border/native'
import { checkCallSignal } from './abort-signals'
import type { CallerSignal } from './abort-signals'
import { callerId, keyedCallerId, TENANT_KEY } from './caller-id'
import { completed } from './completion'
import { CallSignal } from './abort-signals'
import { checkContext, identityText } from './context'
import { readAnswer } from './executor'
import type { CallEnvironment, CheckedOptions } from './interfaces'
import { readAsk } from './questions'
import { checkApproved, checkKey, checkTimeout, readCallOptions } from './start-call'

/** A model's call that may begin in Rust. */
export interface ModelCallStart extends CheckedOptions {
  /** What Rust reads: `CallStart` of `src/model_call.rs`, as JSON. */
  readonly text: string
  /** The number by which Rust cancels it. */
  readonly number: number
  readonly signal: CallerSignal | undefined
}

/** Writes what Rust needs to know of a model's call before it is made. Throws if an option is wrong. */
export function writeStart(environment: CallEnvironment, options: unknown): ModelCallStart {
  const unchecked = readCallOptions(options, true)
  const signal = checkCallSignal(unchecked.signal)
  const identity = checkContext(unchecked.context)
  const idempotencyKey = checkKey(unchecked.idempotencyKey)
  const timeoutMs = checkTimeout(unchecked.timeoutMs)
  const approved = checkApproved(unchecked.approved)
  const ask = readAsk(unchecked.ask)
  const caller = idempotencyKey === undefined ? callerId(identity, TENANT_KEY) : keyedCallerId(identity, TENANT_KEY)
  const context = identityText(identity, environment.tellsMetadata)
  const number = environment.callNumber()
  const rest = JSON.stringify({
    caller,
    // JSON has no infinity.
    timeoutMs: timeoutMs && Math.min(timeoutMs, Number.MAX_VALUE),
    idempotencyKey,
    number,
    validates: environment.limits.validate,
    approved,
  })
  return {
    text: `{"context":${context},${rest.slice(1)}`,
    number,
    identity,
    timeoutMs,
    idempotencyKey,
    approved,
    ask,
    signal,
  }
}

/**
 * The same for a call that Rust may begin. Nothing for a call that begins here: it is cancelled already, or an option is
 * wrong, which its start here refuses.
 */
export function writeStartInRust(environment: CallEnvironment, options: unknown): ModelCallStart | undefined {
  try {
    const start = writeStart(environment, options)
    return start.signal?.aborted ? undefined : start
  } catch {
    return undefined
  }
}

/** A model's call that Rust has begun. */
export interface BegunCall {
  readonly start: ModelCallStart
  /** The name of the tool. */
  readonly name: string
  /** The timeout of the tool, in ms. */
  readonly timeoutMs: number | undefined
  readonly answer: Promise<NativeAnswer>
}

/** Settles a call that Rust has begun, within its deadline. */
export function completeBegun(
  environment: CallEnvironment,
  { start, name, timeoutMs, answer }: BegunCall,
): Promise<unknown> {
  const { number, signal } = start
  const abort = new CallSignal()
  abort.onAbort(() => environment.native.cancel(number))
  const call = {
    plan: { name, slot: -1 },
    timeoutMs: start.timeoutMs ?? timeoutMs ?? environment.limits.timeoutMs,
    keepsProcess: start.timeoutMs !== undefined,
    signal,
    abort,
  }
  return completed(
    environment,
    call,
    answer.then((value) => readAnswer(value)),
  )
}
