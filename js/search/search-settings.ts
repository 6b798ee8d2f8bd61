// Search settings: the option `search` of a registry: what Rust reads of it, and the embedder.

import { checkOptions, invalidOption, toBoolean } from '../border/options'
import type * as embedderModule from './embedder'
import type { Embedder, EmbedderHost } from './embedder'

const WEIGHT = 0.3

/** The option `search`, checked. */
export interface SearchSettings {
  /** What Rust reads. */
  readonly native: object
  /** Makes the embedder, if there is one. */
  readonly open: (host: EmbedderHost) => Embedder | undefined
}

/** Reads the option `search` of a registry; each of its members once. */
export function readSearchSettings(search: unknown): SearchSettings {
  const { synonyms, fields, eager, embed, weight } = checkOptions(
    search,
    ['synonyms', 'fields', 'eager', 'embed', 'weight'],
    'search',
  )
  if (embed !== undefined && typeof embed !== 'function') throw invalidOption('search.embed', 'must be a function')
  if (weight !== undefined && embed === undefined)
    throw invalidOption('search.weight', 'is the share of an embedder: give embed, or leave weight out')
  const share = readWeight(weight)
  return {
    native: { synonyms, fields, eager: toBoolean('search.eager', eager, false) },
    open: (host) => {
      if (embed === undefined) return undefined
      // Few programs have an embedder.
      const { Embedder: Made } = require('./embedder') as typeof embedderModule
      return new Made(host, (...given) => Reflect.apply(embed, search, given) as unknown, share)
    },
  }
}

/** Reads the share of an embedder. */
export function readWeight(weight: unknown = WEIGHT): number {
  if (typeof weight === 'number' && weight >= 0 && weight <= 1) return weight
  throw invalidOption('search.weight', 'must be a number from 0 to 1')
}
