// Zod 3 schema: the JSON Schema of what a schema of Zod 3 accepts, which says none by itself.

import type { JsonSchema, Problem } from '../../index'
import { escaped } from '../border/json-pointer'
import { libraryOf } from './standard-schema'
import type { Guard, ReadSchema } from './standard-schema'
import { unrepresentableType } from './unrepresentable'
import { arrayLimits, coerced, numberLimits, stringLimits, valuesOfEnum } from './zod3-checks'
import type { Zod3Check } from './zod3-checks'

/** Limits of nesting, and of schemas in one schema. */
const DEEPEST = 100
const MOST_SCHEMAS = 100_000

/** Types that accept nothing. */
const OPTIONAL: readonly string[] = Object.freeze([
  'ZodOptional',
  'ZodDefault',
  'ZodCatch',
  'ZodAny',
  'ZodUnknown',
  'ZodUndefined',
])

/** The internals of a schema of Zod 3. */
interface Zod3Def {
  readonly typeName: string
  readonly description?: unknown
  readonly checks?: readonly Zod3Check[]
  readonly type?: Zod3Schema
  readonly innerType?: Zod3Schema
  readonly schema?: Zod3Schema
  readonly in?: Zod3Schema
  readonly getter?: () => Zod3Schema
  readonly shape?: () => Record<string, Zod3Schema>
  readonly unknownKeys?: string
  readonly catchall?: Zod3Schema
  readonly valueType?: Zod3Schema
  readonly keyType?: Zod3Schema
  readonly items?: readonly Zod3Schema[]
  readonly rest?: Zod3Schema | null
  readonly options?: Iterable<Zod3Schema>
  readonly left?: Zod3Schema
  readonly right?: Zod3Schema
  readonly value?: unknown
  readonly values?: readonly unknown[] | Readonly<Record<string, unknown>>
  readonly defaultValue?: () => unknown
  readonly coerce?: unknown
  readonly effect?: { readonly type?: unknown }
}

interface Zod3Schema {
  readonly _def: Zod3Def
  readonly '~standard'?: { readonly validate?: unknown }
  readonly safeParse?: (value: unknown) => { success: boolean; data?: unknown; error?: { issues: unknown } }
}

/** Reads a schema of Zod 3; undefined for another one. `at` is the pointer of the schema. */
export function readZod3(schema: object, at: string, keepsDefaults = false): ReadSchema | undefined {
  if (libraryOf(schema) !== 'zod' || '_zod' in schema || !isZod3(schema)) return undefined
  const conversion = new Zod3Conversion(schema, at, keepsDefaults)
  const { json, problems } = conversion.convertAll()
  return problems.length > 0 ? { problems } : { schema: json, guard: guardOf(schema), problems }
}

function isZod3(schema: object): schema is Zod3Schema {
  return typeof (schema as Partial<Zod3Schema>)._def?.typeName === 'string'
}

/** Its validation as that of a Standard Schema, which Zod has since 3.24. */
function guardOf(schema: Zod3Schema): Guard {
  const validate = schema['~standard']?.validate
  if (typeof validate === 'function')
    return { vendor: 'zod', validate: (value) => (validate as Guard['validate']).call(schema['~standard'], value) }
  return {
    vendor: 'zod',
    validate: (value) => {
      const result = schema.safeParse?.(value)
      return result?.success === false ? { issues: result.error?.issues } : { value: result?.data }
    },
  }
}

/** What is accepted is converted: the inner side of defaults, transforms and pipes. */
class Zod3Conversion {
  readonly #root: Zod3Schema
  readonly #at: string
  /** Whether nothing but the JSON Schema fills in the defaults. */
  readonly #keepsDefaults: boolean
  readonly #problems: Problem[] = []
  /** The functions of `z.lazy`, which may lead back to where they stand, with the names of their schemas. */
  readonly #named = new Map<unknown, string>()
  readonly #definitions: [string, JsonSchema][] = []
  /** Which schemas accept nothing; those of `z.lazy` by their functions, which may make new ones without an end. */
  readonly #missing = new Map<unknown, boolean>()
  #left = MOST_SCHEMAS

  constructor(root: Zod3Schema, at: string, keepsDefaults: boolean) {
    this.#root = root
    this.#at = at
    this.#keepsDefaults = keepsDefaults
  }

  convertAll(): { json: JsonSchema; problems: Problem[] } {
    const json = this.#convert(this.#root, this.#at, 0)
    const $defs = Object.fromEntries(this.#definitions)
    return { json: this.#definitions.length === 0 ? json : { ...json, $defs }, problems: this.#problems }
  }

  #convert(schema: Zod3Schema | undefined, at: string, depth: number): JsonSchema {
    if (schema === undefined) return {}
    if (depth > DEEPEST || --this.#left < 0) return this.#refuse(at, 'is nested too deep, or has too many parts')
    const { _def: def } = schema
    const json = this.#convertType(def, at, depth)
    return typeof def.description === 'string' ? { ...json, description: def.description } : json
  }

  #convertType(def: Zod3Def, at: string, depth: number): JsonSchema {
    const inner = (of: Zod3Schema | undefined): JsonSchema => this.#convert(of, at, depth + 1)
    switch (def.typeName) {
      case 'ZodString':
        return coerced(def, 'number', { type: 'string', ...stringLimits(def.checks ?? []) })
      case 'ZodNumber':
        return coerced(def, 'string', numberLimits(def.checks ?? []))
      case 'ZodBoolean':
        return { type: 'boolean' }
      case 'ZodNull':
        return { type: 'null' }
      case 'ZodAny':
      case 'ZodUnknown':
        return {}
      case 'ZodNever':
        return { not: {} }
      case 'ZodLiteral':
        return def.value === undefined ? { not: {} } : this.#literal(def.value, at)
      case 'ZodEnum':
        return { type: 'string', enum: [...(def.values as readonly unknown[])] }
      case 'ZodNativeEnum':
        return { enum: valuesOfEnum(def.values as Readonly<Record<string, unknown>>) }
      case 'ZodOptional':
      case 'ZodReadonly':
      case 'ZodCatch':
        return inner(def.innerType)
      case 'ZodBranded':
        return inner(def.type)
      case 'ZodEffects':
        return inner(def.schema)
      case 'ZodPipeline':
        return inner(def.in)
      case 'ZodNullable':
        return orNull(inner(def.innerType))
      case 'ZodDefault':
        return { ...inner(def.innerType), ...(this.#keepsDefaults && defaultOf(def)) }
      case 'ZodLazy':
        return this.#reference(def, at, depth)
      case 'ZodDate':
        return def.coerce === true ? { type: 'string', format: 'date-time' } : this.#refuseType(def, at)
      default:
        return this.#convertParts(def, at, depth)
    }
  }

  /** Converts a type that consists of others. */
  #convertParts(def: Zod3Def, at: string, depth: number): JsonSchema {
    const part = (of: Zod3Schema | undefined, below: string): JsonSchema =>
      this.#convert(of, `${at}/${below}`, depth + 1)
    switch (def.typeName) {
      case 'ZodObject':
        return this.#object(def, at, depth)
      case 'ZodArray':
        return { type: 'array', items: part(def.type, 'items'), ...arrayLimits(def) }
      case 'ZodTuple':
        return {
          type: 'array',
          prefixItems: (def.items ?? []).map((item, i) => part(item, `prefixItems/${i}`)),
          minItems: def.items?.length ?? 0,
          items: def.rest == null ? false : part(def.rest, 'items'),
        }
      case 'ZodRecord': {
        const names = part(def.keyType, 'propertyNames')
        const hasNames = Object.keys(names).some((key) => key !== 'type' && key !== 'description')
        const values = part(def.valueType, 'additionalProperties')
        return { type: 'object', additionalProperties: values, ...(hasNames && { propertyNames: names }) }
      }
      case 'ZodUnion':
      case 'ZodDiscriminatedUnion':
        return { anyOf: [...(def.options ?? [])].map((option, i) => part(option, `anyOf/${i}`)) }
      case 'ZodIntersection':
        return { allOf: [part(def.left, 'allOf/0'), part(def.right, 'allOf/1')] }
      default:
        return this.#refuseType(def, at)
    }
  }

  #object(def: Zod3Def, at: string, depth: number): JsonSchema {
    const members = Object.entries(def.shape?.() ?? {})
    const properties = members.map(([name, member]): [string, JsonSchema] => [
      name,
      this.#convert(member, `${at}/properties/${escaped(name)}`, depth + 1),
    ])
    const required = members.filter(([, member]) => !this.#mayBeMissing(member)).map(([name]) => name)
    return {
      type: 'object',
      properties: Object.fromEntries(properties),
      ...(required.length > 0 && { required }),
      ...this.#others(def, at, depth),
    }
  }

  /** What members an object has beside its own. */
  #others({ catchall, unknownKeys }: Zod3Def, at: string, depth: number): JsonSchema {
    if (catchall !== undefined && catchall._def.typeName !== 'ZodNever')
      return { additionalProperties: this.#convert(catchall, `${at}/additionalProperties`, depth + 1) }
    return unknownKeys === 'strict' ? { additionalProperties: false } : {}
  }

  /** Whether a member may be left out. Nothing is validated for it: that would run code of the schema. */
  #mayBeMissing(schema: Zod3Schema | undefined): boolean {
    if (schema === undefined) return false
    const key = schema._def.getter ?? schema
    const known = this.#missing.get(key)
    if (known !== undefined) return known
    // A schema that holds itself asks again before it is known.
    this.#missing.set(key, false)
    const mayBeMissing = this.#isOptional(schema._def)
    this.#missing.set(key, mayBeMissing)
    return mayBeMissing
  }

  #isOptional(def: Zod3Def): boolean {
    if (OPTIONAL.includes(def.typeName)) return true
    switch (def.typeName) {
      case 'ZodNullable':
      case 'ZodReadonly':
        return this.#mayBeMissing(def.innerType)
      case 'ZodBranded':
        return this.#mayBeMissing(def.type)
      case 'ZodEffects':
        // What comes before the validation may fill in what is missing.
        return def.effect?.type === 'preprocess' || this.#mayBeMissing(def.schema)
      case 'ZodLazy':
        return this.#mayBeMissing(def.getter?.())
      case 'ZodPipeline':
        return this.#mayBeMissing(def.in)
      case 'ZodUnion':
        return [...(def.options ?? [])].some((option) => this.#mayBeMissing(option))
      default:
        return false
    }
  }

  #literal(value: unknown, at: string): JsonSchema {
    if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean')
      return { const: value }
    return this.#refuse(at, unrepresentableType('zod 3', typeof value))
  }

  /** A schema behind `z.lazy` is converted once, and referred to. */
  #reference(def: Zod3Def, at: string, depth: number): JsonSchema {
    const schema = def.getter?.()
    if (schema === undefined || schema === this.#root) return { $ref: '#' }
    let name = this.#named.get(def.getter)
    if (name === undefined) {
      name = `lazy${this.#named.size + 1}`
      this.#named.set(def.getter, name)
      this.#definitions.push([name, this.#convert(schema, at, depth + 1)])
    }
    return { $ref: `#/$defs/${name}` }
  }

  #refuseType({ typeName }: Zod3Def, at: string): JsonSchema {
    return this.#refuse(at, unrepresentableType('zod 3', typeName.replace(/^Zod/, '').toLowerCase()))
  }

  #refuse(pointer: string, message: string): JsonSchema {
    this.#problems.push({ pointer, message })
    return {}
  }
}

function orNull(schema: JsonSchema): JsonSchema {
  const { type, enum: values } = schema
  return typeof type === 'string' && values === undefined && !('const' in schema)
    ? { ...schema, type: [type, 'null'] }
    : { anyOf: [schema, { type: 'null' }] }
}

/** The default, where two readings of it are the same plain data: that of a function that counts is none. */
function defaultOf({ defaultValue }: Zod3Def): JsonSchema {
  try {
    const [text, again] = [JSON.stringify(defaultValue?.()), JSON.stringify(defaultValue?.())]
    return text !== undefined && text === again ? { default: JSON.parse(text) } : {}
  } catch {
    return {}
  }
}
