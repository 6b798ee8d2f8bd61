// `tools/call`: a call of a tool that the caller sees, with the limits, validation and audit of every other call.

import { revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import { ModelReply } from '../../reply/model-reply'
import { respondInForm } from '../../snapshot'
import type { AnswerForm } from '../../snapshot/incoming-call'
import { MOST_RESULT_BYTES } from '../protocol/answers'
import { exactCall } from '../protocol/exact-arguments'
import type { Exchange } from '../protocol/exchange'
import { INVALID_PARAMS, fault, isMembers } from '../protocol/json-rpc'
import type { Members } from '../protocol/json-rpc'
import type { Method, MethodAnswer, ServedRequest, ServerState } from './method'

/** The answer is sent as it is written, and a tool that the caller does not see is an error of the protocol. */
const FORM: AnswerForm = Object.freeze({ isText: true, mostBytes: MOST_RESULT_BYTES, throwsUnknownTool: true })

/** How the core writes an error that has no tool. */
const EARLY_REPLY = Object.freeze({ maxBytes: 4_096, hiddenUnicode: 'flag' })

/** When a caller over a limit may try again, in ms. A call ends sooner or later, and nobody knows when. */
const RETRY_AFTER_MS = 1_000

export const callTool: Method = async (server, request) => {
  const { id, params, exchange } = request
  if (typeof params.name !== 'string') return fault(INVALID_PARAMS, 'params/name must be the name of a tool', { id })
  // A text would be parsed as JSON, as of providers that send arguments so: who compares headers would not know it.
  if (params.arguments !== undefined && !isMembers(params.arguments))
    return fault(INVALID_PARAMS, 'params/arguments must be an object', { id })
  const exact = exactCall(params.name, request.text)
  if (exact?.tooLarge !== undefined)
    return fault(INVALID_PARAMS, `params/arguments has ${exact.tooLarge}, which is no number of 64 bits`, { id })
  // A call that waits for the first load is under way already.
  const leave = server.admission.calls.enter(exchange.principal.key)
  const failure = leave === undefined ? tooManyCalls(params.name) : undefined
  try {
    const ready = server.whenReady()
    if (failure !== undefined && ready !== undefined) return await writeEarly(params.name, failure)
    await ready
    return await respond(server, request, { ...FORM, exact, failure })
  } finally {
    leave?.()
  }
}

async function respond(
  { views }: ServerState,
  { id, params, revision, exchange, signal }: ServedRequest,
  form: AnswerForm,
): Promise<MethodAnswer> {
  const { principal } = exchange
  const sent = { params: { name: params.name, arguments: params.arguments, _meta: traceOf(params._meta, exchange) } }
  const options = { context: principal.context, signal, revision: revision.shape }
  try {
    // The revision of the call is that of its arrival.
    const text = await respondInForm(views.newest(principal), 'mcp', sent, options, form)
    // The text is that of an object which has members.
    return { members: [(text as string).slice(1, -1)] }
  } catch (thrown) {
    const error = revive(thrown)
    if (error.code === 'UNKNOWN_TOOL') return fault(INVALID_PARAMS, error.message, { id })
    throw error
  }
}

/** The metadata of a call with its trace context: its own, else that of its HTTP request. */
function traceOf(meta: unknown, { traceContext }: Exchange): Members | undefined {
  const own = isMembers(meta) ? meta : undefined
  return traceContext === undefined || own?.traceparent !== undefined ? own : { ...own, ...traceContext }
}

/** Writes the result of an error, before it is known which tools there are. */
async function writeEarly(tool: string, error: ToolrackError): Promise<MethodAnswer> {
  const reply = new ModelReply('mcp', { wireName: tool, reply: EARLY_REPLY }, FORM)
  const text = await reply.fault(error, error.message)
  return { members: [(text as string).slice(1, -1)] }
}

function tooManyCalls(tool: string): ToolrackError {
  return raise('RATE_LIMITED', { tool, retryAfterMs: RETRY_AFTER_MS })
}
