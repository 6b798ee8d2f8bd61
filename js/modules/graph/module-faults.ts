// Module faults: what a failed load says, with the file and the line.

import { failureOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import { stackName } from './code-evaluation'
import { LinkError } from './import-checks'
import { missingReason } from './missing-imports'
import { EvaluationFailure, reachableFrom } from './module-instance'
import type { LocalModule } from './module-instance'

/** A source position: a file, with line and column where they are known. */
interface FaultPlace {
  readonly location: string
  readonly line?: number
  readonly column?: number
}

/** The error of an entry that cannot be evaluated. `thrown` is what linking or evaluation threw. */
export function moduleFault(entry: LocalModule, thrown: unknown): ToolrackError {
  if (!(thrown instanceof EvaluationFailure)) return evaluationFault(thrown, { location: entry.record.path })
  const { module, place } = thrown
  const { path: location } = module.record
  if (place !== undefined) {
    const { line, column } = place
    return evaluationFault(thrown.thrown, { location, line, column })
  }
  const modules = reachableFrom([entry], (one) => [...one.locals.values(), ...one.imported.values()])
  const files = [...modules].map(({ record, firstColumn }) => ({
    name: stackName(record),
    path: record.path,
    firstColumn,
  }))
  return evaluationFault(thrown.thrown, placeInStack(thrown.thrown, files) ?? { location })
}

/** Whether Node refused a `require` since it imports that ES module just then; later it takes it. */
export function isRequireRace(thrown: unknown): boolean {
  return codeOf(thrown) === 'ERR_REQUIRE_ESM_RACE_CONDITION'
}

function codeOf(thrown: unknown): unknown {
  try {
    return (thrown as { readonly code?: unknown } | null | undefined)?.code
  } catch {
    return undefined
  }
}

/** The error of an entry that is not evaluated in time. */
export function moduleTimeout(location: string, timeoutMs: number): ToolrackError {
  return raise('TIMEOUT', { location, timeoutMs })
}

/** The error of what a module threw at its top, which is the cause. */
export function evaluationFault(thrown: unknown, place: FaultPlace): ToolrackError {
  if (LinkError.is(thrown)) return invalidModule({ location: thrown.path, ...thrown.place }, thrown.message)
  const missing = missingReason(thrown)
  if (missing !== undefined)
    return raise('SOURCE_UNREADABLE', { location: placeText(place), reason: missing }, { cause: thrown })
  const { name, message } = failureOf(thrown, 0)
  const isObject = thrown !== null && (typeof thrown === 'object' || typeof thrown === 'function')
  const reason = isObject ? `${name}: ${message}` : `threw ${message}`
  return invalidModule(place, reason, { cause: thrown })
}

/** A place as `location` has it: `/tools/crm.cjs:2:1`. */
function placeText({ location, line, column }: FaultPlace): string {
  return [location, line, column].filter((part) => part !== undefined).join(':')
}

function invalidModule(place: FaultPlace, reason: string, options?: { readonly cause: unknown }): ToolrackError {
  return raise('INVALID_SPEC', { ...place, reason }, options)
}

/** A file as stack traces name it. */
export interface StackFile {
  readonly name: string
  readonly path: string
  /** Characters that stand before the source on the first line. */
  readonly firstColumn: number
}

/** The first place of a stack that is in one of these files. */
export function placeInStack(thrown: unknown, files: Iterable<StackFile>): FaultPlace | undefined {
  const stack = failureOf(thrown, 0).stack
  if (stack === undefined) return undefined
  // The message stands before the first call, and may say anything.
  const calls = stack.slice(Math.max(stack.indexOf('\n    at '), 0))
  let first: { readonly at: number; readonly file: StackFile } | undefined
  for (const file of files) {
    const at = calls.indexOf(`${file.name}:`)
    if (at >= 0 && (first === undefined || at < first.at)) first = { at, file }
  }
  if (first === undefined) return undefined
  const end = first.at + first.file.name.length
  return { location: first.file.path, ...numbersIn(calls.slice(end, end + 32), first.file.firstColumn) }
}

/** Line and column of `:3:7`. */
function numbersIn(text: string, firstColumn: number): Omit<FaultPlace, 'location'> {
  const [, lineText, columnText] = /^:(\d+):(\d+)/.exec(text) ?? []
  if (lineText === undefined) return {}
  const line = Number(lineText)
  const column = Number(columnText) - (line === 1 ? firstColumn : 0)
  return column > 0 ? { line, column } : { line }
}
