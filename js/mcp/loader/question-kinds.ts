// Question kinds: what an MCP server may ask, by the option `questions` of its source.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { QuestionMethod } from '../../call/questions'

export type QuestionKind = 'elicitation' | 'sampling' | 'roots'

export const QUESTION_KINDS: readonly QuestionKind[] = Object.freeze(['elicitation', 'sampling', 'roots'])

/** Sampling spends what the caller pays for, and roots tell folders: those are allowed by name. */
export const ASKED_BY_DEFAULT: readonly QuestionKind[] = Object.freeze(['elicitation'])

const KINDS: Readonly<Record<QuestionMethod, QuestionKind>> = Object.freeze({
  'elicitation/create': 'elicitation',
  'sampling/createMessage': 'sampling',
  'roots/list': 'roots',
})

/** The kind of a method; nothing for another method. */
export function kindOfMethod(method: unknown): QuestionKind | undefined {
  return typeof method === 'string' && Object.hasOwn(KINDS, method) ? KINDS[method as QuestionMethod] : undefined
}

/** The client capabilities that a legacy server is told: the same for all callers. */
export function allowedCapabilities(kinds: readonly QuestionKind[]): Members {
  const all = { elicitation: { form: {}, url: {} }, sampling: {}, roots: {} }
  return Object.fromEntries(kinds.map((kind) => [kind, all[kind]]))
}

/** What a modern server is told of the caller of one call. */
export function callerCapabilities(kinds: readonly QuestionKind[], caller: Members): Members {
  return Object.fromEntries(kinds.flatMap((kind) => (isMembers(caller[kind]) ? [[kind, caller[kind]]] : [])))
}

/** Whether all capabilities are of kinds that are allowed. */
export function areAllowed(kinds: readonly QuestionKind[], capabilities: Members): boolean {
  return Object.keys(capabilities).every((name) => (kinds as readonly string[]).includes(name))
}
