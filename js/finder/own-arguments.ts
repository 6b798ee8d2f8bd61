// Arguments of the finder's own tools, as a model writes them; or an error that says what would be right.

import type { ToolrackError } from '../border/error'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { noneOf } from '../border/nearest'
import { invalidParams } from '../call/context'
import { MOST_HITS } from './finder-options'
import type { FinderRule } from './finder-options'
import { MOST_NAMES, MOST_QUERIES } from './own-tools'

/** What a model searches for. */
export interface FinderQuery {
  readonly queries: readonly string[]
  readonly source: string | undefined
  readonly limit: number
}

/** A call of another tool. */
export interface PassedCall {
  readonly name: string
  readonly args: Members
}

/** Reads the arguments of a search. */
export function readQuery(args: unknown, { names, limit: most }: FinderRule): FinderQuery {
  const read = membersOf(names.search, args, ['queries', 'source', 'limit'])
  // Models give one text for a list of one.
  const queries = listOf(names.search, 'queries', read.queries, MOST_QUERIES)
  // Null stands for an absent argument.
  const source = read.source ?? undefined
  const limit = read.limit ?? most
  if (source !== undefined && typeof source !== 'string')
    throw invalidParams(names.search, '/source', 'must be the name of a source')
  if (typeof limit !== 'number' || !Number.isInteger(limit) || limit < 1 || limit > MOST_HITS)
    throw invalidParams(names.search, '/limit', `must be a whole number from 1 to ${MOST_HITS}`)
  return { queries, source, limit }
}

/** Reads the arguments of a call that loads tools. */
export function readNames(args: unknown, { names }: FinderRule): readonly string[] {
  return listOf(names.load, 'names', membersOf(names.load, args, ['names']).names, MOST_NAMES)
}

/** Reads the arguments of a call of another tool. */
export function readPassedCall(args: unknown, { names }: FinderRule): PassedCall {
  const { name, arguments: passed = {} } = membersOf(names.call, args, ['name', 'arguments'])
  if (typeof name !== 'string') throw invalidParams(names.call, '/name', 'must be the name of a tool')
  const read = parsedText(passed)
  if (!isMembers(read)) throw invalidParams(names.call, '/arguments', 'must be an object: the arguments of the tool')
  return { name, args: read }
}

function membersOf(tool: string, args: unknown, known: readonly string[]): Members {
  if (!isMembers(args)) throw invalidParams(tool, '', `must be an object with ${known.join(', ')}`)
  const unknown = Object.keys(args).find((name) => !known.includes(name))
  if (unknown !== undefined) throw unknownArgument(tool, unknown, known)
  return Object.fromEntries(known.filter((name) => Object.hasOwn(args, name)).map((name) => [name, args[name]]))
}

function unknownArgument(tool: string, name: string, known: readonly string[]): ToolrackError {
  return invalidParams(tool, '', `has "${name}", which ${noneOf(name, known)}`)
}

function listOf(tool: string, key: string, value: unknown, most: number): readonly string[] {
  const list: unknown = typeof value === 'string' ? [value] : value
  if (Array.isArray(list) && list.length >= 1 && list.length <= most && list.every((one) => typeof one === 'string'))
    return list
  throw invalidParams(tool, `/${key}`, `must be a list of 1 to ${most} texts`)
}

function parsedText(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}
