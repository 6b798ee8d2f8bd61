// Legacy questions: requests of the server on the stream of a call, which wait for the client's answer.

import { isMembers } from '../../border/kind'
import type { Approver } from '../../call/approval-notes'
import { readAnswer } from '../../call/questions'
import type { Asker, Question, QuestionRounds } from '../../call/questions'
import { inputRequired } from '../../call/questions'
import type { ServedRequest, ServerState } from '../methods/method'
import type { RequestSink } from '../notices/notice-sink'
import type { Connection } from '../protocol/connection'
import type { ResponseMessage } from '../protocol/json-rpc'
import { hasForms, missingCapabilities } from './answers-of-clients'
import type * as approvalQuestions from './approval-question'
import type { CallQuestions } from './call-questions'

/** Asks a client that has a connection: over stdio, or in a session. */
export class LegacyQuestions implements CallQuestions {
  readonly #server: ServerState
  readonly #request: ServedRequest
  readonly #tool: string
  /** The ids of the questions that are not answered yet. */
  readonly #open = new Set<string>()
  #isOver = false

  constructor(server: ServerState, request: ServedRequest, tool: string) {
    this.#server = server
    this.#request = request
    this.#tool = tool
  }

  readonly ask: Asker = async (question) => {
    const { connection, notices } = this.#request.exchange
    const isMissing = connection === undefined || missingCapabilities(question, connection.capabilities) !== undefined
    if (isMissing || notices === undefined || this.#isOver) throw inputRequired(this.#tool, question)
    return this.#read(question, await this.#send(connection, notices, question))
  }

  readonly approver = (): Approver | undefined => {
    const { connection, notices } = this.#request.exchange
    if (!this.#server.asksClients || connection === undefined || notices === undefined) return undefined
    if (!isMembers(connection.capabilities.elicitation) || !hasForms(connection.capabilities.elicitation))
      return undefined
    return async (tool, shown) => {
      const { approvalQuestion, readDecision } = loadApprovalQuestions()
      const { exchange, params } = this.#request
      const view = this.#server.views.newest(exchange.principal)
      const question = approvalQuestion(view, params, tool, shown)
      // A client that answers with an error, or is gone, has not approved.
      return readDecision((await this.#send(connection, notices, question)).result) ?? 'cancelled'
    }
  }

  /** Sends a question on the stream of the call; resolves with its response. */
  #send(connection: Connection, notices: RequestSink, question: Question): Promise<Partial<ResponseMessage>> {
    const { id, response } = connection.ask()
    this.#open.add(id)
    notices.ask(id, question.method, paramsOf(question, id))
    return response.finally(() => this.#open.delete(id))
  }

  /** A call of this era has one round. */
  decision(): undefined {
    return undefined
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

/** Few tools need approval. */
function loadApprovalQuestions(): typeof approvalQuestions {
  return require('./approval-question') as typeof approvalQuestions
}
