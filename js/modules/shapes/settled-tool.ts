// Settled tool: a tool whose input schema is known.

import { chain } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import type { JsonSchema } from '../../../index'
import { settleInputSchema } from './input-schema'
import type { RecognisedTool, ToolDraft } from './shape'

/** Reads the input schema of a draft. Throws or rejects with a `ShapeFault` where it is no schema of arguments. */
export function settleTool(draft: ToolDraft): MaybePromise<RecognisedTool> {
  const { definition, self, notes, completeSchema, framework, toModel } = draft
  const { inputSchema: given } = definition
  const members = { self, notes, ...(toModel && { toModel }) }
  if (given === undefined || given === null) return { definition, ...members }
  const complete = completeSchema && ((schema: JsonSchema) => completeSchema(schema, notes))
  return chain(settleInputSchema(given, { complete, framework }), (inputSchema) => ({
    definition: { ...definition, inputSchema },
    ...members,
  }))
}
