// Schema types: a JSON Schema (2020-12) → the TypeScript type of its values. What a type cannot say is left out of it, so
// that the type takes every valid value.

import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { writeComment } from './comment'
import { Identifiers } from './identifiers'
import { References, isCircular, targetOf } from './references'

/** Schemas that are nested deeper are `unknown`. */
const DEEPEST = 32
/** The most values of an enumeration; one with more is the type of its values. */
const MOST_VALUES = 500

const SCALARS: Readonly<Record<string, string>> = Object.freeze({
  string: 'string',
  number: 'number',
  integer: 'number',
  boolean: 'boolean',
  null: 'null',
})

/** Types that schemas refer to. Tools of one document share most of them. */
export class NamedTypes {
  /** Their declarations. */
  readonly declarations: string[] = []
  /** Names by what they stand for. */
  readonly names = new Map<string, string>()
  // The interface of the tools has a name that no type may take.
  readonly identifiers = new Identifiers(['Tools'])
}

/** Writes the type of a schema. What it refers to is declared among the named types. */
export function writeType(schema: unknown, named: NamedTypes): string {
  return new SchemaType(schema, named).write()
}

class SchemaType {
  readonly #schema: unknown
  readonly #references: References
  readonly #named: NamedTypes
  /** Declarations that are to be written. */
  readonly #waiting: (() => void)[] = []

  constructor(schema: unknown, named: NamedTypes) {
    this.#schema = schema
    this.#references = new References(schema)
    this.#named = named
  }

  write(): string {
    const type = this.#write(this.#schema, 0, undefined)
    // One after the other: references may lead on and on.
    for (let declare = this.#waiting.shift(); declare !== undefined; declare = this.#waiting.shift()) declare()
    return type
  }

  /** Writes a type. `around` is the reference whose declaration this is, as long as no object or list is around it. */
  #write(schema: unknown, depth: number, around: string | undefined): string {
    if (schema === false) return 'never'
    if (!isMembers(schema) || depth > DEEPEST) return 'unknown'
    const parts = [
      this.#reference(schema, around),
      this.#values(schema),
      this.#all(schema.allOf, depth, around),
      this.#any(schema.anyOf, depth, around),
      this.#any(schema.oneOf, depth, around),
    ].filter((part) => part !== undefined && part !== 'unknown') as string[]
    // Values that are listed say more than their type.
    const own = schema.enum === undefined && schema.const === undefined ? this.#own(schema, depth) : undefined
    return join(own === undefined ? parts : [own, ...parts], ' & ')
  }

  #reference({ $ref }: Members, around: string | undefined): string | undefined {
    if (typeof $ref !== 'string') return undefined
    // A type that is itself, and nothing else, is none.
    if (around !== undefined && isCircular(this.#schema, $ref, around)) return undefined
    const target = targetOf(this.#schema, $ref)
    if (target === undefined) return undefined
    const { names, declarations, identifiers } = this.#named
    const key = this.#references.keyOf($ref)
    const known = names.get(key)
    if (known !== undefined) return known
    const name = identifiers.takeType($ref === '#' ? 'Value' : ($ref.split('/').at(-1) ?? ''))
    names.set(key, name)
    const comment = isMembers(target) ? writeComment(descriptionOf(target), '') : ''
    this.#waiting.push(() => declarations.push(`${comment}export type ${name} = ${this.#write(target, 0, $ref)}`))
    return name
  }

  #values(schema: Members): string | undefined {
    const values =
      'const' in schema ? [schema.const] : Array.isArray(schema.enum) ? (schema.enum as unknown[]) : undefined
    if (values === undefined) return undefined
    const literals = [...new Set(values.map((value) => literalOf(value, 0)))]
    if (literals.length <= MOST_VALUES) return join(literals, ' | ')
    return join([...new Set(values.map((value) => (value === null ? 'null' : kindOf(value))))], ' | ')
  }

  #all(schemas: unknown, depth: number, around: string | undefined): string | undefined {
    if (!Array.isArray(schemas)) return undefined
    const types = schemas.map((one) => this.#write(one, depth + 1, around)).filter((type) => type !== 'unknown')
    return types.length === 0 ? undefined : join([...new Set(types)], ' & ')
  }

  #any(schemas: unknown, depth: number, around: string | undefined): string | undefined {
    if (!Array.isArray(schemas) || schemas.length === 0) return undefined
    const types = [...new Set(schemas.map((one) => this.#write(one, depth + 1, around)))]
    return types.includes('unknown') ? undefined : join(types, ' | ')
  }

  /** The type that the schema says by itself. */
  #own(schema: Members, depth: number): string | undefined {
    const { type } = schema
    const types = typeof type === 'string' ? [type] : Array.isArray(type) ? (type as unknown[]) : impliedTypes(schema)
    const written = types.map((one) => this.#ofType(one, schema, depth))
    return written.length === 0 || written.includes('unknown') ? undefined : join([...new Set(written)], ' | ')
  }

  #ofType(type: unknown, schema: Members, depth: number): string {
    if (type === 'object') return this.#object(schema, depth)
    if (type === 'array') return this.#array(schema, depth)
    return typeof type === 'string' && Object.hasOwn(SCALARS, type) ? (SCALARS[type] as string) : 'unknown'
  }

  #object({ properties, required, additionalProperties, patternProperties }: Members, depth: number): string {
    const known = isMembers(properties) ? properties : {}
    const needed = new Set(Array.isArray(required) ? required.filter((one) => typeof one === 'string') : [])
    const members = Object.entries(known).map(([name, schema]) => this.#member(name, schema, needed.has(name), depth))
    for (const name of needed) if (!Object.hasOwn(known, name)) members.push(`  ${keyOf(name)}: unknown\n`)
    const isOpen = additionalProperties !== undefined && additionalProperties !== false
    if (members.length > 0) {
      // Further members may be of another type than the known ones.
      const rest = isOpen || isMembers(patternProperties) ? '  [key: string]: unknown\n' : ''
      return `{\n${members.join('')}${rest}}`
    }
    if (isMembers(patternProperties)) return '{ [key: string]: unknown }'
    if (additionalProperties === false) return '{ [key: string]: never }'
    return `{ [key: string]: ${this.#write(additionalProperties, depth + 1, undefined)} }`
  }

  #member(name: string, schema: unknown, isNeeded: boolean, depth: number): string {
    const type = this.#write(schema, depth + 1, undefined).replaceAll('\n', '\n  ')
    const comment = isMembers(schema) ? writeComment(descriptionOf(schema), '  ') : ''
    return `${comment}  ${keyOf(name)}${isNeeded ? '' : '?'}: ${type}\n`
  }

  #array({ prefixItems, items, minItems }: Members, depth: number): string {
    const item = this.#write(items, depth + 1, undefined)
    if (!Array.isArray(prefixItems) || prefixItems.length === 0) return items === false ? '[]' : `Array<${item}>`
    const needed = typeof minItems === 'number' ? minItems : 0
    const first = prefixItems.map((one, i) => {
      const type = this.#write(one, depth + 1, undefined)
      return i < needed ? type : `${/^\w+$/.test(type) ? type : `(${type})`}?`
    })
    return `[${[...first, ...(items === false ? [] : [`...Array<${item}>`])].join(', ')}]`
  }
}

/** The types of a schema without `type`, by the keywords that it has. */
function impliedTypes(schema: Members): readonly string[] {
  const hasObject = isMembers(schema.properties) || isMembers(schema.additionalProperties)
  return hasObject ? ['object'] : []
}

function descriptionOf({ description, deprecated }: Members): readonly string[] {
  const texts = typeof description === 'string' && description.trim() !== '' ? [description] : []
  return deprecated === true ? [...texts, '@deprecated'] : texts
}

/** Joins types. A union within an intersection stands in parentheses. */
function join(types: readonly string[], operator: ' | ' | ' & '): string {
  const [first] = types
  if (first === undefined) return 'unknown'
  const part = (type: string) => (operator === ' & ' && type.includes(' | ') ? `(${type})` : type)
  return types.length === 1 ? first : types.map(part).join(operator)
}

function keyOf(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)
}

/** The type of one value. */
function literalOf(value: unknown, depth: number): string {
  if (value === null || typeof value !== 'object') return JSON.stringify(value) ?? 'unknown'
  if (depth > DEEPEST) return 'unknown'
  if (Array.isArray(value)) return `[${value.map((one) => literalOf(one, depth + 1)).join(', ')}]`
  const members = Object.entries(value).map(([key, one]) => `${keyOf(key)}: ${literalOf(one, depth + 1)}`)
  return members.length === 0 ? '{ [key: string]: never }' : `{ ${members.join('; ')} }`
}

function kindOf(value: unknown): string {
  return typeof value === 'object' ? 'object' : typeof value
}
