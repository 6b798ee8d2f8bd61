// Thread messages: what Rust sends to the thread of a registry, and what the thread answers.

import type { RegistryEvents } from '../../index'
import { failureOf } from '../border/error'
import type { Fault } from '../border/error'
import { chain } from '../border/maybe-promise'
import type { MaybePromise } from '../border/maybe-promise'
import { isCallError } from '../border/raised-error'
import { resultText } from '../border/results'
import { validateStandardResult } from '../definition/standard-validation'
import type { EventName } from '../observe/events'
import type { Arguments, Identity, ResultCheck } from './interfaces'
import { isUnanswered } from './questions'
import { resultJson } from './result-validation'

/** A call of a closure from a Rust thread; its arguments are validated and free of identity. */
export type ThreadCall = readonly [
  number: number,
  slot: number,
  tool: string,
  revision: number,
  identity: Identity,
  args: Arguments,
  callId: string | null,
  approved: boolean,
]

/** A message of Rust for the thread of the registry. */
export type ThreadMessage =
  | readonly [kind: 'call', ...ThreadCall]
  | readonly [kind: 'approval', ...ThreadCall]
  | readonly [kind: 'giveUp', number: number, fault: Fault]
  | readonly [kind: 'event', name: EventName, event: RegistryEvents[EventName]]

/** Writes the result of a closure for Rust, which judges what a Standard Schema gives. Throws or rejects as its check does. */
export function threadResult(tool: string, output: ResultCheck | undefined, result: unknown): MaybePromise<string> {
  if (output === undefined) return resultText(result)
  const valid = output.guard === undefined ? result : validateStandardResult(tool, output.guard, result)
  return chain(valid, (checked) => resultJson(tool, checked))
}

/** The failure of a closure, by whose members Rust knows it: what it threw, or the error that its call ends with. */
export function thrownFailure(called: string, thrown: unknown): object {
  if (isCallError(called, thrown)) {
    const { code, message, details } = thrown
    return { raised: code, message, details }
  }
  if (!isUnanswered(thrown)) return failureOf(thrown)
  const { tool } = thrown.details
  return { inputRequired: typeof tool === 'string' ? tool : called }
}

/** The failure of a validation, by whose members Rust knows it; see `ClosureFailure` of `src/permits.rs`. */
export function refusedFailure({ code, details }: Pick<Fault, 'code' | 'details'>): object {
  const { problems, tool: _, ...failure } = details
  if (code === 'OUTPUT_INVALID') return { outputProblems: problems }
  return problems === undefined ? failure : { problems }
}
