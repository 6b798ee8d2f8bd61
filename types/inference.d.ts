// Inference: the TypeScript types of a tool's arguments and result, read from its definition at compile time.
import type { JsonType, StandardJsonSchema, ToolParameter } from './schema'

/**
 * A schema of the AI SDK: the value that its `jsonSchema<T>({ … })` returns.
 * @see [input schema](https://github.com/toolrack/toolrack/blob/main/docs/tools.md#input-schema)
 */
export interface AiSdkSchema<Value = any> {
  readonly jsonSchema: unknown
  readonly _type: Value
}

/**
 * The type of the arguments that a closure gets: they are validated, and default values are filled in.
 * @see [type inference](https://github.com/toolrack/toolrack/blob/main/docs/typescript.md#type-inference)
 */
export type ToolParams<Parameters, Schema> = ArgumentsType<Parameters, Schema, 'output'>

/**
 * The type of the arguments that a caller passes: arguments with a default value may be left out.
 * @see [type inference](https://github.com/toolrack/toolrack/blob/main/docs/typescript.md#type-inference)
 */
export type ToolInput<Parameters, Schema> = ArgumentsType<Parameters, Schema, 'input'>

/** The arguments before validation (`input`) or after it (`output`). */
type ArgumentsType<Parameters, Schema, Side extends 'input' | 'output'> = [Schema] extends [undefined]
  ? ParametersValue<Parameters, IsFilled<Side>>
  : Schema extends { readonly '~standard': infer Standard }
    ? StandardType<Standard, Side>
    : Schema extends AiSdkSchema<infer Value>
      ? Value
      : SchemaValue<Schema, Schema, IsFilled<Side>>
/** Whether default values are filled in. */
type IsFilled<Side> = Side extends 'output' ? true : false

/** The input or output type of a Standard Schema; `any` for one that has no types. */
type StandardType<Standard, Side extends 'input' | 'output'> = Standard extends { readonly types?: infer Types }
  ? NonNullable<Types> extends { readonly [Key in Side]: infer Value }
    ? Value
    : any
  : any

/**
 * The type of a call's result, from the type that the closure returns: promises are awaited, pieces of a stream joined.
 * @see [streaming](https://github.com/toolrack/toolrack/blob/main/docs/streaming.md)
 */
export type ToolResult<Returned> = CollectedResult<Awaited<Returned>>

type CollectedResult<Result> =
  Result extends AsyncGenerator<infer Piece, infer End>
    ? [End] extends [void]
      ? JoinedPieces<Piece>
      : End
    : Result extends AsyncIterable<infer Piece>
      ? JoinedPieces<Piece>
      : Result
type JoinedPieces<Piece> = [Piece] extends [string] ? string : Piece

/**
 * The compile-time checks of a definition. These do not compile: an unknown keyword, an unknown type, and `parameters`
 * together with `inputSchema`.
 */
export type CheckedSchema<Parameters, Schema> = [Schema] extends [undefined]
  ? { parameters?: CheckedParameters<Parameters> }
  : Schema extends StandardJsonSchema | AiSdkSchema
    ? { parameters?: never }
    : Schema extends { readonly '~standard': unknown }
      ? { parameters?: never; inputSchema?: StandardJsonSchema }
      : { parameters?: never; inputSchema?: CheckedJsonSchema<Schema> }

/** The same checks of `outputSchema`. */
export type CheckedOutput<Output> = [Output] extends [undefined]
  ? unknown
  : Output extends StandardJsonSchema | AiSdkSchema
    ? unknown
    : Output extends { readonly '~standard': unknown }
      ? { outputSchema?: StandardJsonSchema }
      : { outputSchema?: CheckedJsonSchema<Output> }

/**
 * What the closure of a tool may return, as its output schema says: the input of a Standard Schema, a value of a JSON
 * Schema; also as a promise, or in pieces, which are not checked.
 */
export type ReturnedValue<Output> = [Output] extends [undefined]
  ? unknown
  : OutputValue<Output> | PromiseLike<OutputValue<Output>> | AsyncIterable<unknown>

type OutputValue<Output> = Output extends { readonly '~standard': infer Standard }
  ? StandardType<Standard, 'input'>
  : Output extends AiSdkSchema<infer Value>
    ? Value
    : Constant<SchemaValue<Output, Output, false>>

/** The type of a call's result with an output schema: the output of a Standard Schema, or what the closure returns. */
export type OutputResult<Output, Returned> = [Output] extends [undefined]
  ? ToolResult<Returned>
  : Output extends { readonly '~standard': infer Standard }
    ? StandardType<Standard, 'output'>
    : Output extends AiSdkSchema<infer Value>
      ? Value
      : ToolResult<Returned>

type CheckedParameters<Parameters> = { readonly [Name in keyof Parameters]: CheckedParameter<Parameters[Name]> }
type CheckedParameter<Parameter> = {
  readonly [Keyword in keyof Parameter]: Keyword extends 'properties'
    ? CheckedParameters<Parameter[Keyword]>
    : Keyword extends 'items'
      ? CheckedParameter<Parameter[Keyword]>
      : Keyword extends 'type'
        ? CheckedType<Parameter[Keyword]>
        : Keyword extends keyof ToolParameter
          ? Parameter[Keyword]
          : never
}
type CheckedJsonSchema<Schema> = {
  readonly [Keyword in keyof Schema]: Keyword extends 'type'
    ? CheckedType<Schema[Keyword]>
    : Keyword extends 'properties' | '$defs'
      ? { readonly [Name in keyof Schema[Keyword]]: CheckedJsonSchema<Schema[Keyword][Name]> }
      : Keyword extends 'items'
        ? CheckedJsonSchema<Schema[Keyword]>
        : Schema[Keyword]
}
type CheckedType<Type> = Type extends readonly (infer Name)[] ? readonly CheckedName<Name>[] : CheckedName<Type>
/** A `string` that is not a literal type comes from a variable. It is checked when the tool is registered. */
type CheckedName<Name> = string extends Name ? Name : Name extends JsonType ? Name : JsonType

// Parameters: maps of `ToolParameter`. `Filled` is true for what the closure gets, false for what a caller gives.

/** The type of the arguments for a map of parameters. `any`: its names are not known at compile time. */
type ParametersValue<Parameters, Filled> = string extends keyof Parameters
  ? any
  : PropertiesOf<Parameters, PresentParameter<Parameters, Filled>, Filled>
type PropertiesOf<Parameters, Present, Filled> = Flat<
  { -readonly [Name in Present & keyof Parameters]: ParameterValue<Parameters[Name], Filled> } & {
    -readonly [Name in Exclude<keyof Parameters, Present>]?: ParameterValue<Parameters[Name], Filled>
  }
>
/** A parameter is required, except with `required: false` or with a default value, which the registry fills in. */
type PresentParameter<Parameters, Filled> = {
  [Name in keyof Parameters]: Parameters[Name] extends { readonly required: true }
    ? Name
    : Parameters[Name] extends { readonly default: unknown }
      ? Filled extends true
        ? Name
        : never
      : Parameters[Name] extends { readonly required: false }
        ? never
        : Name
}[keyof Parameters]
type ParameterValue<Parameter, Filled> = Parameter extends { readonly enum: unknown } | { readonly const: unknown }
  ? SchemaValue<Parameter, Parameter, Filled>
  : Parameter extends { readonly properties: infer Properties }
    ? | (Parameter extends { readonly required: readonly (infer Name)[] }
          ? PropertiesOf<Properties, Name, Filled>
          : ParametersValue<Properties, Filled>)
      | OtherTypes<Parameter>
    : Parameter extends { readonly type: 'array' | readonly string[]; readonly items: infer Items }
      ? ParameterValue<Items, false>[] | OtherTypes<Parameter>
      : SchemaValue<Parameter, Parameter, Filled>
/** The other types in a list of types: `null` of `type: ['object', 'null']`. */
type OtherTypes<Parameter> = Parameter extends { readonly type: readonly (infer Name)[] }
  ? TypeValue<Exclude<Name, 'object' | 'array'>, Parameter, Parameter, false>
  : never

// JSON Schema. `Root` is where `#/$defs/…` is looked up. Default values are filled in objects below `properties` alone.

/** The type of the values that a schema accepts. `unknown`: it has no type. `any`: the compiler does not know it. */
type SchemaValue<Schema, Root, Filled> = Schema extends true
  ? unknown
  : Schema extends false
    ? never
    : string extends keyof Schema
      ? any
      : Schema extends { readonly const: infer Value }
        ? Writable<Value>
        : Schema extends { readonly enum: readonly (infer Value)[] }
          ? Writable<Value>
          : Schema extends { readonly $ref: infer Reference }
            ? ReferenceValue<Reference, Root>
            : TypedValue<Schema, Root, Filled> & CombinedValue<Schema, Root>

type TypedValue<Schema, Root, Filled> = Schema extends { readonly type: infer Type }
  ? TypeValue<Type extends readonly (infer Name)[] ? Name : Type, Schema, Root, Filled>
  : unknown
type TypeValue<Name, Schema, Root, Filled> = string extends Name
  ? any
  : Name extends 'string'
    ? string
    : Name extends 'number' | 'integer'
      ? number
      : Name extends 'boolean'
        ? boolean
        : Name extends 'null'
          ? null
          : Name extends 'array'
            ? ArrayValue<Schema, Root>
            : Name extends 'object'
              ? ObjectValue<Schema, Root, Filled>
              : unknown

type ArrayValue<Schema, Root> = Schema extends { readonly prefixItems: infer First extends readonly unknown[] }
  ? [...{ -readonly [Index in keyof First]?: SchemaValue<First[Index], Root, false> }, ...RestItems<Schema, Root>]
  : RestItems<Schema, Root>
type RestItems<Schema, Root> = Schema extends { readonly items: infer Items }
  ? Items extends false
    ? []
    : SchemaValue<Items, Root, false>[]
  : unknown[]

type ObjectValue<Schema, Root, Filled> = Schema extends { readonly properties: infer Properties }
  ? Flat<
      {
        -readonly [Name in PresentProperty<Schema, Properties, Filled> & keyof Properties]: SchemaValue<
          Properties[Name],
          Root,
          Filled
        >
      } & {
        -readonly [Name in Exclude<keyof Properties, PresentProperty<Schema, Properties, Filled>>]?: SchemaValue<
          Properties[Name],
          Root,
          Filled
        >
      }
    >
  : Schema extends { readonly additionalProperties: infer Value }
    ? { [name: string]: SchemaValue<Value, Root, false> }
    : { [name: string]: unknown }
type PresentProperty<Schema, Properties, Filled> =
  | (Schema extends { readonly required: readonly (infer Name)[] }
      ? string extends Name
        ? never
        : Name & keyof Properties
      : never)
  | (Filled extends true ? WithDefault<Properties> : never)
type WithDefault<Properties> = {
  [Name in keyof Properties]: Properties[Name] extends { readonly default: unknown } ? Name : never
}[keyof Properties]

type CombinedValue<Schema, Root> = (Schema extends { readonly anyOf: readonly (infer Branch)[] }
  ? BranchValue<Branch, Root>
  : unknown) &
  (Schema extends { readonly oneOf: readonly (infer Branch)[] } ? BranchValue<Branch, Root> : unknown) &
  (Schema extends { readonly allOf: infer All } ? AllValue<All, Root> : unknown)
type BranchValue<Branch, Root> = Branch extends unknown ? SchemaValue<Branch, Root, false> : never
type AllValue<All, Root> = All extends readonly [infer First, ...infer Rest]
  ? SchemaValue<First, Root, false> & AllValue<Rest, Root>
  : unknown

type ReferenceValue<Reference, Root> = Reference extends '#'
  ? SchemaValue<Root, Root, false>
  : Reference extends `#/$defs/${infer Name}`
    ? Root extends { readonly $defs: infer Definitions }
      ? Name extends keyof Definitions
        ? SchemaValue<Definitions[Name], Root, false>
        : unknown
      : unknown
    : unknown

/** An intersection of object types as one object type, so that an editor shows its members. */
type Flat<Map> = Map extends unknown ? { [Key in keyof Map]: Map[Key] } : never
/** A type that takes constants (`as const`) and interfaces too: an interface has no index signature. */
type Constant<Value> = Value extends readonly unknown[]
  ? { readonly [Index in keyof Value]: Constant<Value[Index]> }
  : Value extends object
    ? string extends keyof Value
      ? object
      : { readonly [Key in keyof Value]: Constant<Value[Key]> }
    : Value
/** A type without the `readonly` that `const` type parameters add. */
type Writable<Value> = Value extends object ? { -readonly [Key in keyof Value]: Writable<Value[Key]> } : Value
