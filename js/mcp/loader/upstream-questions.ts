// Upstream questions: what an MCP server asks during one call, and the answers of the caller.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { CallContext } from '../../call/context'
import { isUnanswered, unanswered } from '../../call/questions'
import type { QuestionRounds, WrittenQuestion } from '../../call/questions'
import type { ServerQuestion, UpstreamCall, UpstreamFault } from '../client/upstream-connection'
import { brokenFault } from '../client/pending-request'
import { MISSING_CAPABILITY } from '../protocol/json-rpc'
import { areAllowed, callerCapabilities, kindOfMethod } from './question-kinds'
import { freeKey, keyOfText, keyedQuestion, readRequests, readServerQuestion } from './server-questions'
import type { Asking } from './server-questions'

/** How often a modern server may ask in one call, and how many questions a legacy one may ask. */
const MOST_ROUNDS = 10
const MOST_QUESTIONS = 32
/** The longest state of a server, in characters: it goes through the hands of clients. */
const MOST_STATE = 64 << 10

/** Which server asks. */
export interface QuestionHost extends Asking {
  /** Where the server is: another one of this name gets no answers. */
  readonly location: string
}

/** A question of the server, under its key and under ours. */
interface RoundQuestion extends WrittenQuestion {
  readonly key: string
  readonly own: string
}

/** What a modern server has asked, kept until the call is made again. */
interface KeptRound {
  readonly location: string
  readonly round: number
  /** Keys that the caller has seen. */
  readonly used: readonly string[]
  readonly questions: readonly RoundQuestion[]
  readonly requestState?: string | undefined
}

/** The questions of one call. */
export class UpstreamQuestions {
  readonly #host: QuestionHost
  readonly #context: CallContext
  readonly #rounds: QuestionRounds | undefined
  readonly #used: Set<string>
  #round: number
  /** Why a question was not answered: the call ends with it. */
  #failure: { readonly thrown: unknown } | undefined

  constructor(host: QuestionHost, context: CallContext) {
    this.#host = host
    this.#context = context
    this.#rounds = CallContext.roundsOf(context)
    const kept = this.#kept
    this.#used = new Set(kept?.used)
    this.#round = kept?.round ?? 0
  }

  /** What the caller can answer, as far as the source allows it. */
  get capabilities(): Members {
    return callerCapabilities(this.#host.kinds, this.#rounds?.capabilities ?? {})
  }

  /** The answers to what the server asked before the call was made again. */
  async answersOfKept(): Promise<UpstreamCall['answers']> {
    const kept = this.#kept
    if (kept === undefined) return undefined
    if (kept.location !== this.#host.location) throw brokenFault('another server has taken its place since it asked')
    return this.#answer(kept)
  }

  /** The answers to what a modern server asks. Rejects where the caller gives none. */
  async answersOf({ inputRequests, requestState }: Members): Promise<UpstreamCall['answers']> {
    if (++this.#round > MOST_ROUNDS) throw brokenFault(`it has asked more than ${MOST_ROUNDS} times`)
    if (requestState !== undefined && (typeof requestState !== 'string' || requestState.length > MOST_STATE))
      throw brokenFault(`its requestState is no text of at most ${MOST_STATE} characters`)
    const questions = readRequests(inputRequests, this.#host).map(([own, written]): RoundQuestion => {
      const key = freeKey(own, this.#used)
      this.#used.add(key)
      return { ...written, key, own }
    })
    if (questions.length === 0 && requestState === undefined) throw brokenFault('it asks for input, and nothing')
    const { location } = this.#host
    return this.#answer({ location, round: this.#round, used: [...this.#used], questions, requestState })
  }

  /** Answers one question of a legacy server; `undefined` for what its source does not allow. */
  readonly answerOne = async ({ method, params }: ServerQuestion): Promise<Members | undefined> => {
    const kind = kindOfMethod(method)
    if (kind === undefined || !this.#host.kinds.includes(kind)) return undefined
    try {
      if (++this.#round > MOST_QUESTIONS) throw brokenFault(`it has asked more than ${MOST_QUESTIONS} questions`)
      const written = readServerQuestion(method, params, this.#host)
      const key = freeKey(keyOfText(written), this.#used)
      this.#used.add(key)
      return withoutMeta(await CallContext.askOf(this.#context, keyedQuestion(key, written)))
    } catch (thrown) {
      this.#failure ??= { thrown }
      throw thrown
    }
  }

  /** What the call ends with, where its request has failed: the question that was not answered is the reason. */
  reasonOf(fault: UpstreamFault): unknown {
    if (this.#failure !== undefined) return this.#failure.thrown
    const { kind, code, data } = fault
    const required = isMembers(data) && isMembers(data.requiredCapabilities) ? data.requiredCapabilities : undefined
    if (kind !== 'refused' || code !== MISSING_CAPABILITY || required === undefined) return fault
    // The server would ask what the caller cannot answer.
    if (this.#rounds === undefined || !areAllowed(this.#host.kinds, required)) return fault
    this.#rounds.lack?.(required)
    return unanswered(this.#context.toolName, [])
  }

  get #kept(): KeptRound | undefined {
    return this.#rounds?.kept as KeptRound | undefined
  }

  async #answer(round: KeptRound): Promise<UpstreamCall['answers']> {
    this.#rounds?.keep?.(round)
    const { questions, requestState } = round
    const asked = questions.map(({ key, method, params, from }) =>
      CallContext.askOf(this.#context, keyedQuestion(key, { method, params, from })),
    )
    const answers = await Promise.allSettled(asked)
    const failed = answers.flatMap((answer) => (answer.status === 'rejected' ? [answer.reason as unknown] : []))
    // An error says more than a question that waits; the last of those has all questions.
    if (failed.length > 0) throw failed.find((thrown) => !isUnanswered(thrown)) ?? failed.at(-1)
    this.#rounds?.keep?.(undefined)
    const inputResponses = answers.map((answer, index) => [
      questions[index]?.own,
      withoutMeta((answer as PromiseFulfilledResult<unknown>).value),
    ])
    return {
      inputResponses: Object.fromEntries(inputResponses) as object,
      ...(requestState !== undefined && { requestState }),
    }
  }
}

/** An answer without what a client has written for us. */
function withoutMeta(answer: unknown): Members {
  const { _meta, ...rest } = answer as Members
  return rest
}
