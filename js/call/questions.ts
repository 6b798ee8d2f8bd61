// Questions of a call: what a closure asks the caller: a form, a visit to a page, a text of a model, roots.

import { isFault } from '../border/error'
import type { ToolrackError } from '../border/error'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { checkOptions, describeUnknown, invalidOption, ownJson } from '../border/options'
import { raise, toolFailed } from '../border/raised-error'

/** The longest key of a question, in characters. */
const MOST_KEY = 128

/** A question as the words of MCP have it. */
export interface Question {
  /** Tells the questions of one call apart: a call that is made again asks by the same keys. */
  readonly key: string
  readonly method: 'elicitation/create' | 'sampling/createMessage' | 'roots/list'
  readonly params: Members
}

/** Answers questions; rejects where nobody can. */
export type Asker = (question: Question) => Promise<unknown>

/** Reads what a closure asks. Throws `INVALID_OPTIONS`. */
export function readQuestion(key: unknown, request: unknown): Question {
  if (typeof key !== 'string' || key === '' || key.length > MOST_KEY)
    throw invalidOption('ask.key', `must be a text of 1 to ${MOST_KEY} characters`)
  const { message, schema, url, sampling, roots } = checkOptions(request, REQUEST_KEYS, 'ask.request')
  if (sampling !== undefined)
    return { key, method: 'sampling/createMessage', params: toMembers('ask.sampling', sampling) }
  if (roots !== undefined) {
    if (roots !== true) throw invalidOption('ask.roots', describeUnknown(roots, ['true']))
    return { key, method: 'roots/list', params: {} }
  }
  if (typeof message !== 'string') throw invalidOption('ask.message', 'must be a string: what the person is asked')
  if (url === undefined)
    return { key, method: 'elicitation/create', params: { message, requestedSchema: toMembers('ask.schema', schema) } }
  if (typeof url !== 'string' || !/^https?:\/\//i.test(url))
    throw invalidOption('ask.url', 'must be an http or https URL')
  return { key, method: 'elicitation/create', params: { mode: 'url', message, url } }
}

const REQUEST_KEYS = Object.freeze(['message', 'schema', 'url', 'sampling', 'roots'] as const)

/** Copies an object as JSON has it. */
function toMembers(option: string, value: unknown): Members {
  const copy = ownJson(option, value)
  if (!isMembers(copy)) throw invalidOption(option, 'must be an object')
  return copy
}

/** The error of a question that nobody can answer. */
export function inputRequired(tool: string, { key, method, params }: Question): ToolrackError {
  return raise(
    'INPUT_REQUIRED',
    { tool, requests: Object.fromEntries([[key, { method, params }]]) },
    { words: { tool } },
  )
}

/** Whether a closure has failed because nobody has answered it. */
export function isUnanswered(thrown: unknown): thrown is ToolrackError {
  return isFault(thrown) && thrown.code === 'INPUT_REQUIRED'
}

/** The error of a closure that has thrown: its own, unless it is that of a question. */
export function closureFailed(tool: string, thrown: unknown): ToolrackError {
  return isUnanswered(thrown) ? thrown : toolFailed(tool, thrown)
}
