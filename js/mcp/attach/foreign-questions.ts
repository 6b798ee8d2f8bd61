// Foreign questions: what a closure asks the client of a server of an SDK: by requests of that server, or, with clients of
// 2026-07-28, in the result of the call.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { CallListeners } from '../../call/interfaces'
import { readAnswer } from '../../call/questions'
import { inputRequired } from '../../call/questions'
import type { Asker } from '../../call/questions'
import { missingCapabilities } from '../questions/answers-of-clients'
import { openModernQuestions } from '../questions/modern-questions'
import type { AskingServer } from '../questions/modern-questions'
import { ANY_RESULT, MOST_MS } from '../protocol/any-result'
import type { ProtocolFault } from '../protocol/json-rpc'
import type { Principal } from '../principals'
import type { ForeignExtra, ForeignRound } from './foreign-extra'
import type { ForeignRequest } from './foreign-server'

/** The questions of one call. */
export interface ForeignQuestions {
  readonly listeners: Pick<CallListeners, 'ask' | 'rounds'>
  /** The result of the call, if it is about questions; see `CallQuestions`. Throws an error of the protocol. */
  outcome(hasFailed: boolean): unknown
}

/** What the questions of a call need. */
interface AskedCall {
  readonly server: AskingServer
  readonly principal: Principal
  readonly params: ForeignRequest['params']
  readonly extra: ForeignExtra
  /** What a client has declared that opened with `initialize`. */
  readonly capabilities: unknown
}

/** Opens the questions of a call. Throws an error of the protocol for a state that is not of this call. */
export function openForeignQuestions(call: AskedCall): ForeignQuestions {
  const { round } = call.extra
  return round === undefined ? openLegacy(call) : openModern(call, round)
}

function openLegacy({ extra, capabilities: declared, params }: AskedCall): ForeignQuestions {
  const capabilities: Members = isMembers(declared) ? declared : {}
  const tool = String(params?.name)
  const { request, signal } = extra
  let asked = 0
  const ask: Asker = async (question) => {
    if (request === undefined || missingCapabilities(question, capabilities) !== undefined)
      throw inputRequired(tool, question)
    const { method, key, params: own } = question
    const isPage = own.mode === 'url'
    const sent = isPage ? { ...own, elicitationId: `toolrack-${tool}-${++asked}` } : own
    const given = await request({ method, params: sent }, ANY_RESULT, { signal, timeout: MOST_MS })
    const { answer, problem } = readAnswer(question, given)
    if (problem !== undefined) throw new Error(`the client has sent what is no answer to "${key}": it ${problem}`)
    return answer
  }
  return { listeners: { ask, rounds: { capabilities } }, outcome: () => undefined }
}

function openModern({ server, principal, params }: AskedCall, round: ForeignRound): ForeignQuestions {
  const { id, capabilities, inputResponses, requestState } = round
  const request = {
    id,
    params: {
      arguments: params?.arguments,
      ...(inputResponses !== undefined && { inputResponses }),
      ...(requestState !== undefined && { requestState }),
      _meta: { 'io.modelcontextprotocol/clientCapabilities': capabilities },
    },
    exchange: { principal },
  }
  const questions = openModernQuestions(server, request, String(params?.name))
  if ('kind' in questions) throw new ForeignError(questions)
  return {
    listeners: { ask: questions.ask, rounds: questions.rounds },
    outcome(hasFailed) {
      const answer = questions.outcome(hasFailed)
      if (answer === undefined) return undefined
      if ('members' in answer)
        return { resultType: 'input_required', ...(JSON.parse(`{${String(answer.members[0])}}`) as object) }
      if (answer.kind === 'fault') throw new ForeignError(answer)
      return undefined
    },
  }
}

/** An error that both SDKs send to their client, by its code. */
export class ForeignError extends Error {
  readonly code: number
  readonly data: unknown

  constructor({ code, message, data }: Pick<ProtocolFault, 'code' | 'message' | 'data'>) {
    super(message)
    this.code = code
    this.data = data
  }
}
