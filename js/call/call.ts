// Call: executes one call and settles it; also as a stream.

import { revive } from '../border/error'
import { invalidOption } from '../border/options'
import { toolFailed } from '../border/raised-error'
import { isPromise } from '../border/realm'
import { CallPermit } from './call-permit'
import { CallStream, RunningStream, iterateOnce } from './call-stream'
import { cancelled, completed, toCallError, watchDeadline } from './completion'
import { executeTool } from './executor'
import type { Arguments, Call, CallEnvironment, CallObservation, CallRequest, ToolPlan } from './interfaces'
import { resultStep } from './result-validation'
import { needsPermit, readCallOptions, startCall } from './start-call'
import { collect, iteratorOf } from './streaming'
import type { PieceIterator } from './streaming'

/**
 * Executes one call that starts on this thread. Rust finds the tool, validates arguments and identity, and executes
 * HTTP operations. A closure is called here, so objects keep their identity. Returns the result of the tool; for a
 * model's call that Rust executes, the reply to the model. Throws `SUPERSEDED` before anything of the call is done.
 */
export function execute(environment: CallEnvironment, request: CallRequest): Promise<unknown> {
  const { plan, observation } = request
  const call = startCall(environment, request)
  if (call.pending !== undefined) return executeAfterValidation(environment, call, call.pending, observation)
  if (needsPermit(call)) return executeWithPermit(environment, call, observation)
  const step = resultStep(environment, call)
  const result = executeTool(environment, call, observation)
  if (isPromise(result)) return completed(environment, call, result, { step })
  const iterator = streamPieces(plan, result)
  if (iterator !== undefined) return completed(environment, call, collect(iterator, call.abort, call.onPiece), { step })
  return step === undefined ? Promise.resolve(result) : completed(environment, call, Promise.resolve(result), { step })
}

/** The iterator of a streamed result, if it is one. */
function streamPieces(plan: ToolPlan, result: unknown): PieceIterator | undefined {
  try {
    return iteratorOf(result)
  } catch (thrown) {
    throw toolFailed(plan.name, thrown)
  }
}

/** Executes a call as a stream. Its plan outlives its revision. */
export function stream(environment: CallEnvironment, request: CallRequest): CallStream {
  const { plan, options, observation } = request
  return new CallStream(async (onStart, progress) => {
    try {
      // Read once: a getter may answer differently the next time.
      const known = options === undefined ? undefined : readCallOptions(options)
      if (known?.idempotencyKey !== undefined)
        throw invalidOption('idempotencyKey', 'is not an option of stream, because a stream cannot be repeated')
      const call = startCall(environment, { ...request, options: known })
      call.abort.reader = 'stream'
      call.abort.listeners = { progress }
      return await openStream(environment, plan, call, onStart, observation)
    } catch (thrown) {
      const error = revive(thrown)
      observation?.end(error)
      throw error
    }
  })
}

/**
 * Executes the call of a stream, whose plan outlives its revision. `onStart` gets the function that cancels the call.
 */
async function openStream(
  environment: CallEnvironment,
  plan: ToolPlan,
  call: Call,
  onStart: (cancel: () => void) => void,
  observation?: CallObservation,
): Promise<RunningStream> {
  const admit = () => (needsPermit(call) ? new CallPermit(environment, call, observation) : undefined)
  let permit = call.pending === undefined ? admit() : undefined
  let fail: (error: unknown) => void = () => {}
  const fate = new Promise<never>((_, reject) => (fail = reject))
  // A reader between two pieces gets the error with the next request.
  fate.catch(() => {})
  const settle = watchDeadline(environment, call, (error) => {
    permit?.leave()
    fail(error)
    observation?.end(error)
  })
  const end = (error?: unknown) => {
    permit?.leave()
    plan.native.release()
    if (!settle()) return
    if (error !== undefined) call.abort.abort(error)
    observation?.end(error)
  }
  onStart(() => {
    const error = cancelled(plan.name)
    fail(error)
    end(error)
  })
  try {
    if (call.pending !== undefined) {
      call.args = await Promise.race([call.pending, fate])
      permit = admit()
    }
    if (permit?.waits) await Promise.race([permit.turn(), fate])
    const within = observation === undefined ? plainly : <T>(work: () => T) => observation.within(work)
    let result = within(() => executeTool(environment, call, observation))
    if (isPromise(result)) result = await Promise.race([toolResult(plan, result), fate])
    const step = resultStep(environment, call)
    const settled = async (value: unknown) =>
      step === undefined ? value : (await Promise.race([step(value), fate])).given
    const pieces = streamPieces(plan, result)
    // Pieces are not judged; a result is, whole or returned by a generator.
    return new RunningStream(pieces ?? iterateOnce(await settled(result)), {
      tool: plan.name,
      end,
      fate,
      within,
      settled,
    })
  } catch (error) {
    end(error)
    throw error
  }
}

/** Our own promise of a tool's result: the closure's may have replaced `then` or `catch`. */
function toolResult(plan: ToolPlan, result: Promise<unknown>): Promise<unknown> {
  return new Promise((resolve) => resolve(result)).catch((thrown: unknown) => Promise.reject(toCallError(plan, thrown)))
}

const plainly = <T>(work: () => T): T => work()

/**
 * A closure call with an asynchronous Standard Schema, within its deadline. The permit is requested after validation:
 * refused arguments count against no limit.
 */
function executeAfterValidation(
  environment: CallEnvironment,
  call: Call,
  pending: Promise<Arguments>,
  observation?: CallObservation,
): Promise<unknown> {
  const start = new DelayedStart(environment, call, observation)
  let permit: CallPermit | undefined
  const result = pending.then((args) => {
    // The call is over already.
    if (call.abort.signal.aborted) throw call.abort.signal.reason
    call.args = args
    if (!needsPermit(call)) return start.begin()
    permit = new CallPermit(environment, call, observation)
    if (permit.replays) return permit.replay()
    return permit.waits ? permit.turn().then(start.begin) : start.begin()
  })
  return completed(environment, call, result, {
    isOwn: start.isOwn,
    step: resultStep(environment, call, () => permit?.replays === true),
    over: (ok, outcome) => permit?.leave(ok, outcome),
  })
}

/** A delayed start of a closure. It tells errors of toolrack before the start from failures of the closure. */
class DelayedStart {
  #hasBegun = false
  #error: unknown
  /** Starts the closure. */
  readonly begin: () => unknown
  /** Whether a thrown value is an error of toolrack. A closure may reject with `undefined`, which is none. */
  readonly isOwn: (thrown: unknown) => boolean

  constructor(environment: CallEnvironment, call: Call, observation: CallObservation | undefined) {
    this.begin = () => {
      this.#hasBegun = true
      try {
        const result = executeTool(environment, call, observation)
        const iterator = isPromise(result) ? undefined : streamPieces(call.plan, result)
        return iterator === undefined ? result : collect(iterator, call.abort, call.onPiece)
      } catch (error) {
        throw (this.#error = error)
      }
    }
    this.isOwn = (thrown) => !this.#hasBegun || (thrown !== undefined && thrown === this.#error)
  }
}

/** A closure call that needs a permit. */
function executeWithPermit(environment: CallEnvironment, call: Call, observation?: CallObservation): Promise<unknown> {
  const permit = new CallPermit(environment, call, observation)
  const { replays } = permit
  const step = resultStep(environment, call, () => replays)
  if (replays) return completed(environment, call, permit.replay(), { isOwn: () => true, step })
  const { begin, isOwn } = new DelayedStart(environment, call, observation)
  let result: unknown
  try {
    result = permit.waits ? permit.turn().then(begin) : begin()
  } catch (error) {
    permit.leave(false, error)
    throw error
  }
  const over = (ok: boolean, outcome: unknown): void => permit.leave(ok, outcome)
  if (isPromise(result)) return completed(environment, call, result, { isOwn, over, step })
  if (step !== undefined) return completed(environment, call, Promise.resolve(result), { over, step })
  permit.leave(true, result)
  return Promise.resolve(result)
}
