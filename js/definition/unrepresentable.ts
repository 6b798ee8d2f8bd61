// Unrepresentable types: schema types that JSON Schema lacks, and what to use instead.

import type { JsonSchema, Problem } from '../../index'
import { escaped } from '../border/json-pointer'

/** Marks a place where a library met a type that JSON Schema lacks. */
const MARK = 'toolrack: no JSON Schema says '

/** Types that Zod converts to an empty schema if told not to throw. */
const ZOD = new Set<unknown>([
  'date',
  'bigint',
  'map',
  'set',
  'symbol',
  'undefined',
  'void',
  'nan',
  'function',
  'custom',
  'transform',
])

/** Writes the mark of a type. */
type Marker = (type: string) => string

/** What Zod's `override` is called with. */
interface ZodPlace {
  readonly zodSchema?: { readonly _zod?: { readonly def?: { readonly type?: unknown } } }
  readonly jsonSchema: JsonSchema
}

/** What the functions of Valibot's `toJsonSchema` are called with. */
interface ValibotPlace {
  readonly valibotSchema: { readonly type: string }
  readonly jsonSchema: JsonSchema
  readonly errors?: readonly unknown[] | null
}

/** What the functions of ArkType's `fallback` are called with. */
interface ArkPlace {
  readonly base: JsonSchema
  readonly domain?: unknown
  readonly unit?: unknown
}

/**
 * Options that make a library mark a type that JSON Schema lacks and go on. Checks that Valibot cannot express are left
 * to its validation. ArkType writes "anything" for such a type: only types that no argument can have are marked.
 */
const MARKING = new Map<string, (mark: Marker) => Record<string, unknown>>([
  [
    'zod',
    (mark) => ({
      unrepresentable: 'any',
      override: ({ zodSchema, jsonSchema }: ZodPlace) => {
        const kind = zodSchema?._zod?.def?.type
        if (ZOD.has(kind)) jsonSchema.$comment = mark(kind as string)
      },
    }),
  ],
  [
    'valibot',
    (mark) => ({
      overrideSchema: ({ valibotSchema, errors }: ValibotPlace) =>
        (errors?.length ?? 0) > 0 ? { $comment: mark(valibotSchema.type) } : undefined,
      overrideAction: ({ jsonSchema, errors }: ValibotPlace) => ((errors?.length ?? 0) > 0 ? jsonSchema : undefined),
    }),
  ],
  [
    'arktype',
    (mark) => ({
      fallback: {
        date: ({ base }: ArkPlace) => ({ ...base, $comment: mark('date') }),
        domain: ({ base, domain }: ArkPlace) => (domain === 'bigint' ? { ...base, $comment: mark('bigint') } : base),
        unit: ({ base, unit }: ArkPlace) => (typeof unit === 'bigint' ? { ...base, $comment: mark('bigint') } : base),
      },
    }),
  ],
])

/** What to use instead of a type, by library. */
const INSTEAD = mapOf({
  date: {
    zod: 'use z.iso.datetime(), with .transform((text) => new Date(text)) where execute wants a Date',
    'zod 3': 'use z.coerce.date(), or z.string().datetime()',
    valibot:
      'use v.pipe(v.string(), v.isoTimestamp()), with v.transform((text) => new Date(text)) in it where execute wants a Date',
    arktype: 'use "string.date.iso.parse", of which execute gets a Date',
  },
  bigint: {
    zod: 'use z.int(), or z.string() with .transform(BigInt) for what a number cannot hold',
    valibot:
      'use v.pipe(v.number(), v.integer()), or v.pipe(v.string(), v.digits(), v.transform(BigInt)) for what a number cannot hold',
    arktype:
      'use "number.integer", or type("string.digits").pipe((text) => BigInt(text)) for what a number cannot hold',
  },
  map: { zod: 'use z.record()', valibot: 'use v.record()' },
  set: { zod: 'use z.array()', valibot: 'use v.array()' },
})

/** Names of types in problems. */
const CALLED = new Map([
  ['date', 'Date'],
  ['bigint', 'BigInt'],
  ['map', 'Map'],
  ['set', 'Set'],
])

/** Returns the marking options of a library; nothing for an unknown one. */
export function markingOptions(vendor: string): Record<string, unknown> | undefined {
  return MARKING.get(vendor)?.((type) => `${MARK}${type}`)
}

/** Whether to mark at once. Zod throws first, and for more types than it can mark. */
export function goesOn(vendor: string): boolean {
  return vendor === 'arktype' || vendor === 'valibot'
}

/** Converts the marks in a JSON Schema into problems with pointers. */
export function unrepresentable(vendor: string, schema: JsonSchema, at: string): Problem[] {
  const problems: Problem[] = []
  const seen = new Set<unknown>()
  const waiting: [unknown, string][] = [[schema, at]]
  // The list grows while it is read.
  for (const [value, pointer] of waiting) {
    if (value === null || typeof value !== 'object' || seen.has(value)) continue
    seen.add(value)
    const { $comment } = value as { $comment?: unknown }
    if (typeof $comment === 'string' && $comment.startsWith(MARK)) {
      problems.push({ pointer, message: unrepresentableType(vendor, $comment.slice(MARK.length)) })
    }
    for (const [key, held] of Object.entries(value)) waiting.push([held, `${pointer}/${escaped(key)}`])
  }
  return problems
}

/** Says what a type that JSON Schema lacks is, and what to use instead. */
export function unrepresentableType(vendor: string, type: string): string {
  const instead = INSTEAD.get(type)?.get(vendor) ?? 'use a string, a number, an object or a list'
  return `is a ${CALLED.get(type) ?? type}, which JSON Schema cannot say: ${instead}`
}

function mapOf(words: Record<string, Record<string, string>>): Map<string, Map<string, string>> {
  return new Map(Object.entries(words).map(([key, inner]) => [key, new Map(Object.entries(inner))]))
}
