// Form schema: the fields that a question asks a person for, as clients of MCP show them: an object of strings, numbers,
// booleans and choices. Source: 2025-11-25 and 2026-07-28, "Elicitation", "Requested Schema".

import type { Problem } from '../../index'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { escaped } from '../border/json-pointer'

/** The most fields of a form. */
const MOST_FIELDS = 100

const ANNOTATIONS = ['title', 'description', 'default', 'examples', 'deprecated', '$comment', 'enumNames']
const OF_FORM: readonly string[] = ['$schema', '$id', 'type', 'properties', 'required', 'additionalProperties']
const NO_KEYWORD = 'is no keyword of a form: it has strings, numbers, booleans and choices, without nesting'

/** A keyword of a field: for which types, which limits it takes, which values match, and how a message says that. */
interface Keyword {
  readonly types: readonly string[]
  readonly takes: (limit: unknown) => boolean
  readonly holds: (value: never, limit: never) => boolean
  readonly words: string
}

const isNumber = (limit: unknown): boolean => typeof limit === 'number'
const isText = (limit: unknown): boolean => typeof limit === 'string'
const NUMERIC = ['number', 'integer']
const SCALAR = ['string', 'boolean', ...NUMERIC]
/** JSON Schema counts code points. */
const lengthOf = (text: string): number => Array.from(text).length
const oneOf: Keyword = {
  types: ['string'],
  takes: (list) => Array.isArray(list) && list.every((one) => isMembers(one) && 'const' in one),
  holds: (value: unknown, list: readonly Members[]) => list.some((one) => one.const === value),
  words: 'be one of the choices',
}

function numeric(types: readonly string[], words: string, holds: (value: never, limit: number) => boolean): Keyword {
  return { types, takes: isNumber, holds, words }
}

const KEYWORDS: Readonly<Record<string, Keyword>> = {
  __proto__: null as never,
  oneOf,
  anyOf: oneOf,
  enum: {
    types: SCALAR,
    takes: Array.isArray,
    holds: (value: unknown, list: readonly unknown[]) => list.includes(value),
    words: 'be one of the choices',
  },
  const: { types: SCALAR, takes: () => true, holds: (value: unknown, only) => value === only, words: 'be' },
  minLength: numeric(['string'], 'have a length of at least', (text: string, least) => lengthOf(text) >= least),
  maxLength: numeric(['string'], 'have a length of at most', (text: string, most) => lengthOf(text) <= most),
  pattern: {
    types: ['string'],
    takes: isPattern,
    holds: (text: string, pattern: string) => new RegExp(pattern, 'u').test(text),
    words: 'match',
  },
  // Other formats are for the display alone.
  format: { types: ['string'], takes: isText, holds: isOfFormat, words: 'be of the format' },
  minimum: numeric(NUMERIC, 'be at least', (value: number, least) => value >= least),
  maximum: numeric(NUMERIC, 'be at most', (value: number, most) => value <= most),
  exclusiveMinimum: numeric(NUMERIC, 'be above', (value: number, least) => value > least),
  exclusiveMaximum: numeric(NUMERIC, 'be below', (value: number, most) => value < most),
  multipleOf: numeric(NUMERIC, 'be a multiple of', (value: number, unit) => Number.isInteger(value / unit)),
  items: { types: ['array'], takes: haveChoices, holds: isOfItems, words: 'have the choices alone' },
  minItems: numeric(['array'], 'have a length of at least', (list: unknown[], least) => list.length >= least),
  maxItems: numeric(['array'], 'have a length of at most', (list: unknown[], most) => list.length <= most),
  uniqueItems: {
    types: ['array'],
    takes: (limit) => typeof limit === 'boolean',
    holds: (list: unknown[], isUnique: boolean) => !isUnique || new Set(list).size === list.length,
    words: 'have each choice once',
  },
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
    const { required } = schema
    this.#required = Array.isArray(required) ? (required as readonly string[]) : []
    this.problem = this.#read(schema)
  }

  /** What of a content does not match. */
  problemsOf(content: Members): Problem[] {
    const missing = this.#required.filter((key) => !Object.hasOwn(content, key))
    const problems = missing.map((key) => problemAt(key, 'is missing'))
    for (const [key, field] of this.#fields) {
      const message = Object.hasOwn(content, key) ? this.#mismatch(field, content[key]) : undefined
      if (message !== undefined) problems.push(problemAt(key, message))
    }
    return problems
  }

  /** The content without what is no field of the form. */
  fieldsOf(content: Members): Members {
    const given = [...this.#fields.keys()].filter((key) => Object.hasOwn(content, key))
    return Object.fromEntries(given.map((key) => [key, content[key]]))
  }

  #read({ type, properties, required = [], ...others }: Members): Problem | undefined {
    if (type !== 'object') return problemAt('type', 'must be "object"')
    if (!isMembers(properties)) return problemAt('properties', 'must be an object: the fields')
    const fields = Object.entries(properties)
    if (fields.length > MOST_FIELDS) return problemAt('properties', `must have at most ${MOST_FIELDS} fields`)
    if (!Array.isArray(required) || !required.every((key) => typeof key === 'string' && Object.hasOwn(properties, key)))
      return problemAt('required', 'must be a list of fields')
    const unknown = this.#isForeign ? undefined : Object.keys(others).find((key) => !isOfForm(key))
    if (unknown !== undefined) return problemAt(unknown, NO_KEYWORD)
    for (const [key, field] of fields) {
      const problem = this.#readField(field)
      if (problem !== undefined) return { ...problem, pointer: `/properties/${escaped(key)}${problem.pointer}` }
      this.#fields.set(key, field as Members)
    }
    return undefined
  }

  #readField(field: unknown): Problem | undefined {
    if (!isMembers(field)) return { pointer: '', message: 'must be an object' }
    const { type, ...others } = field
    if (typeof type !== 'string' || !(SCALAR.includes(type) || type === 'array'))
      return problemAt('type', 'must be "string", "number", "integer", "boolean", or "array" of choices')
    if (type === 'array' && others.items === undefined) return problemAt('items', 'must have choices')
    for (const [key, limit] of Object.entries(others)) {
      const keyword = KEYWORDS[key]
      const isKnown = keyword?.types.includes(type) === true
      if (!isKnown && !this.#isForeign && !ANNOTATIONS.includes(key)) return problemAt(key, NO_KEYWORD)
      if (isKnown && this.#uses(key) && !keyword.takes(limit)) return problemAt(key, 'is malformed')
    }
    return undefined
  }

  /** What is wrong with the value of a field. */
  #mismatch(field: Members, value: unknown): string | undefined {
    const { type } = field
    if (!isOfType(type, value)) return `must be of the type ${String(type)}`
    for (const [key, limit] of Object.entries(field)) {
      const keyword = KEYWORDS[key]
      if (keyword?.types.includes(type as string) !== true || !this.#uses(key)) continue
      if (keyword.holds(value as never, limit as never)) continue
      const shown = typeof limit === 'string' || typeof limit === 'number' ? ` ${limit}` : ''
      return `must ${keyword.words}${shown}`
    }
    return undefined
  }

  /** A pattern of another server may take for ever. That server validates by itself. */
  #uses(keyword: string): boolean {
    return keyword !== 'pattern' || !this.#isForeign
  }
}

function problemAt(key: string, message: string): Problem {
  return { pointer: `/${escaped(key)}`, message }
}

function isOfForm(key: string): boolean {
  return OF_FORM.includes(key) || ANNOTATIONS.includes(key)
}

function isOfType(type: unknown, value: unknown): boolean {
  if (type === 'array') return Array.isArray(value)
  if (type === 'integer') return Number.isInteger(value)
  return typeof value === type && (typeof value !== 'number' || Number.isFinite(value))
}

function isPattern(pattern: unknown): boolean {
  try {
    return typeof pattern === 'string' && new RegExp(pattern, 'u').unicode
  } catch {
    return false
  }
}

function isOfFormat(text: string, format: string): boolean {
  switch (format) {
    case 'email':
      return /^[^\s@]+@[^\s@]+$/.test(text)
    case 'uri':
      return URL.canParse(text)
    case 'date':
      return /^\d{4}-\d\d-\d\d$/.test(text) && !Number.isNaN(Date.parse(text))
    case 'date-time':
      return /^\d{4}-\d\d-\d\d[Tt][\d:.]+(?:[Zz]|[+-]\d\d:\d\d)$/.test(text) && !Number.isNaN(Date.parse(text))
    default:
      return true
  }
}

/** Whether the items of a list are choices: `enum`, or `anyOf` of `{ const, title }`. */
function haveChoices(items: unknown): boolean {
  return isMembers(items) && choicesOf(items) !== undefined
}

function choicesOf({ enum: values, anyOf, oneOf: titled = anyOf }: Members): readonly unknown[] | undefined {
  if (oneOf.takes(titled)) return (titled as readonly Members[]).map((one) => one.const)
  return titled === undefined && Array.isArray(values) ? (values as readonly unknown[]) : undefined
}

function isOfItems(list: readonly unknown[], items: Members): boolean {
  const choices = choicesOf(items) ?? []
  return list.every((one) => choices.includes(one))
}
