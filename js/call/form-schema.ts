// Form schema: the fields that a question asks a person for, as clients of MCP show them: an object of strings, numbers,
// booleans and choices. Source: 2025-11-25 and 2026-07-28, "Elicitation", "Requested Schema".

import type { Problem } from '../../index'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { escaped } from '../border/json-pointer'

/** The most fields of a form. */
const MOST_FIELDS = 100

const ANNOTATIONS = ['title', 'description', 'default', 'examples', 'deprecated', '$comment', 'enumNames'] as const
const OF_FORM: ReadonlySet<string> = new Set([
  ...ANNOTATIONS,
  '$schema',
  '$id',
  'type',
  'properties',
  'required',
  'additionalProperties',
])

/** The keywords of a field, by its type. */
const KEYWORDS: Readonly<Record<string, readonly string[]>> = Object.freeze({
  __proto__: null as never,
  string: ['enum', 'const', 'oneOf', 'anyOf', 'minLength', 'maxLength', 'pattern', 'format'],
  number: ['enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['enum', 'const', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: ['enum', 'const'],
  array: ['items', 'minItems', 'maxItems', 'uniqueItems'],
})

const NUMBERS = ['minLength', 'maxLength', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf']

/** Formats that are checked; others are for the display alone. */
const FORMATS: Readonly<Record<string, (text: string) => boolean>> = Object.freeze({
  __proto__: null as never,
  email: (text: string) => /^[^\s@]+@[^\s@]+$/.test(text),
  uri: (text: string) => URL.canParse(text),
  date: (text: string) => /^\d{4}-\d\d-\d\d$/.test(text) && isDate(text),
  'date-time': (text: string) =>
    /^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) && isDate(text),
})

function isDate(text: string): boolean {
  return !Number.isNaN(Date.parse(text)) && Number(text.slice(8, 10)) <= 31
}

/** A schema of a question. */
export class FormSchema {
  readonly #fields = new Map<string, Members>()
  readonly #required: readonly string[]
  /** Whether another server has written it: its patterns are not run, and its own keywords are not judged. */
  readonly #isForeign: boolean
  /** What is wrong with the schema; nothing for one that a client can show. */
  readonly problem: Problem | undefined

  constructor(schema: Members, isForeign: boolean) {
    this.#isForeign = isForeign
    const { required = [] } = schema
    this.#required = Array.isArray(required) ? (required as readonly string[]) : []
    this.problem = this.#read(schema)
  }

  /** What of a content does not match. */
  problemsOf(content: Members): Problem[] {
    const missing = this.#required.filter((key) => !Object.hasOwn(content, key))
    const problems = missing.map((key) => ({ pointer: `/${escaped(key)}`, message: 'is missing' }))
    for (const [key, field] of this.#fields) {
      if (!Object.hasOwn(content, key)) continue
      const message = mismatch(field, content[key], !this.#isForeign)
      if (message !== undefined) problems.push({ pointer: `/${escaped(key)}`, message })
    }
    return problems
  }

  /** The content without what is no field of the form. */
  fieldsOf(content: Members): Members {
    return Object.fromEntries([...this.#fields.keys()].flatMap((key) => entryOf(content, key)))
  }

  #read(schema: Members): Problem | undefined {
    const { type, properties, required = [] } = schema
    if (type !== 'object') return { pointer: '/type', message: 'must be "object"' }
    if (!isMembers(properties)) return { pointer: '/properties', message: 'must be an object: the fields' }
    const fields = Object.entries(properties)
    if (fields.length > MOST_FIELDS)
      return { pointer: '/properties', message: `must have at most ${MOST_FIELDS} fields` }
    if (!Array.isArray(required) || !required.every((key) => typeof key === 'string' && Object.hasOwn(properties, key)))
      return { pointer: '/required', message: 'must be a list of fields' }
    const unknown = this.#isForeign ? undefined : Object.keys(schema).find((key) => !OF_FORM.has(key))
    if (unknown !== undefined) return { pointer: `/${escaped(unknown)}`, message: NO_KEYWORD }
    for (const [key, field] of fields) {
      const problem = problemOfField(field, this.#isForeign)
      if (problem !== undefined)
        return { pointer: `/properties/${escaped(key)}${problem.pointer}`, message: problem.message }
      this.#fields.set(key, field as Members)
    }
    return undefined
  }
}

const NO_KEYWORD = 'is no keyword of a form: it has strings, numbers, booleans and choices, without nesting'

function entryOf(content: Members, key: string): [string, unknown][] {
  return Object.hasOwn(content, key) ? [[key, content[key]]] : []
}

function problemOfField(field: unknown, isForeign: boolean): Problem | undefined {
  if (!isMembers(field)) return { pointer: '', message: 'must be an object' }
  const { type } = field
  const keywords = typeof type === 'string' ? KEYWORDS[type] : undefined
  if (keywords === undefined)
    return { pointer: '/type', message: 'must be "string", "number", "integer", "boolean", or "array" of choices' }
  for (const key of Object.keys(field)) {
    const known = key === 'type' || keywords.includes(key) || (ANNOTATIONS as readonly string[]).includes(key)
    if (!known && !isForeign) return { pointer: `/${escaped(key)}`, message: NO_KEYWORD }
  }
  const wrong = NUMBERS.find((key) => field[key] !== undefined && typeof field[key] !== 'number')
  if (wrong !== undefined) return { pointer: `/${wrong}`, message: 'must be a number' }
  if (field.enum !== undefined && !Array.isArray(field.enum)) return { pointer: '/enum', message: 'must be a list' }
  if (choicesOf(field) === 'wrong')
    return { pointer: field.oneOf === undefined ? '/anyOf' : '/oneOf', message: 'must be a list of { const, title }' }
  if (type === 'array') return problemOfItems(field.items)
  return field.pattern === undefined || isForeign || isPattern(field.pattern)
    ? undefined
    : { pointer: '/pattern', message: 'must be a regular expression of ECMAScript' }
}

function problemOfItems(items: unknown): Problem | undefined {
  if (isMembers(items) && choicesOf(items) !== 'wrong' && (choicesOf(items) ?? items.enum) !== undefined)
    return items.enum === undefined || Array.isArray(items.enum)
      ? undefined
      : { pointer: '/items/enum', message: 'must be a list' }
  return { pointer: '/items', message: 'must have choices: enum, or anyOf of { const, title }' }
}

/** The values of `oneOf` or `anyOf`; nothing without them. */
function choicesOf({ oneOf, anyOf }: Members): readonly unknown[] | 'wrong' | undefined {
  const choices = oneOf ?? anyOf
  if (choices === undefined) return undefined
  if (!Array.isArray(choices) || !choices.every((choice) => isMembers(choice) && 'const' in choice)) return 'wrong'
  return (choices as readonly Members[]).map((choice) => choice.const)
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && regexOf(pattern) !== undefined
  } catch {
    return false
  }
}

function regexOf(pattern: string): RegExp {
  return new RegExp(pattern, 'u')
}

/** What is wrong with the value of a field. */
function mismatch(field: Members, value: unknown, runsPatterns: boolean): string | undefined {
  const { type } = field
  if (!isOfType(type, value)) return `must be ${type === 'integer' ? 'a whole number' : `of type ${String(type)}`}`
  const choices = (choicesOf(field) ?? field.enum ?? (field.const === undefined ? undefined : [field.const])) as
    readonly unknown[] | undefined
  if (choices !== undefined && !choices.includes(value)) return 'must be one of the choices'
  if (typeof value === 'string') return mismatchOfText(field, value, runsPatterns)
  if (typeof value === 'number') return mismatchOfNumber(field, value)
  return Array.isArray(value) ? mismatchOfList(field, value as readonly unknown[]) : undefined
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type && (typeof value !== 'number' || Number.isFinite(value))
}

function mismatchOfText({ minLength, maxLength, pattern, format }: Members, value: string, runsPatterns: boolean) {
  // JSON Schema counts code points.
  const { length } = Array.from(value)
  if (isBelow(length, minLength)) return `must have at least ${String(minLength)} characters`
  if (isBelow(maxLength, length)) return `must have at most ${String(maxLength)} characters`
  if (runsPatterns && typeof pattern === 'string' && !regexOf(pattern).test(value)) return `must match ${pattern}`
  const isFormat = typeof format === 'string' ? FORMATS[format] : undefined
  return isFormat === undefined || isFormat(value) ? undefined : `must be of the format ${String(format)}`
}

function mismatchOfNumber(field: Members, value: number): string | undefined {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = field
  if (isBelow(value, minimum)) return `must be at least ${String(minimum)}`
  if (isBelow(maximum, value)) return `must be at most ${String(maximum)}`
  if (typeof exclusiveMinimum === 'number' && value <= exclusiveMinimum) return `must be above ${exclusiveMinimum}`
  if (typeof exclusiveMaximum === 'number' && value >= exclusiveMaximum) return `must be below ${exclusiveMaximum}`
  const isMultiple = typeof multipleOf !== 'number' || Number.isInteger(value / multipleOf)
  return isMultiple ? undefined : `must be a multiple of ${String(multipleOf)}`
}

function mismatchOfList({ items, minItems, maxItems, uniqueItems }: Members, value: readonly unknown[]) {
  const choices = (isMembers(items) ? (choicesOf(items) ?? items.enum) : []) as readonly unknown[]
  if (!value.every((one) => choices.includes(one))) return 'must have the choices alone'
  if (isBelow(value.length, minItems)) return `must have at least ${String(minItems)} choices`
  if (isBelow(maxItems, value.length)) return `must have at most ${String(maxItems)} choices`
  return uniqueItems === true && new Set(value).size < value.length ? 'must have each choice once' : undefined
}

function isBelow(value: unknown, least: unknown): boolean {
  return typeof value === 'number' && typeof least === 'number' && value < least
}
