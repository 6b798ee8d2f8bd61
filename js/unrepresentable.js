'use strict'

// Unrepresentable types: schema types that JSON Schema lacks, and what to use instead.

const { escaped } = require('./json-pointer')

/** What is written where a schema library met a type that JSON Schema does not have. */
const MARK = 'toolrack: no JSON Schema says '

/** Types that Zod converts to nothing once it is told not to throw. */
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
 * The options with which a library goes on at a type that JSON Schema does not have, and leaves a mark there. What
 * Valibot cannot say of a check is left to its own validation. ArkType says "anything" of such a type: only what no
 * argument can be is marked there.
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

/** What to use in place of a type, by library. @type {Map<string, Map<string, string>>} */
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

/** How a problem calls a type. */
const CALLED = new Map([
  ['date', 'Date'],
  ['bigint', 'BigInt'],
  ['map', 'Map'],
  ['set', 'Set'],
])

/**
 * The options that make a library mark what it cannot say; nothing for one that is not known.
 * @param {string} vendor
 */
function markingOptions(vendor) {
  return MARKING.get(vendor)?.((what) => `${MARK}${what}`)
}

/** Whether a library is to go on at once. Zod throws by itself, and of more than it can mark. @param {string} vendor */
function goesOn(vendor) {
  return vendor === 'arktype' || vendor === 'valibot'
}

/**
 * The marks in a JSON Schema, as problems with their places.
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
