// Spec schema: what users of a `toolSpec` leave out of its input schema.

import type { JsonSchema } from '../../../index'
import { escaped } from '../../border/json-pointer'
import { kindOf } from '../../border/kind'
import type { ShapeNote } from './shape'

/** Keywords that say by themselves which values a property has. */
const TYPING: readonly string[] = Object.freeze([
  'type',
  '$ref',
  '$dynamicRef',
  'anyOf',
  'oneOf',
  'allOf',
  'not',
  'if',
  'enum',
  'const',
])

/**
 * Completes the JSON Schema of a spec, on a copy: `type`, `properties` and `required` of the arguments, and type and
 * description of each argument. An argument without a type becomes a string, which is noted: it accepts less than what
 * is written.
 */
export function completeSpecSchema(schema: JsonSchema, notes: ShapeNote[]): JsonSchema {
  const { type = 'object', properties, required = [] } = schema
  const given = kindOf(properties) === 'an object' ? Object.entries(properties as object) : []
  const complete = given.map(([name, property]) => [name, completeProperty(name, property, notes)])
  // A wrong value of `properties` stays, to be reported.
  const isKept = properties !== undefined && kindOf(properties) !== 'an object'
  return { ...schema, type, properties: isKept ? properties : Object.fromEntries(complete), required }
}

function completeProperty(name: string, property: unknown, notes: ShapeNote[]): unknown {
  // `true` and `false` are schemas.
  if (typeof property === 'boolean') return property
  const members = kindOf(property) === 'an object' ? (property as Record<string, unknown>) : {}
  const isTyped = TYPING.some((keyword) => members[keyword] !== undefined)
  if (!isTyped) notes.push(typeNote(name, property))
  return {
    ...(isTyped ? {} : { type: 'string' }),
    ...members,
    description: members.description ?? `Property ${name}`,
  }
}

function typeNote(name: string, property: unknown): ShapeNote {
  const found = kindOf(property) === 'an object' ? 'has no type' : `is ${kindOf(property)} in place of a schema`
  return {
    code: 'TYPE_FILLED_IN',
    effect: 'NARROWER',
    pointer: `/inputSchema/properties/${escaped(name)}`,
    message: `${found}: it is taken as a string; write a type to accept anything else`,
  }
}
