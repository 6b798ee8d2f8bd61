// Zod 3 checks: limits of strings, numbers and lists, coercion and enums of Zod 3, as keywords of JSON Schema.

import type { JsonSchema } from '../../index'

/** A check of a string or a number. */
export interface Zod3Check {
  readonly kind: string
  readonly value?: unknown
  readonly inclusive?: boolean
  readonly regex?: RegExp
}

/** Formats by the checks that mean them. */
const FORMATS = new Map([
  ['email', 'email'],
  ['url', 'uri'],
  ['uuid', 'uuid'],
  ['datetime', 'date-time'],
  ['date', 'date'],
  ['time', 'time'],
  ['duration', 'duration'],
])

/** Checks that change the text: those behind them are of another one than the argument. */
const CHANGES: readonly string[] = Object.freeze(['trim', 'toLowerCase', 'toUpperCase'])

/**
 * The limits of a string. Checks without a keyword are left to the validation of Zod, and so are those behind a change of
 * the text. A least length holds behind one too: none makes the text longer.
 */
export function stringLimits(checks: readonly Zod3Check[]): JsonSchema {
  const limits: Record<string, unknown> = {}
  const patterns: string[] = []
  let isChanged = false
  for (const { kind, value, regex } of checks) {
    isChanged ||= CHANGES.includes(kind)
    const format = FORMATS.get(kind)
    if (format !== undefined) limits.format = format
    if (kind === 'min' || kind === 'length') limits.minLength = value
    if (isChanged) continue
    if (kind === 'max' || kind === 'length') limits.maxLength = value
    // Flags change what a pattern means, and JSON Schema has none.
    if (kind === 'regex' && regex?.flags === '') patterns.push(regex.source)
    if (kind === 'startsWith') patterns.push(`^${literalPattern(value)}`)
    if (kind === 'endsWith') patterns.push(`${literalPattern(value)}$`)
    if (kind === 'includes') patterns.push(literalPattern(value))
  }
  const [pattern, ...others] = patterns
  if (pattern !== undefined) limits.pattern = pattern
  return others.length === 0 ? limits : { ...limits, allOf: others.map((other) => ({ pattern: other })) }
}

/** The type of a number, with its limits. */
export function numberLimits(checks: readonly Zod3Check[]): JsonSchema {
  const limits: Record<string, unknown> = { type: 'number' }
  for (const { kind, value, inclusive } of checks) {
    if (kind === 'int') limits.type = 'integer'
    if (kind === 'min') limits[inclusive === false ? 'exclusiveMinimum' : 'minimum'] = value
    if (kind === 'max') limits[inclusive === false ? 'exclusiveMaximum' : 'maximum'] = value
    if (kind === 'multipleOf') limits.multipleOf = value
  }
  return limits
}

/** A type that Zod makes of another one too, where it is told to. */
export function coerced({ coerce }: { readonly coerce?: unknown }, other: string, schema: JsonSchema): JsonSchema {
  return coerce === true ? { ...schema, type: [schema.type as string, other] } : schema
}

/** The values of an enum of TypeScript: one of numbers has their names as values too. */
export function valuesOfEnum(values: Readonly<Record<string, unknown>>): unknown[] {
  const names = Object.keys(values).filter((key) => typeof values[String(values[key])] !== 'number')
  return names.map((key) => values[key])
}

interface ArrayDef {
  readonly minLength?: { readonly value: number } | null
  readonly maxLength?: { readonly value: number } | null
  readonly exactLength?: { readonly value: number } | null
}

/** The limits of a list. */
export function arrayLimits(def: object): JsonSchema {
  const { minLength, maxLength, exactLength } = def as ArrayDef
  const [least, most] = [exactLength ?? minLength, exactLength ?? maxLength]
  return { ...(least != null && { minItems: least.value }), ...(most != null && { maxItems: most.value }) }
}

function literalPattern(text: unknown): string {
  return String(text).replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)
}
