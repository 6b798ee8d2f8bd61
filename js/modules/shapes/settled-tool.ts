// Settled tool: a tool whose input schema is known.

import type { MaybePromise } from '../../border/maybe-promise'
import type { JsonSchema } from '../../../index'
import { settleInputSchema } from './input-schema'
import type { RecognisedTool, ToolDraft } from './shape'

/** Reads the input schema of a draft. Rejects with a `ShapeFault` where it is no schema of arguments. */
export function settleTool({ definition, self, notes, completeSchema }: ToolDraft): MaybePromise<RecognisedTool> {
  const { inputSchema: given } = definition
  if (given === undefined || given === null) return { definition, self, notes }
  const complete = completeSchema && ((schema: JsonSchema) => completeSchema(schema, notes))
  return settleInputSchema(given, complete).then((inputSchema) => ({
    definition: { ...definition, inputSchema },
    self,
    notes,
  }))
}
