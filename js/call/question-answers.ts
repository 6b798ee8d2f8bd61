// Answers to questions: whether what was given is an answer of a question, in the words of MCP.

import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import type { Question } from './questions'

/** An answer, or why what was given is none. */
export type ReadAnswer =
  { readonly answer: Members; readonly problem?: undefined } | { readonly answer?: undefined; readonly problem: string }

const ACTIONS: ReadonlySet<unknown> = new Set(['accept', 'decline', 'cancel'])

/** Reads an answer, which is JSON. Content of a form that does not match its schema is no answer. */
export function readAnswer(question: Question, given: unknown): ReadAnswer {
  if (!isMembers(given)) return { problem: 'must be an object' }
  switch (question.method) {
    case 'roots/list':
      return Array.isArray(given.roots) ? { answer: given } : { problem: 'must have the list roots' }
    case 'sampling/createMessage':
      return typeof given.role === 'string' && given.content !== undefined
        ? { answer: given }
        : { problem: 'must have role and content' }
    case 'elicitation/create':
      return readElicitation(question, given)
  }
}

function readElicitation({ params, form }: Question, { action, content }: Members): ReadAnswer {
  if (!ACTIONS.has(action)) return { problem: 'must have the action "accept", "decline" or "cancel"' }
  // What a person has not accepted is no content.
  if (action !== 'accept' || params.mode === 'url') return { answer: { action } }
  if (!isMembers(content)) return { problem: 'must have content, an object of the fields' }
  if (form === undefined) return { answer: { action, content } }
  const problems = form.problemsOf(content)
  if (problems.length === 0) return { answer: { action, content: form.fieldsOf(content) } }
  return { problem: `has content that does not match: ${problems.map(written).join(', ')}` }
}

function written({ pointer, message }: { readonly pointer: string; readonly message: string }): string {
  return `${pointer} ${message}`
}
