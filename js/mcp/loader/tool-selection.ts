// Tool selection: which tools of an MCP server are loaded, by the options `include` and `exclude`.

import { reasonOf } from '../../border/error'
import { deepFreeze } from '../../border/freeze'
import { nearestName } from '../../border/nearest'
import { invalidOption, readOption } from '../../border/options'

/** Whether a tool is chosen, by what its server says of it. */
type SelectTool = (tool: Readonly<Record<string, unknown>>) => boolean

/** An option: names of the server with `*`, or a function of the tool as its server lists it. */
interface Choice {
  readonly option: 'include' | 'exclude'
  readonly matches: SelectTool
  /** None for a function. */
  readonly patterns: readonly string[]
  readonly isFunction: boolean
}

/** The tools that are chosen: all that are included, but for those that are excluded. */
export class ToolSelection {
  readonly #include: Choice | undefined
  readonly #exclude: Choice | undefined

  /** Throws `INVALID_OPTIONS`. */
  constructor(include: unknown, exclude: unknown) {
    this.#include = readChoice('include', include)
    this.#exclude = readChoice('exclude', exclude)
  }

  /** Whether no option leaves a tool out. */
  get isAll(): boolean {
    return this.#include === undefined && this.#exclude === undefined
  }

  /** Whether the choice is by names alone, so that it is the same for the same list. */
  get isByName(): boolean {
    return [this.#include, this.#exclude].every((choice) => choice?.isFunction !== true)
  }

  /** Throws `INVALID_OPTIONS` where a function throws, or gives no boolean. */
  has(tool: Readonly<Record<string, unknown>>): boolean {
    return this.#include?.matches(tool) !== false && this.#exclude?.matches(tool) !== true
  }

  /** The notes of names that match no tool of a list: one that is misspelled leaves a tool in, or out. */
  unusedNotes(names: readonly string[]) {
    return [this.#include, this.#exclude].flatMap((choice) => {
      const unused = choice?.patterns.filter((pattern) => !names.some(matcherOf(pattern))) ?? []
      return unused.map((pattern) => unusedSelection(`${choice?.option} "${pattern}"`, pattern, names))
    })
  }
}

function unusedSelection(what: string, pattern: string, names: readonly string[]) {
  const nearest = nearestName(pattern.replaceAll('*', ''), names)
  const message = `${what} matches no tool of the server${nearest === undefined ? '' : `; nearest: ${nearest}`}`
  return { code: 'SELECTION_UNUSED' as const, effect: 'SAME' as const, pointer: '', message, tools: [] }
}

function readChoice(option: Choice['option'], given: unknown): Choice | undefined {
  if (given === undefined) return undefined
  if (typeof given === 'function') {
    const choose = given as (tool: unknown) => unknown
    return { option, matches: (tool) => askFunction(option, choose, tool), patterns: [], isFunction: true }
  }
  const patterns = readOption(option, () => (Array.isArray(given) ? [...(given as unknown[])] : undefined))
  if (patterns === undefined || !patterns.every((one) => typeof one === 'string'))
    throw invalidOption(option, 'must be a list of names, which may have *, or a function of a tool')
  const all = patterns.map(matcherOf)
  return { option, matches: ({ name }) => all.some((matches) => matches(String(name))), patterns, isFunction: false }
}

function askFunction(option: string, choose: (tool: unknown) => unknown, tool: Readonly<Record<string, unknown>>) {
  const about = `the tool "${String(tool.name)}"`
  let answer: unknown
  try {
    answer = choose(deepFreeze(tool))
  } catch (thrown) {
    throw invalidOption(option, `failed for ${about}: ${reasonOf(thrown)}`)
  }
  if (typeof answer === 'boolean') return answer
  throw invalidOption(option, `gave no boolean for ${about}`)
}

/** Matches a name against a text in which `*` stands for any characters. Without a regular expression: names are long. */
function matcherOf(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*')
  const [first = '', ...others] = parts
  const last = others.pop()
  if (last === undefined) return (name) => name === pattern
  return (name) => {
    if (!name.startsWith(first)) return false
    let at = first.length
    for (const part of others) {
      const found = name.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return name.length - last.length >= at && name.endsWith(last)
  }
}
