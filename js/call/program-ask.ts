// Program ask: how a program answers the questions of its call: by its option `ask`, or by answers to an earlier run.

import { invalidOption } from '../border/options'
import { exactCallerId } from './caller-id'
import { onAbort } from './abort-signals'
import type { CallState } from './call-state'
import { foreignState } from './call-state'
import type { CallContext } from './context'
import type { Identity } from './interfaces'
import { requestOf } from './question-words'
import { readAnswer } from './question-answers'
import { readGivenAnswer } from './questions'
import type { Question } from './questions'

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
    if (this.state !== undefined && exactCallerId(identity, tenantKey) !== this.state.caller) throw foreignState()
  }

  /** Answers a question; nothing where it has no answer. Rejects with what the function throws, and where its answer is none. */
  async answer(question: Question, context: CallContext): Promise<unknown> {
    const known = this.#knownAnswer(question)
    if (known !== undefined || this.#ask === undefined) return known
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
