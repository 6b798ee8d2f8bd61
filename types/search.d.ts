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
  /**
   * Whether hits have `why`: what their scores are made of.
   * @default false
   * @see [explanation](https://github.com/toolrack/toolrack/blob/main/docs/search-ranking.md#explanation)
   */
  explain?: boolean
}

/** The options of `searchAsync`. */
export interface AsyncSearchOptions extends SearchOptions {
  /**
   * How long the embedder has for the query, in ms. Then the hits are those by words, and the event `searchFault` says so.
   * @default 1000
   */
  timeoutMs?: number
  /** Cancels the search: the promise rejects with the reason of the signal. */
  signal?: AbortSignal
}

/**
 * The embedding model of a program: a vector for each text, in the same order, all of one dimension.
 * `signal` aborts when nobody waits for it any more.
 */
export type Embed = (
  texts: readonly string[],
  options: { readonly signal: AbortSignal },
) => EmbeddedTexts | Promise<EmbeddedTexts>

/** The vectors of texts. They need not be of length 1. */
export type EmbeddedTexts = readonly (Float32Array | Float64Array | readonly number[])[]

/** A part of a tool's text: what the option `fields` weighs, and where an explanation found a word. */
export type SearchField =
  | 'summary'
  | 'pathHead'
  | 'source'
  | 'name'
  | 'aliases'
  | 'path'
  | 'tags'
  | 'description'
  | 'parameters'
  | 'parameterDescriptions'
  | 'values'

/**
 * How a registry is searched.
 * @see [ranking](https://github.com/toolrack/toolrack/blob/main/docs/search-ranking.md)
 */
export interface RegistrySearchOptions {
  /**
   * Words that stand for a word of a query. `words`: `{ purge: ['delete'] }`, at most 10,000 words with 64 each.
   * `replaceDefaults`: whether they replace the English thesaurus; otherwise they are added to it.
   */
  synonyms?: { words?: Readonly<Record<string, readonly string[]>>; replaceDefaults?: boolean }
  /**
   * What a field counts, as a multiple of its own weight, from 0 to 10. 0 leaves it out.
   * @default 1 for each
   */
  fields?: { readonly [Field in SearchField]?: number }
  /**
   * Whether the index of each new revision is made at once, on a thread of its own. Otherwise the first search makes it.
   * @default false
   */
  eager?: boolean
  /**
   * An embedding model for `searchAsync`. It gets what a hit may show of the tools, after changes and 64 texts at a time,
   * and the phrasings of queries.
   * @default none
   * @see [embedder](https://github.com/toolrack/toolrack/blob/main/docs/embedder.md)
   */
  embed?: Embed
  /**
   * The share of the embedder in a score, from 0 to 1.
   * @default 0.3
   */
  weight?: number
}

/**
 * What a score is made of: the sum of the shares of `words` (1 where there is none), times all `factors`.
 * @see [explanation](https://github.com/toolrack/toolrack/blob/main/docs/search-ranking.md#explanation)
 */
export interface ScoreExplanation {
  /** The words of the query that the tool has, or for which it has another one; then minor words such as `without`. */
  readonly words: readonly ExplainedWord[]
  readonly factors: readonly ExplainedFactor[]
}

/** A word of a query in a tool. */
export interface ExplainedWord {
  /** The word or phrase of the query. */
  readonly word: string
  /** The word of the tool that counts for it. */
  readonly found: string
  /**
   * `said`: the word itself. `stem`: another form of it. `synonym`: it stands for it. `alias`: it is in `aliases`.
   * `joined`: the word with its neighbour. `typo`: the known word that is spelled most alike.
   */
  readonly how: 'said' | 'stem' | 'synonym' | 'alias' | 'joined' | 'typo'
  /** The heaviest field of the tool that has it. */
  readonly field?: SearchField
  /** What it counts, in points. */
  readonly share: number
}

/** A factor of a score. */
export interface ExplainedFactor {
  /**
   * `coverage`: the share of the query that the tool has. `name`: that of its name that the query says. `intent`: whether it
   * reads or writes as asked. `source`: whether the query names another source. `prior`: deprecation, length of the path.
   * `place`: the query is its name, or phrasings are fused. `cosine`: the embedder.
   */
  readonly name: 'coverage' | 'name' | 'intent' | 'source' | 'prior' | 'place' | 'cosine'
  readonly factor: number
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
  /** The first sentence of the description, or its title line, as plain text of 200 characters at most. */
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
  /** What the score is made of, with the option `explain`. */
  readonly why?: ScoreExplanation
}

/** What a search has found. The object is frozen. */
export interface SearchResult {
  /** The number of the revision that was searched. */
  readonly revision: number
  /** The phrasings of the query. */
  readonly query: readonly string[]
  /** The best tools, the best first. */
  readonly hits: readonly SearchHit[]
  /** The number of all tools that have a word of the query, or that an embedder found near. */
  readonly total: number
  /** The words that no tool has, and what they were taken for. Absent where there is none. */
  readonly corrected?: readonly { readonly from: string; readonly to: string }[]
}

/** Where a tool stands in a search by words. The object is frozen. */
export interface SearchPlace {
  /** The number of the revision that was searched. */
  readonly revision: number
  readonly name: string
  /** The number of all tools that were found. */
  readonly total: number
  /** Its place among them, from 1. Absent where it is not among them. */
  readonly rank?: number
  readonly score?: number
  /**
   * Why it is no hit; absent for a hit. `disabled`: it is disabled. `filter`: the filter leaves it out. `target`: the target
   * refuses it. `words`: it has no word of the query. `minScore`: its score is lower. `limit`: others are better.
   */
  readonly absence?: 'disabled' | 'filter' | 'target' | 'words' | 'minScore' | 'limit'
  /** The conditions of the filter that it does not meet: `['category']`. A predicate is `names`. */
  readonly conditions?: readonly string[]
  /** What its score is made of. */
  readonly why?: ScoreExplanation
}
