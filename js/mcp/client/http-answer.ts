// HTTP answer: the response to a POST → messages of JSON-RPC, from one JSON text or from a stream of events.

import type { RequestId } from '../protocol/json-rpc'
import type { ClientLimits } from './client-limits'
import { EventReader } from './event-reader'
import { HttpFault, statusFault } from './http-fault'
import { errorCode, readBody } from './http-sender'
import type { HttpResponse } from './http-sender'
import { brokenFault } from './pending-request'
import { readServerMessage } from './server-message'
import type { ServerMessage } from './server-message'
import { UpstreamFault } from './upstream-connection'

/** Where messages go. */
export interface AnswerReader {
  readonly limits: ClientLimits
  readonly take: (message: ServerMessage) => void
  /** Whether a request asked for `tools/list`. */
  readonly isList?: ((id: RequestId) => boolean) | undefined
}

/** The longest body of an error that is read, in bytes. */
const ERROR_BYTES = 1 << 20

/** Reads the response to a request. Rejects with a fault where it is none of MCP, or breaks. */
export async function readAnswer(response: HttpResponse, id: RequestId, reader: AnswerReader): Promise<void> {
  const { status } = response
  const type = mediaType(response)
  if (status < 200 || status >= 300) throw await errorFault(response, id, reader.limits)
  if (type === 'text/event-stream') return readEvents(response, reader)
  if (type === 'application/json') {
    const text = await whileReading(() => readBody(response, reader.limits.messageBytes))
    if (text === undefined) throw tooLong(reader.limits)
    return reader.take(readServerMessage(text, reader.limits.depth, reader.isList))
  }
  response.cancel()
  const what = status === 202 || status === 204 ? `HTTP ${status}, without an answer` : `"${type.slice(0, 100)}"`
  throw brokenFault(`the server answered with ${what} instead of a message of MCP`)
}

/** Reads a stream of events to its end. */
export async function readEvents({ body }: HttpResponse, { limits, take, isList }: AnswerReader): Promise<void> {
  const events = new EventReader(limits.messageBytes, (data) => take(readServerMessage(data, limits.depth, isList)))
  await whileReading(async () => {
    for await (const chunk of body) if (!events.read(chunk)) throw tooLong(limits)
  })
}

/** The fault of a response with a status of an error: what its message says, or the status. */
async function errorFault(response: HttpResponse, id: RequestId, { depth }: ClientLimits): Promise<UpstreamFault> {
  const { status } = response
  const other = statusFault(status)
  const isJson = mediaType(response) === 'application/json'
  if (!isJson) {
    response.cancel()
    return other
  }
  let text: string | undefined
  try {
    text = await readBody(response, ERROR_BYTES)
  } catch {
    return other
  }
  const message = readServerMessage(text ?? '', depth)
  const isOurs = message.kind === 'response' && (message.id === id || message.id === undefined)
  if (!isOurs || message.error === undefined) return other
  const { code, message: words, data } = message.error
  const told = `the server answered with HTTP ${status}, error ${code}: ${words}`
  return new HttpFault('refused', told, status, { code, data })
}

function mediaType(response: HttpResponse): string {
  return (response.header('content-type') ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** What breaks while a body is read was sent: the server may have done what was asked. */
async function whileReading<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read()
  } catch (thrown) {
    if (thrown instanceof UpstreamFault) throw thrown
    const code = errorCode(thrown)
    throw new UpstreamFault('lost', `the connection broke in the answer${code === undefined ? '' : ` (${code})`}`)
  }
}

function tooLong({ messageBytes }: ClientLimits): UpstreamFault {
  return brokenFault(`the answer has more than ${messageBytes} bytes`)
}
