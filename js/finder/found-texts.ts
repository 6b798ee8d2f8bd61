// Found texts: what a model reads of a search, of loaded tools, and of a tool that it called too early. What an API says
// of its tools is data: one line, cut, and without hidden characters.

import type { SearchHit } from '../../index'
import { ToolrackError } from '../border/error'
import { oneLine } from '../border/one-line'
import type { FinderOffer } from './finder-offer'
import type { LoadOutcome } from './loaded-tools'
import { descriptionOf, requiredOf, schemaOf } from './tool-shapes'
import type { ToolShape } from './tool-shapes'

/** A result whose best tool has less of the words is weak. */
const WEAK_BELOW = 0.5
/** The most characters of a description, and the most names that a line has. */
const MOST_SENTENCE = 200
const MOST_LISTED = 10
const MOST_NAME = 64

/** A tool of a result. */
export interface ToolLine {
  readonly name: string
  readonly description?: string
  /** The arguments that a call must have. */
  readonly required?: readonly string[]
  /** The words of the query that it does not have. */
  readonly missing?: readonly string[]
  /** The tool through which it is called, and its arguments. */
  readonly callWith?: string
  readonly parameters?: unknown
}

/** What a model reads of a search. */
export interface ToolsAnswer {
  readonly tools: readonly ToolLine[]
  readonly note?: string
}

/** Whether no hit has half of the words. */
export function isWeak(hits: readonly SearchHit[]): boolean {
  return hits.every(({ coverage }) => coverage < WEAK_BELOW)
}

/** Writes a hit, or a tool that was loaded by its name. */
export function toolLine(offer: FinderOffer, name: string, shape: ToolShape, hit?: SearchHit): ToolLine {
  const through = offer.taken.has(name)
  return {
    name: shape.wireName,
    ...(hit !== undefined && { description: oneLine(hit.description, MOST_SENTENCE) }),
    required: requiredOf(shape.definition),
    ...(hit !== undefined && hit.missing.length > 0 && { missing: hit.missing.map((word) => oneLine(word)) }),
    ...(through && { callWith: offer.rule.names.call, parameters: schemaOf(shape.definition) }),
  }
}

/** Joins the sentences that there are. */
export function noteOf(...sentences: readonly (string | undefined)[]): string | undefined {
  const said = sentences.filter((one) => one !== undefined)
  return said.length === 0 ? undefined : said.join(' ')
}

/** Says that no tool fits well, and where there are others. */
export function weakNote(offer: FinderOffer, hasHits: boolean): string {
  const sources = Object.keys(offer.tools.summary().sources)
  const head = hasHits ? 'No tool fits these words well.' : 'No tool has these words.'
  return `${head} Search with other words. Sources: ${listed(sources)}.`
}

/** Says what is not loaded any more, or was not loaded. */
export function loadNote({ unloaded, left }: LoadOutcome): string | undefined {
  return noteOf(
    unloaded.length > 0 ? `Unloaded to make room: ${listed(unloaded)}.` : undefined,
    left.length > 0 ? `Not loaded, there is no room: ${listed(left)}.` : undefined,
  )
}

/** Says how tools differ from what the model was shown. */
export function changeNote(changes: {
  readonly changed: readonly string[]
  readonly gone: readonly string[]
  /** How many tools are gone whose names are not told. */
  readonly goneCount: number
  readonly unloaded: readonly string[]
}): string | undefined {
  const { changed, gone, goneCount, unloaded } = changes
  return noteOf(
    changed.length > 0 ? `Changed since they were shown: ${listed(changed)}.` : undefined,
    gone.length > 0 ? `No longer available: ${listed(gone)}.` : undefined,
    goneCount > 0 ? `${goneCount} ${goneCount === 1 ? 'tool is' : 'tools are'} no longer available.` : undefined,
    unloaded.length > 0 ? `Unloaded to make room: ${listed(unloaded)}.` : undefined,
  )
}

/** Names in one line. */
export function listed(names: readonly string[]): string {
  const shown = names.slice(0, MOST_LISTED).map((name) => oneLine(name, MOST_NAME))
  return names.length > shown.length ? `${shown.join(', ')} and ${names.length - shown.length} more` : shown.join(', ')
}

/** The error of a call of a tool that the model was not shown: it reads the definition. */
export function notLoaded(name: string, shape: ToolShape): ToolrackError {
  const { wireName, definition } = shape
  const text = JSON.stringify({
    name: wireName,
    description: descriptionOf(definition),
    parameters: schemaOf(definition),
  })
  return new ToolrackError(
    'NOT_LOADED',
    `tool "${wireName}" was not loaded, and was not called. It is loaded now: call it again as its definition says: ${text}`,
    { tool: name, definition },
  )
}

/** The error of a tool that its target refuses. */
export function notOffered(name: string): ToolrackError {
  return new ToolrackError(
    'NOT_LOADED',
    `tool "${name}" was not called: this provider takes no definition of it. Search for another one`,
    { tool: name },
  )
}
