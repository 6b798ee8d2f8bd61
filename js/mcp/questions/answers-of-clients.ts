// Answers of clients: which questions a client can answer, as it declares it.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { WrittenQuestion } from '../../call/questions'

/** What a client can do, by the names of its capabilities. */
export type ClientCapabilities = Members

/** The capabilities that a question needs and a client has not declared; nothing where it has. */
export function missingCapabilities(question: WrittenQuestion, declared: ClientCapabilities): Members | undefined {
  const { method, params } = question
  if (method === 'sampling/createMessage') return isMembers(declared.sampling) ? undefined : { sampling: {} }
  if (method === 'roots/list') return isMembers(declared.roots) ? undefined : { roots: {} }
  const { elicitation } = declared
  if (params.mode !== 'url') return hasForms(elicitation) ? undefined : { elicitation: {} }
  return isMembers(elicitation) && isMembers(elicitation.url) ? undefined : { elicitation: { url: {} } }
}

/** Whether a client shows forms. Source: 2025-11-25, "Elicitation": without a member, `elicitation` is that of forms. */
export function hasForms(elicitation: unknown): boolean {
  return isMembers(elicitation) && (isMembers(elicitation.form) || elicitation.url === undefined)
}

/** Whether a client can answer any question. */
export function canAnswer({ elicitation, sampling, roots }: ClientCapabilities): boolean {
  return isMembers(elicitation) || isMembers(sampling) || isMembers(roots)
}
