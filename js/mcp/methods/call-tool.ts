// `tools/call`: a call of a tool that the caller sees, with the limits, validation and audit of every other call.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { ownJson } from '../../border/options'
import { raise } from '../../border/raised-error'
import { ModelReply } from '../../reply/model-reply'
import type { ClientDecision } from '../../call/approval-notes'
import { isUnanswered } from '../../call/questions'
import { modelCallsOf } from '../../snapshot'
import type { AnswerForm } from '../../snapshot/incoming-call'
import { MOST_RESULT_BYTES } from '../protocol/answers'
import { exactCall } from '../protocol/exact-arguments'
import type { ExactCall } from '../protocol/exact-arguments'
import { INVALID_PARAMS, fault } from '../protocol/json-rpc'
import type * as callNotices from '../notices/call-notices'
import { openQuestions } from '../questions/call-questions'
import { wantsNotices } from '../notices/wanted-notices'
import type { Method, MethodAnswer, ServedRequest, ServerState } from './method'

/** The answer is sent as it is written, and a tool that the caller does not see is an error of the protocol. */
const FORM: AnswerForm = Object.freeze({ isText: true, mostBytes: MOST_RESULT_BYTES, throwsUnknownTool: true })

/** How the core writes an error that has no tool. */
const EARLY_REPLY = Object.freeze({ maxBytes: 4_096, hiddenUnicode: 'flag' })

/** When a caller over a limit may try again, in ms. A call ends sooner or later, and nobody knows when. */
const RETRY_AFTER_MS = 1_000

export const callTool: Method = (server, request) => {
  const { id, params } = request
  if (typeof params.name !== 'string') return fault(INVALID_PARAMS, 'params/name must be the name of a tool', { id })
  // A text would be parsed as JSON, as of providers that send arguments so: who compares headers would not know it.
  if (params.arguments !== undefined && !isMembers(params.arguments))
    return fault(INVALID_PARAMS, 'params/arguments must be an object', { id })
  const exact = exactCall(params.name, request.text)
  if (exact?.tooLarge !== undefined)
    return fault(INVALID_PARAMS, `params/arguments has ${exact.tooLarge}, which is no number of 64 bits`, { id })
  return call(server, request, params.name, exact)
}

async function call(
  server: ServerState,
  request: ServedRequest,
  name: string,
  exact: ExactCall | undefined,
): Promise<MethodAnswer> {
  const { principal } = request.exchange
  const questions = openQuestions(server, request, name)
  if ('kind' in questions) return questions
  // A call that waits for the first load is under way already.
  const leave = server.admission.calls.enter(principal.key)
  const failure = leave === undefined ? tooManyCalls(name) : undefined
  const notices = openNotices(server, request)
  try {
    const ready = server.whenReady()
    if (failure !== undefined && ready !== undefined) return await writeEarly(name, failure)
    if (ready !== undefined) await ready
    const decision = questions.decision()
    const listeners = {
      ...notices?.listeners,
      ask: questions.ask,
      rounds: questions.rounds,
      approver: questions.approver,
    }
    const form = {
      ...FORM,
      exact,
      failure: failure ?? refusalOf(decision, name),
      listeners,
      throwsQuestions: request.revision.isModern,
    }
    const options = {
      context: principal.context,
      signal: request.signal,
      revision: request.revision.shape,
      approved: decision === 'approved',
    }
    // The revision of the call is that of its arrival.
    const text = await modelCallsOf(server.views.newest(principal)).respondToMcp(sentParams(request), options, form)
    return questions.outcome(false) ?? membersOf(text)
  } catch (thrown) {
    const error = revive(thrown)
    if (error.code === 'UNKNOWN_TOOL') return fault(INVALID_PARAMS, error.message, { id: request.id })
    if (isUnanswered(error)) return questions.outcome(true) ?? (await writeEarly(name, error))
    throw error
  } finally {
    questions.end()
    notices?.end()
    leave?.()
  }
}

/** Opens what tells the client something before the answer; nothing where it wants nothing. */
export function openNotices(server: ServerState, request: ServedRequest): callNotices.CallNotices | undefined {
  const { notices, connection } = request.exchange
  if (notices === undefined || !wantsNotices(request.params, connection)) return undefined
  const { CallNotices } = loadCallNotices()
  return new CallNotices(server, request, notices)
}

/** Most clients want nothing. */
function loadCallNotices(): typeof callNotices {
  return require('../notices/call-notices') as typeof callNotices
}

/** An escape of half a surrogate pair, or of one half of a whole one. */
const SURROGATE = /\\ud[89a-f]/i

/** The params of a call, with its trace context: that of its metadata, else that of its HTTP request. */
function sentParams({ params: read, text, exchange: { traceContext } }: ServedRequest): Members {
  // Rust has no text with half a surrogate pair: it becomes U+FFFD, for a closure as well.
  const params = SURROGATE.test(text) ? (ownJson('params', read) as Members) : read
  if (traceContext === undefined) return params
  const meta = isMembers(params._meta) ? params._meta : undefined
  return meta?.traceparent === undefined ? { ...params, _meta: { ...meta, ...traceContext } } : params
}

/** Writes the result of an error, before it is known which tools there are. */
export async function writeEarly(tool: string, error: ToolrackError): Promise<MethodAnswer> {
  const reply = new ModelReply('mcp', { wireName: tool, reply: EARLY_REPLY }, FORM)
  return membersOf(await reply.fault(error, error.message))
}

/** The members of a result, whose text is that of an object which has members. */
function membersOf(text: unknown): MethodAnswer {
  return { members: [(text as string).slice(1, -1)] }
}

/** Why a call is not made about which its client has decided; nothing for one that is made, or is to be asked about. */
function refusalOf(decision: ClientDecision | undefined, tool: string): ToolrackError | undefined {
  if (decision === undefined || decision === 'approved') return undefined
  return raise(decision === 'rejected' ? 'APPROVAL_REJECTED' : 'APPROVAL_REQUIRED', { tool })
}

function tooManyCalls(tool: string): ToolrackError {
  return raise('RATE_LIMITED', { tool, retryAfterMs: RETRY_AFTER_MS })
}
