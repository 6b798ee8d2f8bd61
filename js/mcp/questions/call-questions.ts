// Questions of a call to its client: how they are asked in its era, and what becomes of the call.

import type { Approver, ClientDecision } from '../../call/approval-notes'
import type { Asker, QuestionRounds } from '../../call/questions'
import type { MethodAnswer, ServedRequest, ServerState } from '../methods/method'
import type { ProtocolFault } from '../protocol/json-rpc'
import { LegacyQuestions } from './legacy-questions'
import { openModernQuestions } from './modern-questions'

/** The questions of one call. */
export interface CallQuestions {
  /** Asks the client; rejects where it cannot answer, or does so later. */
  readonly ask: Asker
  /** What the client can answer, and what a tool keeps between two rounds. */
  readonly rounds: QuestionRounds
  /** Returns what asks the client to approve the call; nothing where the client cannot be asked. */
  readonly approver: () => Approver | undefined
  /** What the client has decided in an earlier round about the tool as it is now. */
  decision(): ClientDecision | undefined
  /**
   * The answer of the call, if it is about questions. `hasFailed`: the closure has ended with the error of a question that
   * was not answered.
   */
  outcome(hasFailed: boolean): MethodAnswer | undefined
  /** Ends those that are open. It is called before the answer of the call is sent. */
  end(): void
}

/** Opens the questions of a call; or says why it is not made. */
export function openQuestions(
  server: ServerState,
  request: ServedRequest,
  name: string,
): CallQuestions | ProtocolFault {
  return request.revision.isModern
    ? openModernQuestions(server, request, name)
    : new LegacyQuestions(server, request, name)
}
