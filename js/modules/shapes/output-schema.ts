// Output schema: what a tool of MCP says of its results, as a definition takes it.

import { libraryOf, readSchema } from '../../definition/standard-schema'
import type { ReadSchema } from '../../definition/standard-schema'
import type { ExportedValue } from './exported-value'
import type { DefinitionMembers, ShapeNote } from './shape'
import { readMiniObject } from './zod-mini-schema'

const POINTER = '/outputSchema'

/** Members of a definition, and notes on what they leave out. */
interface OutputMembers {
  readonly members: DefinitionMembers
  readonly notes: ShapeNote[]
}

/**
 * Reads the output schema of a tool whose protocol validates results. A schema of a library that says no JSON Schema is
 * left out, with a note: the tool runs without it.
 */
export function readOutputSchema(value: ExportedValue): OutputMembers {
  const given = value.get('outputSchema')
  if (given === undefined || given === null) return { members: {}, notes: [] }
  // A JSON Schema; what is none is reported with the definition.
  if (libraryOf(given) === undefined) return { members: { outputSchema: given }, notes: [] }
  const read = readMiniObject(given, { at: POINTER, side: 'output' }) ?? readSchema(given, POINTER, 'output')
  const [problem] = read.problems
  if (problem === undefined) return { members: { outputSchema: sealed(read) }, notes: [] }
  const message = `is not used, and results are not validated: ${problem.message}`
  return { members: {}, notes: [{ code: 'OUTPUT_SCHEMA_UNUSED', effect: 'WIDER', pointer: problem.pointer, message }] }
}

/** A schema and its validation as one Standard Schema. */
function sealed({ schema, guard }: ReadSchema): unknown {
  if (guard === undefined) return schema
  const { vendor, validate } = guard
  return { '~standard': { version: 1, vendor, validate, jsonSchema: { output: () => schema } } }
}
