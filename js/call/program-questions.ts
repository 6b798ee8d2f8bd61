// Program questions: the questions of a call that a program has made, and its state where they are not answered.

import type { Members } from '../border/kind'
import { jsonText } from '../border/json'
import { isPlainArray, isPlainObject } from '../border/realm'
import { exactCallerId } from './caller-id'
import { sealState } from './call-state'
import type { StatedCall } from './call-state'
import type { CallContext } from './context'
import type { Call, CallEnvironment } from './interfaces'
import { requestOf } from './question-words'
import type { QuestionRequest } from './question-words'
import { unanswered, writtenQuestion } from './questions'
import type { CallAsking, Question, QuestionRounds, WrittenQuestion } from './questions'

/** A program can answer anything, if not at once. */
const CAPABILITIES: Members = Object.freeze({ elicitation: { form: {}, url: {} }, sampling: {}, roots: {} })

/** What a program reads of questions that wait for it. */
export interface WaitingQuestions {
  readonly state?: string
  readonly requests: Readonly<Record<string, QuestionRequest>>
}

/** The questions of answers and of errors. */
const waiting = new WeakMap<object, () => WaitingQuestions>()

/** The questions that an answer to a model, or an error of a call, waits for. */
export function questionsOf(value: unknown): WaitingQuestions | undefined {
  return value !== null && typeof value === 'object' ? waiting.get(value)?.() : undefined
}

/** An answer to a model waits for the questions of its error. */
export function handOnQuestions(error: object, answer: unknown): void {
  const questions = waiting.get(error)
  if (questions !== undefined && answer !== null && typeof answer === 'object') waiting.set(answer, questions)
}

/** The questions of one call. */
export class ProgramQuestions implements CallAsking, QuestionRounds {
  readonly capabilities = CAPABILITIES
  readonly kept: unknown
  readonly #environment: CallEnvironment
  readonly #call: Call
  readonly #answered = new Map<string, unknown>()
  readonly #asked = new Map<string, Question>()
  #kept: unknown
  /** The call as it was made, where JSON has it: read when it asks for the first time. */
  #stated: StatedCall | undefined

  constructor(environment: CallEnvironment, call: Call) {
    this.#environment = environment
    this.#call = call
    this.kept = call.ask?.state?.kept
  }

  get rounds(): QuestionRounds {
    return this
  }

  keep(value: unknown): void {
    this.#kept = value
  }

  readonly ask = async (question: Question, context: CallContext): Promise<unknown> => {
    const answer = await this.#call.ask?.answer(question, context)
    if (answer !== undefined) {
      this.#answered.set(question.key, answer)
      return answer
    }
    this.#stated ??= statedCall(this.#call)
    this.#asked.set(question.key, question)
    const error = unanswered(context.toolName, [...this.#asked.values()])
    const read = (): WaitingQuestions => this.#waiting()
    waiting.set(error, read)
    // It is for the program alone: it is in no log, and no model reads it.
    Object.defineProperty(error.details, 'state', { get: () => read().state, enumerable: false })
    throw error
  }

  #waiting(): WaitingQuestions {
    const state = this.#seal()
    const asked = [...this.#asked].map(([key, question]) => [key, requestOf(question, key)] as const)
    const requests = Object.fromEntries(asked)
    return state === undefined ? { requests } : { state, requests }
  }

  /** The state of the call; nothing where its arguments or its caller are no JSON. */
  #seal(): string | undefined {
    const { plan, identity } = this.#call
    const [call, caller] = [this.#stated, exactCallerId(identity, plan.tenantKey)]
    if (call === undefined || caller === undefined) return undefined
    const asked = [...this.#asked].map(([key, question]): [string, WrittenQuestion] => [key, writtenQuestion(question)])
    return sealState(this.#environment, {
      tool: plan.name,
      caller,
      call,
      asked: Object.fromEntries(asked),
      answers: Object.fromEntries(this.#answered),
      kept: this.#kept,
    })
  }
}

/** A call as it was made; nothing where JSON would change it. */
function statedCall({ modelCall, judged, args }: Call): StatedCall | undefined {
  if (modelCall === undefined) {
    const copy = exactCopy(judged ?? args)
    return copy === undefined ? undefined : { kind: 'execute', args: copy as Members }
  }
  const { target, targetOptions: options, sent } = modelCall
  // A model's call is read as JSON anyway.
  return { kind: 'respond', target, sent: jsonCopy(sent), options }
}

function jsonCopy(value: unknown): unknown {
  return JSON.parse(jsonText(value) as string) as unknown
}

/** A copy of JSON; nothing for what JSON changes, such as bytes and instances of classes. */
function exactCopy(value: unknown): unknown {
  try {
    const copy = jsonCopy(value)
    return isSame(value, copy) ? copy : undefined
  } catch {
    return undefined
  }
}

function isSame(value: unknown, copy: unknown): boolean {
  if (value === null || typeof value !== 'object') return Object.is(value, copy)
  if (copy === null || typeof copy !== 'object') return false
  const isList = isPlainArray(value)
  if (!isList && !isPlainObject(value)) return false
  const [members, copied] = [value as Members, copy as Members]
  const keys = Object.keys(members).filter((key) => isList || members[key] !== undefined)
  return (
    keys.length === Object.keys(copied).length &&
    keys.every((key) => Object.hasOwn(copied, key) && isSame(members[key], copied[key]))
  )
}
