// Saved names: which operation has which tool name.

/**
 * The saved names of operations, as sorted plain JSON.
 * @see [save names](https://github.com/toolrack/toolrack/blob/main/docs/names.md#save-names)
 */
export interface SavedNames {
  /** The format: 1. */
  format: 1
  /** The names. */
  names: SavedName[]
}

/** The tool name of one operation. The operation may be gone from its document. */
export interface SavedName {
  /** The name of the source. */
  source: string
  /** The namespace. */
  namespace?: string
  /** The HTTP method in capitals. */
  method: string
  /** The path. */
  path: string
  /** The `operationId`. */
  operationId?: string
  /** The tool name. */
  name: string
  /** Whether an override gave the name. The operation keeps its derived name beside it. */
  given?: boolean
}
