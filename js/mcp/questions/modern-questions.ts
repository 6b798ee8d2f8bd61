// Modern questions: a call that asks ends as `input_required`, and runs anew with the answers. What was answered before
// comes back in a sealed state.

import { callDigest } from '../../adapters/call-digest'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { inputRequired } from '../../call/questions'
import { readAnswer } from '../../call/questions'
import type { Asker, Question, QuestionRounds } from '../../call/questions'
import type { MethodAnswer, ServedRequest, ServerState } from '../methods/method'
import { INVALID_PARAMS, MISSING_CAPABILITY, fault } from '../protocol/json-rpc'
import type { ProtocolFault } from '../protocol/json-rpc'
import { clientCapabilitiesOf } from '../protocol/request-era'
import { missingCapabilities } from './answers-of-clients'
import type { CallQuestions } from './call-questions'

/** How long a client may take to answer, in ms. */
const ANSWER_MS = 600_000

/** What a sealed state has: for whom and which call it is, and what was answered so far. */
interface CallState {
  readonly call: string
  /** Until when it holds, in ms since 1970. */
  readonly until: number
  readonly answers: Members
  /** What the tool has kept. */
  readonly kept?: unknown
}

/** The parts of a server and of a request that questions need: a server of an SDK has no others. */
export type AskingServer = Pick<ServerState, 'seal' | 'registry'>
export type AskingRequest = Pick<ServedRequest, 'id' | 'params' | 'exchange'>

/** Opens the questions of a call, with the answers that its client brings. */
export function openModernQuestions(
  server: AskingServer,
  request: AskingRequest,
  tool: string,
): CallQuestions | ProtocolFault {
  const { id, params, exchange } = request
  const { inputResponses = {}, requestState } = params
  if (!isMembers(inputResponses)) return fault(INVALID_PARAMS, 'params/inputResponses must be an object', { id })
  if (requestState === undefined) return new ModernQuestions(server, request, tool, inputResponses)
  const state = server.seal().open(requestState) as CallState | undefined
  const now = server.registry.closures.clock.unixTime()
  if (
    state === undefined ||
    state.until < now ||
    state.call !== digestOf(exchange.principal.key, tool, params.arguments)
  )
    return fault(INVALID_PARAMS, 'params/requestState is not of this call, or too old: call without it', { id })
  // What was answered once stays as it was.
  return new ModernQuestions(server, request, tool, { ...inputResponses, ...state.answers })
}

/** A state is for one caller, one tool and its arguments. */
function digestOf(principal: string, tool: string, args: unknown): string {
  return callDigest(principal, tool, args ?? {})
}

class ModernQuestions implements CallQuestions, QuestionRounds {
  readonly #server: AskingServer
  readonly #request: AskingRequest
  readonly #tool: string
  readonly #given: Members
  /** Answers that the closure has got. */
  readonly #answered = new Map<string, unknown>()
  readonly #asked = new Map<string, Question>()
  /** What the tool keeps until the next round. */
  #kept: unknown
  /** The capabilities that a question needed, and the client has not declared. */
  #missing: Members | undefined

  constructor(server: AskingServer, request: AskingRequest, tool: string, given: Members) {
    this.#server = server
    this.#request = request
    this.#tool = tool
    this.#given = given
  }

  readonly ask: Asker = async (question) => {
    const { key } = question
    const missing = missingCapabilities(question, this.capabilities)
    if (missing !== undefined) this.lack(missing)
    else {
      const answer = Object.hasOwn(this.#given, key) ? readAnswer(question, this.#given[key]).answer : undefined
      if (answer !== undefined) {
        this.#answered.set(key, answer)
        return answer
      }
      this.#asked.set(key, question)
    }
    throw inputRequired(this.#tool, question)
  }

  get rounds(): QuestionRounds {
    return this
  }

  get capabilities(): Members {
    return clientCapabilitiesOf(this.#request.params)
  }

  /** The state was judged when the questions were opened. */
  get kept(): unknown {
    const { requestState } = this.#request.params
    return requestState === undefined ? undefined : (this.#server.seal().open(requestState) as CallState).kept
  }

  keep(value: unknown): void {
    this.#kept = value
  }

  lack(capabilities: Members): void {
    this.#missing = { ...this.#missing, ...capabilities }
  }

  outcome(hasFailed: boolean): MethodAnswer | undefined {
    const { id, params, exchange } = this.#request
    // Also where the closure has gone on without the answer.
    if (this.#asked.size > 0) {
      const { clock } = this.#server.registry.closures
      const state: CallState = {
        call: digestOf(exchange.principal.key, this.#tool, params.arguments),
        until: clock.unixTime() + ANSWER_MS,
        answers: Object.fromEntries(this.#answered),
        kept: this.#kept,
      }
      const requests = [...this.#asked].map(([key, { method, params: asked }]) => [key, { method, params: asked }])
      const requestState = this.#server.seal().seal(state)
      const members = JSON.stringify({ inputRequests: Object.fromEntries(requests) as object, requestState })
      return { members: [members.slice(1, -1)], isInputRequired: true }
    }
    if (!hasFailed || this.#missing === undefined) return undefined
    const message = `tool "${this.#tool}" asks what the client has not declared that it can answer`
    return fault(MISSING_CAPABILITY, message, { id, status: 400, data: { requiredCapabilities: this.#missing } })
  }

  end(): void {}
}
