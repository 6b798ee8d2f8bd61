// Tool spec: name, description and input schema of a tool, beside its function.

import type { ExportedValue } from './exported-value'
import { namedBy, outputNotes, sharedMembers } from './named-definition'
import type { Place, ToolDraft } from './shape'
import { ShapeFault } from './shape-faults'
import { completeSpecSchema } from './spec-schema'

/** Makes the draft of a spec and its function, which gets `(params, context)`. */
export function draftOfSpec(spec: ExportedValue, execute: unknown, self: object, place: Place): ToolDraft {
  if (spec.isGiven('parameters'))
    throw new ShapeFault([{ pointer: '/parameters', message: 'is no member of a toolSpec: write inputSchema' }])
  const definition = { ...sharedMembers(spec), inputSchema: schemaOf(spec), execute }
  const notes = outputNotes(spec)
  return { definition: namedBy(place, definition), self, notes, completeSchema: completeSpecSchema }
}

/** Its input schema: direct, or in `{ json }` as Bedrock has it. */
function schemaOf(spec: ExportedValue): unknown {
  const given = spec.get('inputSchema')
  if (given === undefined || given === null) return {}
  const schema = spec.objectAt('inputSchema')
  const isWrapped = schema !== undefined && schema.isPlain && !schema.isGiven('type') && schema.isGiven('json')
  return isWrapped ? schema.get('json') : given
}
