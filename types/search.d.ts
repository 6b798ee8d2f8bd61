// Search: the tools that a request in words is about.
import type { ToolFilter } from './filter'
import type { Target } from './targets'

/**
 * The options of `search`.
 * @see [search](https://github.com/toolrack/toolrack/blob/main/docs/search.md#options)
 */
export interface SearchOptions {
  /**
   * The most hits, from 1 to 50.
   * @default 5
   */
  limit?: number
  /** The tools that are searched. Other tools leave no trace in the result. */
  filter?: ToolFilter
  /** The target of the hits: tools that it refuses are left out, and names are wire names. */
  target?: Target
  /**
   * The least score of a hit.
   * @default 0
   */
  minScore?: number
}

/**
 * A tool that was found.
 * @see [hits](https://github.com/toolrack/toolrack/blob/main/docs/search.md#hits)
 */
export interface SearchHit {
  /** The tool's name; with the option `target`, its wire name. */
  readonly name: string
  /** The title for people. */
  readonly title?: string
  /** The first sentence of the description, of 200 characters at most, without hidden characters. */
  readonly description: string
  /** The tool's source. */
  readonly source: string
  /** The category. */
  readonly category?: string
  /** Compares the hits of one result. It has no unit. */
  readonly score: number
  /** The share of the query's words that the tool has, from 0 to 1. Rare words count more. */
  readonly coverage: number
  /** The words of the query that the tool has, in lower case. */
  readonly matched: readonly string[]
  /** The words of the query that the tool does not have. */
  readonly missing: readonly string[]
}

/** What a search has found. The object is frozen. */
export interface SearchResult {
  /** The number of the revision that was searched. */
  readonly revision: number
  /** The phrasings of the query. */
  readonly query: readonly string[]
  /** The best tools, the best first. */
  readonly hits: readonly SearchHit[]
  /** The number of all tools that have a word of the query. */
  readonly total: number
}
