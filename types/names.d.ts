// Saved names: which operation has which tool name.

/**
 * The saved tool names of a registry, as plain sorted JSON: which operation has which name.
 * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
 */
export interface SavedNames {
  /** The number of this format. */
  format: 1
  /** One entry for each name. */
  names: SavedName[]
}

/**
 * The tool name of one operation. The operation may be absent from its document now.
 * For a tool of `ToolModules`, `source` is `code`, `method` is empty, and `path` is the tool name.
 */
export interface SavedName {
  /** The name of the source. */
  source: string
  /** The option `namespace` of the load. */
  namespace?: string
  /** The HTTP method in capitals. */
  method: string
  /** The path of the operation, such as `/users/{id}`. */
  path: string
  /** The `operationId`. */
  operationId?: string
  /** The tool name. */
  name: string
  /** Whether an override sets the name. The operation also keeps the name that is derived from the document. */
  given?: boolean
}
