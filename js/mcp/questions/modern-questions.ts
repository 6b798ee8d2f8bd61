// Modern questions: a call that asks ends as `input_required`, and runs anew with the answers. What was answered before
// comes back in a sealed state.

import { callDigest } from '../../adapters/call-digest'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { raise } from '../../border/raised-error'
import type { Approver, ClientDecision } from '../../call/approval-notes'
import { inputRequired } from '../../call/questions'
import { readAnswer } from '../../call/questions'
import type { Asker, Question, QuestionRounds } from '../../call/questions'
import type { MethodAnswer, ServedRequest, ServerState } from '../methods/method'
import { INVALID_PARAMS, MISSING_CAPABILITY, fault } from '../protocol/json-rpc'
import type { ProtocolFault } from '../protocol/json-rpc'
import { clientCapabilitiesOf } from '../protocol/request-era'
import { hasForms, missingCapabilities } from './answers-of-clients'
import type * as approvalQuestions from './approval-question'
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
  /** What the client was asked to approve, or has approved: the tool as it was, by its hash. */
  readonly approval?: { readonly schemaHash: string; readonly isApproved?: true }
}

/** The parts of a server and of a request that questions need: a server of an SDK has no others. */
export type AskingServer = Pick<ServerState, 'seal' | 'registry'> & Partial<Pick<ServerState, 'asksClients' | 'views'>>
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
  const { approval } = state
  // What was answered once stays as it was.
  if (approval === undefined) return new ModernQuestions(server, request, tool, { ...inputResponses, ...state.answers })
  if (approval.isApproved)
    return new ModernQuestions(
      server,
      request,
      tool,
      { ...inputResponses, ...state.answers },
      { ...approval, decision: 'approved' },
    )
  const { readDecision, APPROVAL_KEY } = loadApprovalQuestions()
  // That answer is none of a question of the tool.
  const { [APPROVAL_KEY]: given, ...others } = inputResponses
  const decision = readDecision(given)
  return new ModernQuestions(
    server,
    request,
    tool,
    { ...others, ...state.answers },
    decision && { ...approval, decision },
  )
}

/** What a client has decided about a tool. */
interface Decided {
  readonly schemaHash: string
  readonly decision: ClientDecision
}

/** Few tools need approval. */
function loadApprovalQuestions(): typeof approvalQuestions {
  return require('./approval-question') as typeof approvalQuestions
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
  readonly #decided: Decided | undefined
  /** What the next round has to know. */
  #approval: CallState['approval']

  constructor(server: AskingServer, request: AskingRequest, tool: string, given: Members, decided?: Decided) {
    this.#decided = decided
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

  readonly approver = (): Approver | undefined => {
    const { views } = this.#server
    const { elicitation } = this.capabilities
    if (this.#server.asksClients !== true || views === undefined || !isMembers(elicitation) || !hasForms(elicitation))
      return undefined
    return (tool, shown) => {
      const { exchange, params } = this.#request
      const view = views.newest(exchange.principal)
      const question = loadApprovalQuestions().approvalQuestion(view, params, tool, shown)
      this.#asked.set(question.key, question)
      this.#approval = { schemaHash: tool.schemaHash }
      // The call ends as `input_required`, and comes again with the answer.
      throw raise('APPROVAL_REQUIRED', { tool: tool.name })
    }
  }

  decision(): ClientDecision | undefined {
    const { views } = this.#server
    const decided = this.#decided
    if (decided === undefined || this.#server.asksClients !== true || views === undefined) return undefined
    const { schemaHash, decision } = decided
    const view = views.newest(this.#request.exchange.principal)
    const name = view.resolve(this.#tool, 'mcp')
    // A tool that has changed since is another one: its call needs an approval of its own.
    if (name === undefined || view.get(name)?.schemaHash !== schemaHash) return undefined
    if (decision === 'approved') this.#approval = { schemaHash, isApproved: true }
    return decision
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
        ...(this.#approval && { approval: this.#approval }),
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
