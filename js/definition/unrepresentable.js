'use strict'

// Unrepresentable types: schema types that JSON Schema lacks, and what to use instead.

const { escaped } = require('../border/json-pointer')

/** Marks a place where a library met a type that JSON Schema lacks. */
const MARK = 'toolrack: no JSON Schema says '

/** Types that Zod converts to an empty schema if told not to throw. */
const ZOD = new Set([
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

/** @typedef {(what: string) => string} Marker */

/**
 * Options that make a library mark a type that JSON Schema lacks and go on. Checks that Valibot cannot express are left
 * to its validation. ArkType writes "anything" for such a type: only types that no argument can have are marked.
 */
const MARKING = new Map(
  /** @type {[string, (mark: Marker) => Record<string, unknown>][]} */ ([
    [
      'zod',
      (/** @type {Marker} */ mark) => ({
        unrepresentable: 'any',
        override: (/** @type {any} */ { zodSchema, jsonSchema }) => {
          const kind = zodSchema?._zod?.def?.type
          if (ZOD.has(kind)) jsonSchema.$comment = mark(kind)
        },
      }),
    ],
    [
      'valibot',
      (/** @type {Marker} */ mark) => ({
        overrideSchema: (/** @type {any} */ { valibotSchema, errors }) =>
          errors?.length > 0 ? { $comment: mark(valibotSchema.type) } : undefined,
        overrideAction: (/** @type {any} */ { jsonSchema, errors }) => (errors?.length > 0 ? jsonSchema : undefined),
      }),
    ],
    [
      'arktype',
      (/** @type {Marker} */ mark) => ({
        fallback: {
          date: (/** @type {any} */ { base }) => ({ ...base, $comment: mark('date') }),
          domain: (/** @type {any} */ { base, domain }) =>
            domain === 'bigint' ? { ...base, $comment: mark('bigint') } : base,
          unit: (/** @type {any} */ { base, unit }) =>
            typeof unit === 'bigint' ? { ...base, $comment: mark('bigint') } : base,
        },
      }),
    ],
  ]),
)

/** What to use instead of a type, by library. @type {Map<string, Map<string, string>>} */
const INSTEAD = mapOf({
  date: {
    zod: 'use z.iso.datetime(), with .transform((text) => new Date(text)) where execute wants a Date',
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

/**
 * Returns the marking options of a library; nothing for an unknown one.
 * @param {string} vendor
 */
function markingOptions(vendor) {
  return MARKING.get(vendor)?.((what) => `${MARK}${what}`)
}

/** Whether to mark at once. Zod throws first, and for more types than it can mark. @param {string} vendor */
function goesOn(vendor) {
  return vendor === 'arktype' || vendor === 'valibot'
}

/**
 * Converts the marks in a JSON Schema into problems with pointers.
 * @param {string} vendor @param {any} schema @param {string} at @returns {{ pointer: string, message: string }[]}
 */
function unrepresentable(vendor, schema, at) {
  /** @type {{ pointer: string, message: string }[]} */
  const problems = []
  const seen = new Set()
  /** @type {[any, string][]} */
  const waiting = [[schema, at]]
  for (let i = 0; i < waiting.length; i++) {
    const [value, pointer] = waiting[i]
    if (value === null || typeof value !== 'object' || seen.has(value)) continue
    seen.add(value)
    const { $comment } = value
    if (typeof $comment === 'string' && $comment.startsWith(MARK)) {
      const what = $comment.slice(MARK.length)
      const instead = INSTEAD.get(what)?.get(vendor) ?? 'use a string, a number, an object or a list'
      problems.push({ pointer, message: `is a ${CALLED.get(what) ?? what}, which JSON Schema cannot say: ${instead}` })
    }
    for (const [key, held] of Object.entries(value)) waiting.push([held, `${pointer}/${escaped(key)}`])
  }
  return problems
}

/** @param {Record<string, Record<string, string>>} words @returns {Map<string, Map<string, string>>} */
function mapOf(words) {
  return new Map(Object.entries(words).map(([key, inner]) => [key, new Map(Object.entries(inner))]))
}

exports.goesOn = goesOn
exports.markingOptions = markingOptions
exports.unrepresentable = unrepresentable
