// Filter: separates conditions, which Rust checks, from a predicate function.

import type { RegisteredTool } from '../../index'
import { ignoreRejection } from '../border/error'
import { givenMember } from '../border/given-members'
import { invalidOption, readOption } from '../border/options'
import { raise } from '../border/raised-error'

/** The predicate of a filter. Only its answer says whether it is one. */
export type ToolPredicate = (tool: RegisteredTool) => unknown

/** A filter in two parts: conditions, which Rust checks, and a predicate. */
export type SplitFilter =
  | { readonly conditions: unknown; readonly predicate: undefined }
  | { readonly conditions: Readonly<Record<string, unknown>>; readonly predicate: ToolPredicate }

/** Splits a filter into conditions, which Rust checks, and a predicate function, which is called here. */
export function splitFilter(filter: unknown): SplitFilter {
  return readOption('filter', () => splitMembers(filter))
}

function splitMembers(filter: unknown): SplitFilter {
  if (!isMap(filter)) return { conditions: filter, predicate: undefined }
  const predicate = givenMember(filter, 'predicate')
  if (predicate === undefined) return { conditions: filter, predicate }
  const { predicate: _, ...conditions } = filter
  if (typeof predicate !== 'function') throw invalidOption('filter.predicate', 'must be a function')
  // Any function can be called with a tool.
  return { conditions, predicate: predicate as ToolPredicate }
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/**
 * The names of the tools that a predicate accepts. A predicate that throws or does not return a boolean fails the call.
 */
export function selectNames(predicate: ToolPredicate, tools: readonly RegisteredTool[]): string[] {
  return tools.filter((tool) => matchesPredicate(predicate, tool)).map((tool) => tool.name)
}

function matchesPredicate(predicate: ToolPredicate, tool: RegisteredTool): boolean {
  let answer: unknown
  try {
    answer = predicate(tool)
  } catch (cause) {
    throw raise('INVALID_OPTIONS', { option: 'filter.predicate', reason: `failed for tool "${tool.name}"` }, { cause })
  }
  if (typeof answer === 'boolean') return answer
  // A promise is truthy; its value would come too late.
  ignoreRejection(answer)
  const kind = typeof answer === 'object' && answer !== null ? 'an object or a promise' : typeof answer
  throw invalidOption(
    'filter.predicate',
    `must return true or false synchronously, and returned ${kind} for tool "${tool.name}"`,
  )
}
