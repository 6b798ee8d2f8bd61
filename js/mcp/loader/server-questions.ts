// Server questions: elicitation, sampling and roots of an MCP server → questions to the caller. Nothing of them is trusted.

import { createHash } from 'node:crypto'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { isWebAddress, readFormSchema } from '../../call/questions'
import type { Question, QuestionMethod, WrittenQuestion } from '../../call/questions'
import { brokenFault } from '../client/pending-request'
import { isDeep } from '../protocol/json-rpc'
import { kindOfMethod } from './question-kinds'
import type { QuestionKind } from './question-kinds'

/** The most questions at once. */
const MOST_AT_ONCE = 16
/** The longest key of a server, in characters. Ours may have a number behind it. */
const MOST_KEY = 100
/** The longest text that a person reads, and the longest question, in characters. */
const MOST_MESSAGE = 8_192
const MOST_QUESTION = 256 << 10
const MOST_LEVELS = 32

/** Characters that a display does not show, or that turn the order of those around them. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu
const SEEN = new Set(['\n', '\t', '\u200c', '\u200d'])

/** Whose questions they are. */
export interface Asking {
  /** The name of the source. */
  readonly name: string
  readonly kinds: readonly QuestionKind[]
}

/** Reads what a modern server asks: keys of the server, and its questions. Throws a fault. */
export function readRequests(requests: unknown, asking: Asking): [string, WrittenQuestion][] {
  if (requests === undefined) return []
  if (!isMembers(requests)) throw brokenFault('its inputRequests are no object')
  const entries = Object.entries(requests)
  if (entries.length > MOST_AT_ONCE) throw brokenFault(`it asks more than ${MOST_AT_ONCE} questions at once`)
  return entries.map(([key, request]) => {
    if (key === '' || key.length > MOST_KEY) throw brokenFault(`a key of its questions is over ${MOST_KEY} characters`)
    if (!isMembers(request)) throw brokenFault('one of its questions is no object')
    return [key, readServerQuestion(request.method, request.params, asking)]
  })
}

/** Reads one question of a server. Throws a fault where it is none that can be handed on. */
export function readServerQuestion(method: unknown, given: unknown, { name, kinds }: Asking): WrittenQuestion {
  const kind = kindOfMethod(method)
  if (kind === undefined) throw brokenFault('it asks by a method that is none of MCP')
  if (!kinds.includes(kind))
    throw brokenFault(`it asks for ${kind}, which the option questions of its source does not allow`)
  const params = isMembers(given) ? given : {}
  const text = JSON.stringify(params)
  if (text.length > MOST_QUESTION) throw brokenFault(`its question has more than ${MOST_QUESTION} characters`)
  if (isDeep(text, MOST_LEVELS)) throw brokenFault(`its question has more than ${MOST_LEVELS} levels`)
  return { method: method as QuestionMethod, params: readParams(kind, params, name), from: name }
}

function readParams(kind: QuestionKind, params: Members, name: string): Members {
  // What a server writes for its own client is not handed on.
  const { _meta, task: _task, ...own } = params
  if (kind === 'roots') return {}
  if (kind === 'sampling') {
    if (!Array.isArray(own.messages)) throw brokenFault('its question to the model has no messages')
    return own
  }
  const message = writeMessage(params.message, name)
  return params.mode === 'url' ? readUrl(params, message) : readForm(params, message)
}

/** The message with the name of its source in front: a person has to see which server asks. */
function writeMessage(message: unknown, name: string): string {
  if (typeof message !== 'string') throw brokenFault('its question has no message')
  if (message.length > MOST_MESSAGE)
    throw brokenFault(`its question has a message of more than ${MOST_MESSAGE} characters`)
  const visible = (text: string): string => text.replace(UNSEEN, (unseen) => (SEEN.has(unseen) ? unseen : ''))
  return `[${visible(name)}] ${visible(message)}`
}

function readUrl({ url }: Members, message: string): Members {
  if (typeof url !== 'string' || !isWebAddress(url)) throw brokenFault('its page is no http or https URL')
  const { username, password } = new URL(url)
  // "https://bank.example@evil.example" is a page of evil.example.
  if (username !== '' || password !== '') throw brokenFault('the URL of its page has a user')
  return { mode: 'url', message, url }
}

function readForm({ requestedSchema }: Members, message: string): Members {
  if (!isMembers(requestedSchema)) throw brokenFault('its form has no schema')
  const { problem } = readFormSchema(requestedSchema, true)
  if (problem !== undefined) throw brokenFault(`the schema of its form is none: ${problem.pointer} ${problem.message}`)
  return { message, requestedSchema }
}

/** A question under the key that its caller sees. */
export function keyedQuestion(key: string, written: WrittenQuestion): Question {
  const { requestedSchema } = written.params
  return isMembers(requestedSchema)
    ? { ...written, key, form: readFormSchema(requestedSchema, true) }
    : { ...written, key }
}

/**
 * The key of a question that a legacy server asks without one. It is that of its text: where the call runs again, an answer
 * is never taken for another question.
 */
export function keyOfText({ method, params }: WrittenQuestion): string {
  const digest = createHash('sha256')
    .update(JSON.stringify([method, params]))
    .digest('hex')
    .slice(0, 16)
  return `${kindOfMethod(method)}-${digest}`
}

/** A key that none of the used ones is. */
export function freeKey(key: string, used: ReadonlySet<string>): string {
  let free = key
  for (let count = 2; used.has(free); count++) free = `${key}#${count}`
  return free
}
