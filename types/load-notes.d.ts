// Notes of a load report: what tools express differently from the document.

/**
 * A note: something that tools express differently from the document. Mere spelling (`nullable`) gives none.
 * @see [notes](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#notes)
 */
export interface LoadNote {
  /** The code. */
  code: NoteCode
  /** The effect on the accepted values: the same, more, fewer, or the same in another form. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** The place in the document, as a JSON pointer; after the file name if it is another file. */
  pointer: string
  /** The difference, for people. */
  message: string
  /** The tools that it is about; none if it is about the document. */
  tools: string[]
}

/**
 * The codes of notes.
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
  /** The media type of a body is invalid. The body is sent as the likely type, or as JSON. */
  | 'BODY_MEDIA_TYPE_REPLACED'
  /** Another media type of the body has a schema of its own. The body is sent with the chosen one. */
  | 'BODY_MEDIA_TYPE_UNUSED'
  /** A body without a media type cannot be sent. */
  | 'BODY_WITHOUT_MEDIA_TYPE'
  /** The body is one argument, because its properties collide with the parameters. */
  | 'BODY_WHOLE'
  /** A body that is not JSON is one string. */
  | 'BODY_AS_TEXT'
  /** An argument has the name of a context key, such as `userId`. */
  | 'CONTEXT_KEY_IS_ARGUMENT'
  /** A default that its own schema refuses is removed. */
  | 'DEFAULT_DROPPED'
  /** A key occurs twice in a map. The last value counts. */
  | 'DUPLICATE_KEY'
  /** A value under `x-toolrack` is invalid, or a document may not set it. */
  | 'EXTENSION_IGNORED'
  /** A long example is removed. */
  | 'EXAMPLE_DROPPED'
  /** A text, name or value has hidden Unicode characters; `document.hiddenUnicode` says what happens to them. */
  | 'HIDDEN_UNICODE'
  /** A keyword with an invalid value is removed. */
  | 'KEYWORD_DROPPED'
  /** The document has only definitions or webhooks, and gives no tools. */
  | 'NO_PATHS'
  /** The document names no server, or an operation names an unusable one. Calls need `baseUrl`. */
  | 'NO_SERVER'
  /** A number beyond 64 bits is rounded, or removed if it is infinite. */
  | 'NUMBER_ROUNDED'
  /** Bytes are passed as base64. */
  | 'OAS_BINARY'
  /** The discriminator property of a union is required and names its branch. */
  | 'OAS_DISCRIMINATOR_APPLIED'
  /** A header that the HTTP client sets is no argument. */
  | 'OAS_HEADER_IGNORED'
  /** `nullable` counts in a dialect without this keyword. */
  | 'OAS31_NULLABLE'
  /** Null is accepted although the enum does not list it. */
  | 'OAS_NULLABLE_ENUM'
  /** Null is accepted beside a union or a reference. */
  | 'OAS_NULLABLE_NO_TYPE'
  /** A read-only property is removed from the request. */
  | 'OAS_READONLY_REMOVED'
  /** A write-only property is removed from the response. */
  | 'OAS_WRITEONLY_REMOVED'
  /** A webhook is a request of the API and gives no tool. */
  | 'OAS_WEBHOOK_SKIPPED'
  /** `x-nullable`, a vendor extension, counts. */
  | 'OAS_X_NULLABLE'
  /** An action of an overlay changes nothing in the document. */
  | 'OUTPUT_SCHEMA_UNUSED'
  | 'OVERLAY_UNUSED'
  /** An override matches no operation or argument. */
  | 'OVERRIDE_UNUSED'
  /** An override or the document fixes the value of an argument. The model does not see it. */
  | 'PARAMETER_FIXED'
  /** An override or the document leaves out an argument. The model does not see it. */
  | 'PARAMETER_HIDDEN'
  /** A parameter is declared twice. The first declaration counts. */
  | 'PARAMETER_TWICE'
  /** A parameter without a name or location, or one that conflicts with another, is removed. */
  | 'PARAMETER_UNUSABLE'
  /** A fragment of a path is never sent and is removed. */
  | 'PATH_FRAGMENT_DROPPED'
  /** A path parameter has no placeholder in the path. */
  | 'PATH_PARAMETER_DROPPED'
  /** A path without a leading `/` gets one. */
  | 'PATH_SLASH_ADDED'
  /** A path with several leading `/` keeps one. */
  | 'PATH_SLASHES_DROPPED'
  /** A pattern that is no ECMA-262 regular expression is removed. */
  | 'PATTERN_DROPPED'
  /** A placeholder of a path has no declared parameter. It accepts any string. */
  | 'PATH_VARIABLE_UNDECLARED'
  /** A reference cannot be resolved. Any value is accepted there. */
  | 'REF_OPENED'
  /** Keywords beside the reference of an operation are ignored. */
  | 'REF_SIBLINGS_DROPPED'
  /** The server URL has a variable without a value. */
  | 'SERVER_UNUSABLE'
  /** A value that is no schema is replaced by one that accepts anything. */
  | 'SCHEMA_REPLACED'
  /** A selection of `include` or `exclude` matches no operation. */
  | 'SELECTION_UNUSED'
  /** A style that the parameter's location does not allow is replaced by the default. */
  | 'STYLE_REPLACED'
  /** Items are separated by tabs, for which OpenAPI 3 has no style. */
  | 'SWAGGER_TSV_NO_OAS3_STYLE'
  /** A definition exceeds the token budget. */
  | 'TOKENS_OVER_BUDGET'
  | 'TYPE_FILLED_IN'
