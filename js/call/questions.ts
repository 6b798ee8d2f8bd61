// Questions of a call: what a closure asks the caller: a form, a visit to a page, a text of a model, roots.

import { isFault } from '../border/error'
import type { ToolrackError } from '../border/error'
import { isMembers } from '../border/kind'
import type { Members } from '../border/kind'
import { checkOptions, describeUnknown, invalidOption, ownJson } from '../border/options'
import { raise, toolFailed } from '../border/raised-error'
import type { CallContext } from './context'
import { onAbort } from './abort-signals'
import { exactCallerId } from './caller-id'
import type { CallState } from './call-state'
import type * as callStates from './call-state'
import type * as formSchemas from './form-schema'
import type { FormSchema } from './form-schema'
import type { Call, CallEnvironment, Identity } from './interfaces'
import type * as programQuestions from './program-questions'
import type * as questionWords from './question-words'
import type * as sealedState from './sealed-state'
import type { StateSeal } from './sealed-state'

/** The longest key of a question, in characters. */
const MOST_KEY = 128

/** The methods of MCP by which something is asked. */
export type QuestionMethod = 'elicitation/create' | 'sampling/createMessage' | 'roots/list'

/** A question as it is written in MCP. */
export interface WrittenQuestion {
  readonly method: QuestionMethod
  readonly params: Members
  /** The source whose server asks; `undefined`: the tool itself does. */
  readonly from?: string | undefined
}

/** A question as the words of MCP have it. */
export interface Question extends WrittenQuestion {
  /** Tells the questions of one call apart: a call that is made again asks by the same keys. */
  readonly key: string
  /** The fields that a person is asked for. */
  readonly form?: FormSchema | undefined
}

/** Answers questions; rejects where nobody can. */
export type Asker = (question: Question) => Promise<unknown>

/** The same, where it is told which call asks. */
export type CallAsker = (question: Question, context: CallContext) => Promise<unknown>

/** What a tool that hands on the questions of another server needs to know of its caller. */
export interface QuestionRounds {
  /** What the caller can answer, as a client of MCP declares it. */
  readonly capabilities: Members
  /** What the tool has kept when this call asked before; `undefined` in the first round. */
  readonly kept?: unknown
  /** Keeps JSON until the call is made again with answers. A caller who answers at once needs none. */
  keep?(value: unknown): void
  /** Says which capabilities the caller would need beside those it has. */
  lack?(capabilities: Members): void
}

/** How a call asks. */
export interface CallAsking {
  readonly ask: CallAsker
  readonly rounds: QuestionRounds
}

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
  if (url === undefined) return readForm(key, message, toMembers('ask.schema', schema))
  if (typeof url !== 'string' || !isWebAddress(url)) throw invalidOption('ask.url', 'must be an http or https URL')
  return { key, method: 'elicitation/create', params: { mode: 'url', message, url } }
}

const REQUEST_KEYS = Object.freeze(['message', 'schema', 'url', 'sampling', 'roots'] as const)

function readForm(key: string, message: string, requestedSchema: Members): Question {
  const form = readFormSchema(requestedSchema, false)
  const { problem } = form
  if (problem !== undefined) throw invalidOption(`ask.schema${problem.pointer}`, problem.message)
  return { key, method: 'elicitation/create', params: { message, requestedSchema }, form }
}

/** Whether a text is an http or https URL. */
export function isWebAddress(url: string): boolean {
  return /^https?:\/\//i.test(url) && URL.canParse(url)
}

/** Copies an object as JSON has it. */
function toMembers(option: string, value: unknown): Members {
  const copy = ownJson(option, value)
  if (!isMembers(copy)) throw invalidOption(option, 'must be an object')
  return copy
}

/** The error of a question that nobody can answer. */
export function inputRequired(tool: string, question: Question): ToolrackError {
  return unanswered(tool, [question])
}

/** The error of questions that nobody can answer. */
export function unanswered(tool: string, questions: readonly Question[]): ToolrackError {
  const requests = Object.fromEntries(questions.map((question) => [question.key, writtenQuestion(question)]))
  return raise('INPUT_REQUIRED', { tool, requests }, { words: { tool } })
}

/** A question for JSON. */
export function writtenQuestion({ method, params, from }: WrittenQuestion): WrittenQuestion {
  return from === undefined ? { method, params } : { method, params, from }
}

/** Whether a closure has failed because nobody has answered it. */
export function isUnanswered(thrown: unknown): thrown is ToolrackError {
  return isFault(thrown) && thrown.code === 'INPUT_REQUIRED'
}

/** Errors of programs whose answer is none: they end the call. */
const wrongAnswers = new WeakSet<object>()

/** Reads what the option `ask` of a program gives. Throws `INVALID_OPTIONS`, with which the call ends. */
export function readGivenAnswer(question: Question, given: unknown): Members {
  let error: unknown
  try {
    const { answer, problem } = readAnswer(question, ownJson('ask', given))
    if (problem === undefined) return answer
    error = invalidOption('ask', `gives no answer to "${question.key}": it ${problem}`)
  } catch (thrown) {
    error = thrown
  }
  wrongAnswers.add(error as object)
  throw error
}

/** The error of a closure that has thrown: its own, unless it is that of a question. */
export function closureFailed(tool: string, thrown: unknown): ToolrackError {
  if (isFault(thrown) && wrongAnswers.has(thrown)) return thrown
  if (!isUnanswered(thrown)) return toolFailed(tool, thrown)
  const { details } = thrown
  // The questions of a call within this one: answers to them would continue that call, and not this one.
  return details.tool === tool ? thrown : raise('INPUT_REQUIRED', { ...details }, { words: { tool: details.tool } })
}

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

/** The option `ask`. It may do anything. */
type AskFunction = (question: object) => unknown

/** Answers the questions of one call. */
export class ProgramAsk {
  readonly #ask: AskFunction | undefined
  /** The run of the call that asked before. */
  readonly state: CallState | undefined

  constructor(ask: unknown, state?: CallState) {
    if (ask !== undefined && typeof ask !== 'function') throw invalidOption('ask', 'must be a function')
    this.#ask = ask as AskFunction | undefined
    this.state = state
  }

  static is(value: unknown): value is ProgramAsk {
    return value !== null && typeof value === 'object' && #ask in value
  }

  /** Throws where the call that is continued was made for somebody else. */
  checkCaller(identity: Identity, tenantKey: string): void {
    if (this.state !== undefined && exactCallerId(identity, tenantKey) !== this.state.caller) {
      const { foreignState } = require('./call-state') as typeof callStates
      throw foreignState()
    }
  }

  /** Answers a question; nothing where it has no answer. Rejects with what the function throws, and where its answer is none. */
  async answer(question: Question, context: CallContext): Promise<unknown> {
    const known = this.#knownAnswer(question)
    if (known !== undefined || this.#ask === undefined) return known
    const { requestOf } = require('./question-words') as typeof questionWords
    const given = await untilAborted(
      context.signal,
      this.#ask({ ...requestOf(question, question.key), ...callOf(context) }),
    )
    return given === undefined ? undefined : readGivenAnswer(question, given)
  }

  #knownAnswer(question: Question): unknown {
    const answers = this.state?.answers
    return answers !== undefined && Object.hasOwn(answers, question.key)
      ? readAnswer(question, answers[question.key]).answer
      : undefined
  }
}

/** Reads the option `ask`. */
export function readAsk(ask: unknown): ProgramAsk | undefined {
  return ask === undefined || ProgramAsk.is(ask) ? ask : new ProgramAsk(ask)
}

function callOf({ toolName, callId, signal }: CallContext): object {
  return { toolName, callId, signal }
}

/** Waits for a value, or rejects once a signal aborts: the call is over then. */
function untilAborted(signal: AbortSignal, value: unknown): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => reject(signal.reason as Error))
    Promise.resolve(value).then(resolve, reject).finally(stop)
  })
}

/** Reads the schema of a form. `isForeign`: another server has written it. */
export function readFormSchema(schema: Members, isForeign: boolean): FormSchema {
  const { FormSchema } = require('./form-schema') as typeof formSchemas
  return new FormSchema(schema, isForeign)
}

/** How a call of a program asks. Few calls do. */
export function askingOf(environment: CallEnvironment, call: Call): CallAsking {
  const { ProgramQuestions } = require('./program-questions') as typeof programQuestions
  return new ProgramQuestions(environment, call)
}

/** Makes the seal of states when a call asks for the first time. */
export function makeSeal(secret: string | Uint8Array | undefined, purpose?: string): () => StateSeal {
  let seal: StateSeal | undefined
  return () => {
    const { StateSeal } = require('./sealed-state') as typeof sealedState
    return (seal ??= new StateSeal(secret, purpose))
  }
}
