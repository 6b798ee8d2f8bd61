// Filters over tools, and the catalog for a planner.
import type { JsonSchema } from './schema'
import type { RegisteredTool } from './tool'

/**
 * A filter: a tool matches if it meets every condition. A list means any of its items, but for `allTags`.
 * @see [filters](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#conditions)
 */
export interface ToolFilter {
  /** One of these categories. */
  category?: string | readonly string[]
  /** Any of these tags. */
  tags?: string | readonly string[]
  /** All of these tags. */
  allTags?: string | readonly string[]
  /** One of these sources. A name without a label (`crm`) matches all versions of the source (`crm@2`). */
  source?: string | readonly string[]
  /** One of these namespaces. */
  namespace?: string | readonly string[]
  /** A semantic version range as in npm: `^1.2`, `>=1 <3`, `1.x || 2.x`. */
  version?: string
  /** Whether a call needs a `userId`. */
  requiresAuth?: boolean
  /** Whether the tool is deprecated. */
  deprecated?: boolean
  /**
   * Whether the tool is enabled.
   * @default true
   */
  enabled?: boolean
  /** Whether the tool is stale: its operation cannot be read any more. */
  stale?: boolean
  /** A glob over names: `crm_*`. */
  name?: string
  /** One of these names. A name that no tool has is no error. */
  names?: string | readonly string[]
  /**
   * A function that is asked of the tools that meet all other conditions. It returns true or false synchronously.
   * A throw or another value is `INVALID_OPTIONS`. The answers are cached for each revision and function.
   * @see [predicate](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#predicate)
   */
  predicate?: (tool: RegisteredTool) => boolean
}

/** The options of a catalog. */
export interface CatalogOptions {
  /**
   * Which tools the catalog lists. `externalOnly`: category `external`, or a tag `external` or `client`.
   * @default 'all'
   */
  mode?: 'all' | 'externalOnly'
  /** A further filter. */
  filter?: ToolFilter
}

/**
 * One tool of a catalog, for a planner.
 * @see [catalog](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#catalog)
 */
export interface CatalogEntry {
  /** The name. */
  readonly name: string
  /** The description. */
  readonly description: string
  /** The category. */
  readonly category: string | null
  /** The tags. */
  readonly tags: readonly string[]
  /** The JSON Schema of the arguments. */
  readonly parameters: JsonSchema
  /** The estimated tokens of this entry: one for each four bytes of JSON. `tokens()` estimates for a target. */
  readonly tokens: number
}
