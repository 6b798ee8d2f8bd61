// Schemas: JSON values, JSON Schema, and schemas of libraries.

/** A JSON value. */
export type Json = null | boolean | number | string | Json[] | { [key: string]: Json }

/** A JSON Schema of dialect 2020-12. */
export type JsonSchema = { [keyword: string]: unknown }

/** A JSON Schema of an object. */
export interface ObjectSchema {
  type: 'object'
  properties?: unknown
  required?: string[]
  [keyword: string]: unknown
}

/**
 * A Standard Schema with a JSON Schema (`StandardJSONSchemaV1`, standardschema.dev).
 * Zod 4.2, ArkType 2.1.28 and later versions have one.
 * Valibot gets one by `toStandardJsonSchema` of `@valibot/to-json-schema`.
 * @see [Standard Schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#standard-schema)
 */
export interface StandardJsonSchema<Input = any, Output = Input> {
  /** The interface of Standard Schema. */
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly jsonSchema: { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> }
    /**
     * Validates the arguments of a call after the JSON Schema did; sync or async, within the call's deadline.
     * The closure gets its output, which is an object. Issues fail the call with `INVALID_PARAMS`.
     * A thrown error or a missing answer is `TOOL_FAILED`.
     * @see [Standard Schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#standard-schema)
     */
    readonly validate?: (value: unknown) => unknown
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The type names of JSON Schema. */
export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

/** A type name. A `string` from a variable is checked when the tool is registered. */
type TypeWord = JsonType | (string & {})

/** A JSON Schema below a parameter, where `required` is a list. */
type Subschema = boolean | JsonSchema

/**
 * One argument of a tool: the keywords of JSON Schema 2020-12, with a boolean `required`. Other keywords are refused.
 * @see [parameters](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#parameters)
 */
export interface ToolParameter {
  /** The JSON type, or a list of types. */
  readonly type?: TypeWord | readonly TypeWord[]
  /** The description for the model. */
  readonly description?: string
  /** The title for people. */
  readonly title?: string
  /**
   * Whether every call has the argument. A list is the keyword `required` of JSON Schema, over the properties.
   * @default true, or false for an argument with a `default`
   */
  readonly required?: boolean | readonly string[]
  /** The value of a call that leaves the argument out. */
  readonly default?: unknown
  /** The allowed values. */
  readonly enum?: readonly unknown[]
  /** The only allowed value. */
  readonly const?: unknown
  /** A regular expression (ECMA-262) that a string has to match. */
  readonly pattern?: string
  /** The format of a string, such as `date-time`. */
  readonly format?: string
  /** The least number. */
  readonly minimum?: number
  /** The greatest number. */
  readonly maximum?: number
  /** A number that the value must be above. */
  readonly exclusiveMinimum?: number
  /** A number that the value must be below. */
  readonly exclusiveMaximum?: number
  /** A number that divides the value. */
  readonly multipleOf?: number
  /** The least length of a string, in characters. */
  readonly minLength?: number
  /** The greatest length of a string, in characters. */
  readonly maxLength?: number
  /** The items of an array. */
  readonly items?: ToolParameter
  /** The first items of an array, by position. */
  readonly prefixItems?: readonly Subschema[]
  /** The least number of items. */
  readonly minItems?: number
  /** The greatest number of items. */
  readonly maxItems?: number
  /** Whether all items differ. */
  readonly uniqueItems?: boolean
  /** A schema that some item has to match. */
  readonly contains?: Subschema
  /** The least number of items that match `contains`. */
  readonly minContains?: number
  /** The greatest number of items that match `contains`. */
  readonly maxContains?: number
  /** The properties of an object: a map of parameters. */
  readonly properties?: ToolParameters
  /** The schema of other properties, or whether there may be any. */
  readonly additionalProperties?: Subschema
  /** The schemas of properties by a regular expression over their names. */
  readonly patternProperties?: { readonly [pattern: string]: Subschema }
  /** The schema of the names of properties. */
  readonly propertyNames?: Subschema
  /** The least number of properties. */
  readonly minProperties?: number
  /** The greatest number of properties. */
  readonly maxProperties?: number
  /** Properties that need others, by name. */
  readonly dependentRequired?: { readonly [name: string]: readonly string[] }
  /** The schemas of the whole object, by a property that it has. */
  readonly dependentSchemas?: { readonly [name: string]: Subschema }
  /** The schemas of which one at least has to match. */
  readonly anyOf?: readonly Subschema[]
  /** The schemas of which exactly one has to match. */
  readonly oneOf?: readonly Subschema[]
  /** The schemas that all have to match. */
  readonly allOf?: readonly Subschema[]
  /** A schema that must not match. */
  readonly not?: Subschema
  /** A schema that selects `then` or `else`. */
  readonly if?: Subschema
  /** The schema of values that match `if`. */
  readonly then?: Subschema
  /** The schema of values that do not match `if`. */
  readonly else?: Subschema
  /** The schema of items that no other keyword covers. */
  readonly unevaluatedItems?: Subschema
  /** The schema of properties that no other keyword covers. */
  readonly unevaluatedProperties?: Subschema
  /** The encoding of a string with bytes, such as `base64`. */
  readonly contentEncoding?: string
  /** The media type of a string with a document. */
  readonly contentMediaType?: string
  /** The schema of a document in a string. */
  readonly contentSchema?: Subschema
  /** Example values. */
  readonly examples?: readonly unknown[]
  /** Whether the argument is deprecated. */
  readonly deprecated?: boolean
  /** Whether only the API writes the value. */
  readonly readOnly?: boolean
  /** Whether only the caller writes the value. */
  readonly writeOnly?: boolean
  /** A reference to a schema in `$defs` of the parameter. */
  readonly $ref?: string
  /** Schemas for `$ref`. */
  readonly $defs?: { readonly [name: string]: Subschema }
  /** A remark for maintainers. */
  readonly $comment?: string
}

/** The arguments of a tool by name. */
export interface ToolParameters {
  readonly [name: string]: ToolParameter
}
