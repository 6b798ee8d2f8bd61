// Model output: what a model reads of the result of a tool that makes it by itself.

import { toolFailed } from '../border/raised-error'
import type { CallRequest } from '../call/interfaces'

/** Adds the model output of a tool to the result of a model's call. Its failure is one of the tool. */
export function withModelOutput({ plan, params, modelCall }: CallRequest, result: Promise<unknown>): Promise<unknown> {
  const toModel = plan.closure?.toModel
  if (modelCall === undefined || toModel === undefined) return result
  const callId = modelCall.answer.asked.id ?? ''
  return result.then(async (value) => {
    try {
      return await toModel(value, params, callId)
    } catch (thrown) {
      throw toolFailed(plan.name, thrown)
    }
  })
}
