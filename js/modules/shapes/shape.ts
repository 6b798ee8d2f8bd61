// Shape: one form in which a module exports a tool, how it is told, and how it is read.

import type { JsonSchema } from '../../../index'
import type { ModelOutput } from '../../call/interfaces'
import type { ExportedValue } from './exported-value'

/** Where a value was found, for names and messages. */
export interface Place {
  /** What the user gave: the path or specifier of the module. */
  readonly specifier: string
  /** The export, and the keys below it: `tools`, `tools/0`; empty for a value that was given by itself. */
  readonly path: string
  /** The name of a tool that has none itself; undefined where the place gives none, as in a list. */
  readonly name: string | undefined
}

/** Something that a tool expresses differently from what its module says. */
export interface ShapeNote {
  readonly code: 'TYPE_FILLED_IN' | 'OUTPUT_SCHEMA_UNUSED'
  readonly effect: 'NARROWER' | 'WIDER'
  /** The place in the exported object, as a JSON pointer. */
  readonly pointer: string
  readonly message: string
}

/** The members of a definition, as `writeDefinition` takes them; `execute` is one of them. */
export type DefinitionMembers = Record<string, unknown>

/** What a framework does with its own tools. */
export interface FrameworkRules {
  /** Whether its call validates the arguments, so that the validation of a schema is left to it. */
  readonly validates: boolean
  /** Whether the tool gets what the validation makes of the arguments: true by default; false where it gets them as sent. */
  readonly transforms?: boolean | 'perhaps'
  /** The schema by which its call validates, where `inputSchema` is JSON that was made of it. */
  readonly validatesBy?: unknown
  /** Whether its call fills in the defaults of a JSON Schema that a library wrote, which says `$schema`. */
  readonly fillsWritten?: boolean
}

/** A tool of a module. */
export interface RecognisedTool {
  /** A fresh object: the exported one is never changed. */
  readonly definition: DefinitionMembers
  /** The `this` of `execute`. */
  readonly self: object
  readonly notes: readonly ShapeNote[]
  readonly toModel?: ModelOutput
}

/** A tool as its shape reads it, before its input schema is known. */
export interface ToolDraft {
  readonly definition: DefinitionMembers
  readonly self: object
  readonly notes: ShapeNote[]
  /** Fills in what the users of the shape leave out of a JSON Schema. */
  readonly completeSchema?: (schema: JsonSchema, notes: ShapeNote[]) => JsonSchema
  /** The framework of the tool; undefined for tools of toolrack and of MCP. */
  readonly framework?: FrameworkRules
  readonly toModel?: ModelOutput
}

/** A form in which tools are exported. Reading a hostile value may throw anything; the recogniser catches it. */
export interface Shape {
  /** Its row in the table of shapes. */
  readonly id: string
  /** Whether the value has this form. */
  matches(value: ExportedValue, place: Place): boolean
  /** Reads a value that matches. Throws a `ShapeFault` where it is no usable tool. */
  read(value: ExportedValue, place: Place): ToolDraft
}
