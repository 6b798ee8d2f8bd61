// Model output: what a model reads of the result of a tool that makes it by itself.

import type { MaybePromise } from '../border/maybe-promise'
import { toolFailed } from '../border/raised-error'
import { isThenable } from '../border/thenable'
import type { Call, CallEnvironment } from '../call/interfaces'

/** Makes what a model reads of a result. What it throws is a failure of the tool. */
export type ModelOutputStep = (value: unknown) => MaybePromise<unknown>

/**
 * The step from the result of a model's call to its model output; undefined where the result is read itself. It gets the
 * arguments and the call id that the tool got.
 */
export function modelOutputStep(environment: CallEnvironment, call: Call): ModelOutputStep | undefined {
  const toModel = call.plan.closure?.toModel
  if (call.modelCall === undefined || toModel === undefined) return undefined
  // The tool gets it too.
  const callId = (call.callId ??= environment.callId())
  const { name } = call.plan
  const fail = (thrown: unknown): never => {
    throw toolFailed(name, thrown)
  }
  return (value) => {
    try {
      const made = toModel(value, call.args, callId)
      // Our own promise: another may have replaced `then`.
      return isThenable(made) ? new Promise((resolve) => resolve(made)).catch(fail) : made
    } catch (thrown) {
      return fail(thrown)
    }
  }
}
