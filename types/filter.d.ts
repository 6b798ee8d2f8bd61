// Filters over tools, and the catalog for a planner.
import type { JsonSchema } from './schema'
import type { RegisteredTool } from './tool'

/**
 * A filter of tools. A tool matches if it meets every condition. A list matches any of its items, except in `allTags`.
 * @see [filters](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#conditions)
 */
export interface ToolFilter {
  /** The category, or a list of categories. */
  category?: string | readonly string[]
  /** Tags. The tool has at least one of them. */
  tags?: string | readonly string[]
  /** Tags. The tool has all of them. */
  allTags?: string | readonly string[]
  /**
   * The name of the source, or a list. A name without a label (`crm`) matches all versions of the source (`crm@2`).
   * The source of tools of `register` is `code`.
   */
  source?: string | readonly string[]
  /** The namespace, or a list of namespaces. */
  namespace?: string | readonly string[]
  /** A range of semantic versions, as in npm: `^1.2`, `>=1 <3`, `1.x || 2.x`. */
  version?: string
  /** Whether a call of the tool needs a `userId`. */
  requiresAuth?: boolean
  /** Whether a person has to approve calls of the tool, or some of them. */
  requiresApproval?: boolean
  /** OAuth scopes that a caller has. All `scopes` of the tool are among them; a tool without scopes matches. */
  grantedScopes?: readonly string[]
  /** Whether the tool is deprecated. */
  deprecated?: boolean
  /**
   * Whether the tool is enabled.
   * @default true
   */
  enabled?: boolean
  /** Whether the tool is stale: the newest load could not read its operation. */
  stale?: boolean
  /** A glob of tool names: `crm_*`. */
  name?: string
  /** The name, or a list of names. A name that no tool has is no error. */
  names?: string | readonly string[]
  /**
   * A function that gets each tool that meets all other conditions. It returns true or false synchronously.
   * A throw or another value is `INVALID_OPTIONS`. Results are cached for each revision and function.
   * @see [predicate](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#predicate)
   */
  predicate?: (tool: RegisteredTool) => boolean
}

/** The options of `declarations`. */
export interface DeclarationOptions {
  /**
   * The language of the types.
   * @default 'typescript'
   */
  language?: 'typescript'
}

/** The options of `catalog`. */
export interface CatalogOptions {
  /**
   * The tools of the catalog. `'externalOnly'`: tools of category `external`, or with the tag `external` or `client`.
   * @default 'all'
   */
  mode?: 'all' | 'externalOnly'
  /** A filter that the tools must match too. */
  filter?: ToolFilter
  /**
   * A request in words, in one phrasing or up to five: the tools that a search finds, the best first. An entry has no
   * score; `search` gives it.
   * @default all tools, in the order of registration
   * @see [search](https://github.com/toolrack/toolrack/blob/main/docs/search.md)
   */
  query?: string | readonly string[]
  /**
   * The most tools that a `query` finds, from 1 to 50. Without a `query` it is `INVALID_OPTIONS`.
   * @default 20
   */
  limit?: number
}

/**
 * One tool of a catalog: what a planner needs to know of it.
 * @see [catalog](https://github.com/toolrack/toolrack/blob/main/docs/filters.md#catalog)
 */
export interface CatalogEntry {
  /** The tool's name. */
  readonly name: string
  /** The description for the model. */
  readonly description: string
  /** The category, or null. */
  readonly category: string | null
  /** The tags. */
  readonly tags: readonly string[]
  /** The JSON Schema of the arguments. */
  readonly parameters: JsonSchema
  /** The estimated tokens of this entry: one for each four bytes of its JSON. `tokens()` estimates for a target. */
  readonly tokens: number
}
