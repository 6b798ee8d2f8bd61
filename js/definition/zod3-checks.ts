// Zod 3 checks: limits of strings, numbers and lists of Zod 3, as keywords of JSON Schema.

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

/** The limits of a string. Checks without a keyword are left to the validation of Zod. */
export function stringLimits(checks: readonly Zod3Check[]): JsonSchema {
  const limits: Record<string, unknown> = {}
  const patterns: string[] = []
  for (const { kind, value, regex } of checks) {
    const format = FORMATS.get(kind)
    if (format !== undefined) limits.format = format
    if (kind === 'min' || kind === 'length') limits.minLength = value
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
