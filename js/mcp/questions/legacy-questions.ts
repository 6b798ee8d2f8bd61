// Legacy questions: requests of the server on the stream of a call, which wait for the client's answer.

import { readAnswer } from '../../call/questions'
import type { Asker, Question, QuestionRounds } from '../../call/questions'
import { inputRequired } from '../../call/questions'
import type { ServedRequest } from '../methods/method'
import type { ResponseMessage } from '../protocol/json-rpc'
import { missingCapabilities } from './answers-of-clients'
import type { CallQuestions } from './call-questions'

/** Asks a client that has a connection: over stdio, or in a session. */
export class LegacyQuestions implements CallQuestions {
  readonly #request: ServedRequest
  readonly #tool: string
  /** The ids of the questions that are not answered yet. */
  readonly #open = new Set<string>()
  #isOver = false

  constructor(request: ServedRequest, tool: string) {
    this.#request = request
    this.#tool = tool
  }

  readonly ask: Asker = async (question) => {
    const { connection, notices } = this.#request.exchange
    const isMissing = connection === undefined || missingCapabilities(question, connection.capabilities) !== undefined
    if (isMissing || notices === undefined || this.#isOver) throw inputRequired(this.#tool, question)
    const { id, response } = connection.ask()
    this.#open.add(id)
    notices.ask(id, question.method, paramsOf(question, id))
    return this.#read(question, await response.finally(() => this.#open.delete(id)))
  }

  #read(question: Question, { result, error }: Partial<ResponseMessage>): unknown {
    // The call is over, or the client is gone.
    if (result === undefined && error === undefined) throw inputRequired(this.#tool, question)
    if (error !== undefined) throw new Error(`the client does not answer "${question.key}": ${error}`)
    const { answer, problem } = readAnswer(question, result)
    if (problem !== undefined)
      throw new Error(`the client has sent what is no answer to "${question.key}": it ${problem}`)
    return answer
  }

  get rounds(): QuestionRounds {
    const { connection, notices } = this.#request.exchange
    return { capabilities: notices === undefined ? {} : (connection?.capabilities ?? {}) }
  }

  /** Clients of this era get the error of a question as a result. */
  outcome(): undefined {
    return undefined
  }

  end(): void {
    this.#isOver = true
    const { connection, notices } = this.#request.exchange
    for (const requestId of this.#open) {
      connection?.forget(requestId)
      if (this.#request.signal?.aborted !== true) notices?.notify('notifications/cancelled', { requestId })
    }
  }
}

/** The params of a question. Clients of 2025-11-25 tell the visits to a page apart by an id. */
function paramsOf({ params }: Question, elicitationId: string): object {
  return params.mode === 'url' ? { ...params, elicitationId } : params
}
