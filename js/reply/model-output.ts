// Model output: what a model reads of the result of a tool that makes it by itself.

import type { Call, CallEnvironment } from '../call/interfaces'

/** Makes what a model reads of a result. */
export type ModelOutputStep = (value: unknown) => unknown

/**
 * The step from the result of a model's call to its model output; undefined where the result is read itself. It gets the
 * arguments and the call id that the tool got.
 */
export function modelOutputStep(environment: CallEnvironment, call: Call): ModelOutputStep | undefined {
  const toModel = call.plan.closure?.toModel
  if (call.modelCall === undefined || toModel === undefined) return undefined
  // The tool gets it too.
  const callId = (call.callId ??= environment.callId())
  return (value) => toModel(value, call.args, callId)
}
