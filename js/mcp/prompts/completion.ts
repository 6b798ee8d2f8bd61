// Completion: values for an argument of a prompt or of a resource template, by what was typed so far.

import { checkOptions, invalidOption, toName } from '../../border/options'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { isPlainArray } from '../../border/realm'
import { runContent } from '../content/content-context'
import type { ContentEnvironment } from '../content/content-context'
import type { CompletedArgument, ContentCall } from '../content/content-item'

/** The most values of one answer. Source: 2026-07-28 and before, "Completion". */
const MOST_VALUES = 100

type Completer = (this: object, ...args: readonly unknown[]) => unknown

/** The arguments, by name; each with its function, if it has one. */
export type Completers = ReadonlyMap<string, Completer | undefined>

/** What a completion needs of its item and its request. */
export interface CompletionParts {
  readonly environment: ContentEnvironment
  readonly call: ContentCall
  /** The object that has the function. */
  readonly self: object
}

/** Reads the option `complete` of a template: functions by the names of variables. */
export function readCompleters(option: string, given: unknown, names: readonly string[]): Completers {
  const read = checkOptions(given, names, option)
  return new Map(names.map((name) => [name, readCompleter(`${option}.${name}`, read[name])]))
}

export function readCompleter(option: string, given: unknown): Completer | undefined {
  if (given !== undefined && typeof given !== 'function') throw invalidOption(option, 'must be a function')
  return given as Completer | undefined
}

/** Completes an argument. One without a function has no values; nothing for a name that is none. */
export async function completionOf(
  completers: Completers,
  { name, value, others }: CompletedArgument,
  { environment, call, self }: CompletionParts,
): Promise<Members | undefined> {
  if (!completers.has(name)) return undefined
  const complete = completers.get(name)
  if (complete === undefined) return { values: [], total: 0, hasMore: false }
  const known = Object.freeze({ ...others })
  const label = `completion of "${name}"`
  return readValues(await runContent(environment, call, label, (context) => complete.call(self, value, context, known)))
}

function readValues(returned: unknown): Members {
  if (returned === undefined || returned === null) return { values: [], total: 0, hasMore: false }
  if (typeof returned === 'object' && isPlainArray(returned)) return cutValues(returned, undefined, undefined)
  if (!isMembers(returned)) throw invalidOption('complete()', 'must return a list of texts')
  const { values, total, hasMore } = checkOptions(returned, ['values', 'total', 'hasMore'], 'complete()')
  if (typeof values !== 'object' || values === null || !isPlainArray(values))
    throw invalidOption('complete().values', 'must be a list of texts')
  if (total !== undefined && !Number.isSafeInteger(total)) throw invalidOption('complete().total', 'must be a number')
  return cutValues(values, total as number | undefined, hasMore === true)
}

function cutValues(values: readonly unknown[], total: number | undefined, hasMore: boolean | undefined): Members {
  const shown = values.slice(0, MOST_VALUES).map((one, index) => toName(`complete()[${index}]`, one))
  const isCut = values.length > MOST_VALUES
  return { values: shown, total: total ?? values.length, hasMore: isCut || hasMore === true }
}
