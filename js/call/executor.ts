// Executor: runs a closure on this thread, or an HTTP operation in Rust.

import { types } from 'node:util'
import type { NativeAnswer, NativeCallOptions } from '../border/native'
import { callNative, reasonOf } from '../border/error'
import { unwritable } from '../border/json'
import { RenderedReply } from '../reply/model-reply'
import { ascend, descend } from './call-depth'
import { callerId, keyedCallerId } from './caller-id'
import { CallContext, identityText, invalidParams } from './context'
import { hasFiles, withFiles } from './files'
import type { AnswerHead, Arguments, Call, CallEnvironment, CallObservation, Closure, ToolPlan } from './interfaces'
import { closureFailed } from './questions'
import { wireText } from './wire-arguments'

/** Executes a validated call and returns its result. */
export function executeTool(environment: CallEnvironment, call: Call, observation?: CallObservation): unknown {
  observation?.executes(call.args)
  return call.plan.slot < 0 ? executeNative(environment, call, observation) : executeClosure(environment, call)
}

function executeClosure(
  environment: CallEnvironment,
  { plan, args, identity, abort, callId, approved }: Call,
): unknown {
  // A plan with a slot has the closure in it.
  const { execute, self } = plan.closure as Closure
  descend()
  try {
    const result = execute.call(
      self,
      args,
      new CallContext(identity, plan.name, plan.revision, callId ?? environment.callId(), abort, approved),
    )
    return mayBeThenable(result) ? Promise.resolve(result) : result
  } catch (thrown) {
    throw closureFailed(plan.name, thrown)
  } finally {
    ascend()
  }
}

/**
 * Whether a value is a thenable, or a proxy that may become one. A promise turns either into one value or one
 * rejection.
 */
function mayBeThenable(value: unknown): boolean {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return 'then' in value || types.isProxy(value)
}

function executeNative(environment: CallEnvironment, call: Call, observation?: CallObservation): Promise<unknown> {
  const { mustBeNewest } = call
  if (call.wire === undefined && holdsFiles(call)) {
    const plan = keepNative(call.plan, mustBeNewest)
    return readFiles(call).then((args) =>
      executeNative(environment, { ...call, plan, args, mustBeNewest: false }, observation),
    )
  }
  const { plan, args, identity, timeoutMs, abort, idempotencyKey, approved, modelCall } = call
  // What a person has approved is what runs.
  const text = call.wire ?? wireText(plan, args, idempotencyKey)
  const number = environment.callNumber()
  // napi-rs reads a member that is undefined as one that is not there.
  const options = {
    timeoutMs,
    caller: callerOf(call),
    idempotencyKey,
    number,
    mustBeNewest,
    approved,
    keepsValue: observation?.keepsValue === true,
  } as NativeCallOptions
  const answer = callNative(() =>
    plan.native.execute(text, identityText(identity, environment.tellsMetadata), options, modelCall?.answer.asked),
  )
  abort.onAbort(() => environment.native.cancel(number))
  return answer.then((value) => readAnswer(value, observation))
}

/** Head of an answer that is a file. */
interface FileHead extends AnswerHead {
  readonly mediaType: string
}

/** Reads an answer from Rust: a value, a file, or the reply to a model. */
export function readAnswer(
  { text, file, head: headText, answer }: NativeAnswer,
  observation?: CallObservation,
): unknown {
  const head =
    headText !== undefined && (observation !== undefined || file !== undefined)
      ? (JSON.parse(headText) as AnswerHead)
      : undefined
  if (observation !== undefined && head !== undefined) observation.head(head)
  if (answer !== undefined) {
    const value = observation?.keepsValue === true ? valueOf(text, file, head) : undefined
    return new RenderedReply(answer, value)
  }
  return valueOf(text, file, head)
}

/** The value of an answer. One without a file has a text, and a file has a head. */
function valueOf(text: string | undefined, file: Buffer | undefined, head: AnswerHead | undefined): unknown {
  return file === undefined ? JSON.parse(text as string) : fileOf(file, head as FileHead)
}

/** Whether the arguments of a call have a file. */
export function holdsFiles({ plan, args }: Call): boolean {
  try {
    return hasFiles(args)
  } catch (thrown) {
    throw unwritable(thrown, `the arguments of "${plan.name}"`, (reason) => invalidParams(plan.name, '', reason))
  }
}

/** The caller id, if limits or an idempotency key need it. */
function callerOf({ plan, identity, idempotencyKey }: Call): string | undefined {
  if (idempotencyKey !== undefined) return keyedCallerId(identity, plan.tenantKey)
  return plan.isLimited ? callerId(identity, plan.tenantKey) : undefined
}

/** Makes a plan that outlives its revision, for calls that reach Rust later. */
export function keepNative(plan: ToolPlan, mustBeNewest = false): ToolPlan {
  return { ...plan, native: callNative(() => plan.hold(mustBeNewest)), isHeld: true }
}

/** Replaces files by texts. A call that is over by then throws and sends nothing. */
export async function readFiles({ plan, args, abort }: Call): Promise<Arguments> {
  const texts = await withFiles(args).catch((thrown: unknown) => {
    throw invalidParams(plan.name, '', `have a file that cannot be read: ${reasonOf(thrown)}`)
  })
  if (abort.signal.aborted) throw abort.signal.reason
  return texts
}

/** File that an HTTP operation returned. */
interface ReturnedFile {
  readonly mediaType: string
  readonly name?: string
  readonly data: Buffer
}

function fileOf(data: Buffer, { mediaType, name }: FileHead): ReturnedFile {
  return name === undefined ? { mediaType, data } : { mediaType, name, data }
}
