// Settled tool: a tool whose input schema is known.

import type { JsonSchema } from '../../../index'
import { settleInputSchema } from './input-schema'
import type { RecognisedTool, ToolDraft } from './shape'

/** Reads the input schema of a draft. Throws a `ShapeFault` where it is no schema of arguments. */
export async function settleTool(draft: ToolDraft): Promise<RecognisedTool> {
  const { definition, self, notes, completeSchema } = draft
  const { inputSchema } = definition
  if (inputSchema === undefined || inputSchema === null) return { definition, self, notes }
  const complete = completeSchema && ((schema: JsonSchema) => completeSchema(schema, notes))
  return { definition: { ...definition, inputSchema: await settleInputSchema(inputSchema, complete) }, self, notes }
}
