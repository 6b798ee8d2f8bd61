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
 * Schemas of Zod 4.2, ArkType 2.1.28 and later versions are such schemas. For Valibot, call `toStandardJsonSchema`
 * of `@valibot/to-json-schema`.
 * @see [Standard Schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#standard-schema)
 */
export interface StandardJsonSchema<Input = any, Output = Input> {
  /** The property that the Standard Schema specification defines. */
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly jsonSchema: { readonly input: (options: { readonly target: 'draft-2020-12' }) => Record<string, unknown> }
    /**
     * Validates the arguments of a call, after the JSON Schema; sync or async, within the timeout of the call.
     * The closure gets the output, which must be an object. Issues fail the call with `INVALID_PARAMS`.
     * A thrown error or no result is `TOOL_FAILED`.
     * @see [Standard Schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#standard-schema)
     */
    readonly validate?: (value: unknown) => unknown
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** The names of JSON types in a JSON Schema. */
export type JsonType = 'string' | 'number' | 'integer' | 'boolean' | 'null' | 'array' | 'object'

/** The name of a JSON type. A `string` from a variable is checked when the tool is registered. */
type TypeWord = JsonType | (string & {})

/** A JSON Schema inside a parameter. Its `required` is a list, as in JSON Schema. */
type Subschema = boolean | JsonSchema

/**
 * One argument of a tool, as a JSON Schema of dialect 2020-12 with a boolean `required`.
 * Other keywords are `INVALID_DEFINITION`.
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
   * Whether a call must have the argument. A list is the keyword `required` of JSON Schema: the names of properties.
   * @default true, or false for an argument with a `default`
   */
  readonly required?: boolean | readonly string[]
  /** The default value: the closure gets it if a call leaves the argument out. */
  readonly default?: unknown
  /** The allowed values. */
  readonly enum?: readonly unknown[]
  /** The only allowed value. */
  readonly const?: unknown
  /** A regular expression (ECMA-262) that a string has to match. */
  readonly pattern?: string
  /** The format of a string, such as `date-time` or `email`. */
  readonly format?: string
  /** The minimum of a number. */
  readonly minimum?: number
  /** The maximum of a number. */
  readonly maximum?: number
  /** A number that the value must be greater than. */
  readonly exclusiveMinimum?: number
  /** A number that the value must be less than. */
  readonly exclusiveMaximum?: number
  /** The value must be a multiple of this number. */
  readonly multipleOf?: number
  /** The minimum length of a string, in characters. */
  readonly minLength?: number
  /** The maximum length of a string, in characters. */
  readonly maxLength?: number
  /** The schema of the items of an array. */
  readonly items?: ToolParameter
  /** The schemas of the first items of an array, by position. */
  readonly prefixItems?: readonly Subschema[]
  /** The minimum number of items. */
  readonly minItems?: number
  /** The maximum number of items. */
  readonly maxItems?: number
  /** Whether all items must be different. */
  readonly uniqueItems?: boolean
  /** A schema that at least one item must match. */
  readonly contains?: Subschema
  /** The minimum number of items that match `contains`. */
  readonly minContains?: number
  /** The maximum number of items that match `contains`. */
  readonly maxContains?: number
  /** The properties of an object: a map of parameters. */
  readonly properties?: ToolParameters
  /** The schema of all other properties. `false`: no other properties are allowed. */
  readonly additionalProperties?: Subschema
  /** The schemas of properties whose names match a regular expression. */
  readonly patternProperties?: { readonly [pattern: string]: Subschema }
  /** A schema that the names of properties must match. */
  readonly propertyNames?: Subschema
  /** The minimum number of properties. */
  readonly minProperties?: number
  /** The maximum number of properties. */
  readonly maxProperties?: number
  /** For a property: the other properties that must then be present too. */
  readonly dependentRequired?: { readonly [name: string]: readonly string[] }
  /** For a property: a schema that the object must match if it has the property. */
  readonly dependentSchemas?: { readonly [name: string]: Subschema }
  /** Schemas of which at least one must match. */
  readonly anyOf?: readonly Subschema[]
  /** Schemas of which exactly one must match. */
  readonly oneOf?: readonly Subschema[]
  /** Schemas that must all match. */
  readonly allOf?: readonly Subschema[]
  /** A schema that must not match. */
  readonly not?: Subschema
  /** A schema: if the value matches it, `then` applies, else `else`. */
  readonly if?: Subschema
  /** The schema for values that match `if`. */
  readonly then?: Subschema
  /** The schema for values that do not match `if`. */
  readonly else?: Subschema
  /** The schema of items that no other keyword has evaluated. */
  readonly unevaluatedItems?: Subschema
  /** The schema of properties that no other keyword has evaluated. */
  readonly unevaluatedProperties?: Subschema
  /** The encoding of bytes in a string, such as `base64`. */
  readonly contentEncoding?: string
  /** The media type of the content of a string, such as `application/json`. */
  readonly contentMediaType?: string
  /** The schema of the content of a string. */
  readonly contentSchema?: Subschema
  /** Example values. */
  readonly examples?: readonly unknown[]
  /** Whether the argument is deprecated. */
  readonly deprecated?: boolean
  /** Whether only the server sets the value. */
  readonly readOnly?: boolean
  /** Whether only the caller sets the value, and no response has it. */
  readonly writeOnly?: boolean
  /** A reference to a schema in `$defs` of the parameter: `#/$defs/NAME`. */
  readonly $ref?: string
  /** Schemas that `$ref` can name. */
  readonly $defs?: { readonly [name: string]: Subschema }
  /** A comment for developers. */
  readonly $comment?: string
}

/** The arguments of a tool, by name. */
export interface ToolParameters {
  readonly [name: string]: ToolParameter
}
