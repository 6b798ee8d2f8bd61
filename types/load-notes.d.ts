// Notes of a load report: the differences between the tools and the document.

/**
 * A note: a place where the tools differ from the document. A difference of spelling only (`nullable`) makes no note.
 * @see [notes](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#notes)
 */
export interface LoadNote {
  /** The code of the note, for programs. */
  code: NoteCode
  /** The effect on the accepted values: the same, more, fewer, or the same values in another form. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** The place in the document, as a JSON pointer. In another file, the file name stands before it. */
  pointer: string
  /** A description of the difference, for people to read. */
  message: string
  /** The names of the tools with the difference. Empty if the note is about the whole document. */
  tools: string[]
}

/**
 * The codes of notes, each with its meaning.
 * @see [notes](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#notes)
 */
export type NoteCode =
  /** An argument has a suffix, because another parameter has the same name. */
  | 'ARG_SUFFIXED'
  /** A security scheme has no credential; calls of its tools are `AUTH_FAILED`. Set `auth`, or `auth: false`. */
  | 'AUTH_NOT_CONFIGURED'
  /** `auth` has a credential for a scheme that the document does not declare. */
  | 'AUTH_UNUSED'
  /** A body is declared among the parameters, as in Swagger 2.0. It is read as the body. */
  | 'BODY_IN_PARAMETERS'
  /** The media type of a body is invalid. The body is sent with the type that was probably meant, or as JSON. */
  | 'BODY_MEDIA_TYPE_REPLACED'
  /** Another media type of the body has a different schema. The body is sent with the chosen media type. */
  | 'BODY_MEDIA_TYPE_UNUSED'
  /** A body without a media type cannot be sent. */
  | 'BODY_WITHOUT_MEDIA_TYPE'
  /** The body is one argument, because its properties collide with the parameters. */
  | 'BODY_WHOLE'
  /** A body that is not JSON is one string. */
  | 'BODY_AS_TEXT'
  /** An argument has the name of a context key, such as `userId`. */
  | 'CONTEXT_KEY_IS_ARGUMENT'
  /** A `default` that its own schema does not accept is removed. */
  | 'DEFAULT_DROPPED'
  /** A key occurs twice in a map. The last value is used. */
  | 'DUPLICATE_KEY'
  /** A value under `x-toolrack` is invalid, or a document may not set it. */
  | 'EXTENSION_IGNORED'
  /** A long example is removed from the schema. */
  | 'EXAMPLE_DROPPED'
  /**
   * A text, name or value has hidden Unicode characters. The option `document.hiddenUnicode` keeps or removes them.
   */
  | 'HIDDEN_UNICODE'
  /** A keyword with an invalid value is removed. */
  | 'KEYWORD_DROPPED'
  /** The document has only schemas or webhooks, so it makes no tools. */
  | 'NO_PATHS'
  /** The document or an operation has no usable server URL. Calls need the option `baseUrl`. */
  | 'NO_SERVER'
  /** A number beyond 64 bits is rounded, or removed if it is infinite. */
  | 'NUMBER_ROUNDED'
  /** Bytes are passed as a base64 string. */
  | 'OAS_BINARY'
  /** The discriminator property of a union names its branch. In a request it is required. */
  | 'OAS_DISCRIMINATOR_APPLIED'
  /** A header that the HTTP client sets itself is no argument. */
  | 'OAS_HEADER_IGNORED'
  /** `nullable` is applied, although the dialect of the schema does not have this keyword. */
  | 'OAS31_NULLABLE'
  /** `nullable` beside an enum without null is applied: null is accepted. */
  | 'OAS_NULLABLE_ENUM'
  /** `nullable` beside a union or a reference is applied: null is accepted. */
  | 'OAS_NULLABLE_NO_TYPE'
  /** A read-only property is removed from the request. */
  | 'OAS_READONLY_REMOVED'
  /** A write-only property is removed from the response. */
  | 'OAS_WRITEONLY_REMOVED'
  /** A webhook is a request that the API sends, so it makes no tool. */
  | 'OAS_WEBHOOK_SKIPPED'
  /** `x-nullable`, a vendor extension, is applied. */
  | 'OAS_X_NULLABLE'
  /**
   * A tool has no output schema, although its operation documents JSON: the schema is over `limits.outputTokens`, has a
   * reference that leads nowhere or names with hidden characters, or a success response may be something else than JSON.
   */
  | 'OUTPUT_SCHEMA_DROPPED'
  /** An output schema over `limits.outputTokens` has no descriptions and examples. */
  | 'OUTPUT_SCHEMA_SHORTENED'
  /** A tool of a framework has an output schema that its framework does not check, or that says no JSON Schema. */
  | 'OUTPUT_SCHEMA_UNUSED'
  /** An action of an overlay changes nothing in the document. */
  | 'OVERLAY_UNUSED'
  /** An override matches no operation, argument or tool. */
  | 'OVERRIDE_UNUSED'
  /** An override or the document fixes the value of an argument. The model does not see it. */
  | 'PARAMETER_FIXED'
  /** An override or the document leaves out an argument. The model does not see it. */
  | 'PARAMETER_HIDDEN'
  /** A parameter is declared twice. The first declaration is used. */
  | 'PARAMETER_TWICE'
  /** A parameter without a name or location, or one that conflicts with another, is removed. */
  | 'PARAMETER_UNUSABLE'
  /** A path has a fragment (`#…`), which HTTP never sends. It is removed. */
  | 'PATH_FRAGMENT_DROPPED'
  /** A path parameter has no placeholder in the path. It is removed. */
  | 'PATH_PARAMETER_DROPPED'
  /** A path without a leading `/` gets one. */
  | 'PATH_SLASH_ADDED'
  /** A path with several leading `/` keeps one. */
  | 'PATH_SLASHES_DROPPED'
  /** A `pattern` that is not a regular expression of ECMA-262 is removed. */
  | 'PATTERN_DROPPED'
  /** A placeholder of a path has no declared parameter. It accepts any string. */
  | 'PATH_VARIABLE_UNDECLARED'
  /** A reference cannot be resolved. Any value is accepted there. */
  | 'REF_OPENED'
  /** Keywords beside the `$ref` of an operation are ignored. */
  | 'REF_SIBLINGS_DROPPED'
  /** The server URL has a variable without a value. Calls need the option `baseUrl`. */
  | 'SERVER_UNUSABLE'
  /** A value that is not a schema is replaced by a schema that accepts any value. */
  | 'SCHEMA_REPLACED'
  /** A selection of `include` or `exclude` matches no operation, or no tool of an MCP server. */
  | 'SELECTION_UNUSED'
  /** A `style` that the location of the parameter does not allow is replaced by the default. */
  | 'STYLE_REPLACED'
  /** The items of a list are separated by tabs (`collectionFormat: tsv`), for which OpenAPI 3 has no style. */
  | 'SWAGGER_TSV_NO_OAS3_STYLE'
  /** The definition of a tool, or all of them together, exceed the token budget. */
  | 'TOKENS_OVER_BUDGET'
  /** An argument of a `toolSpec` has no type. It is a string. */
  | 'TYPE_FILLED_IN'
