// Node handler: `(req, res)` for `node:http`, Express and Fastify.

import type { McpHttpRequest, McpHttpResponse } from '../../../types/mcp'
import type { Clock } from '../../border/clock'
import { invalidOption, readOption } from '../../border/options'
import { byteLength } from '../protocol/answers'
import type { Pieces } from '../protocol/answers'
import type { BodySink } from './events'
import type { HttpReply } from './http-reply'
import type { HttpOutcome } from './http-request'
import type { HttpTransport } from './http-transport'
import { NodeRequest } from './node-request'

/** Answers a request of `node:http`. It rejects other values. The third argument of a framework may be its function `next`. */
export type NodeHandler = (request: McpHttpRequest, response: McpHttpResponse, body?: unknown) => Promise<void>

export function makeNodeHandler(transport: HttpTransport, clock: Clock): NodeHandler {
  return async function handler(source, response, body) {
    if (!readOption('request', () => isPair(source, response)))
      throw invalidOption('request', 'must be that of node:http, with its response: for a Request use server.fetch')
    const parsed = typeof body === 'function' ? undefined : body
    const request = new NodeRequest(source, { response, body: parsed, clock })
    const outcome = await transport.serve(request)
    try {
      send(response, request, outcome)
    } catch {
      // The client has gone, or the response is not that of Node.
      if (outcome.kind === 'stream') outcome.discard()
      response.destroy?.()
    }
  }
}

/** Whether values look like a request and a response of Node. */
function isPair(request: Partial<McpHttpRequest> | undefined, response: Partial<McpHttpResponse> | undefined): boolean {
  return typeof request?.on === 'function' && typeof response?.writeHead === 'function'
}

function send(response: McpHttpResponse, request: NodeRequest, outcome: HttpOutcome): void {
  if (request.isGone || response.headersSent === true) {
    if (outcome.kind === 'stream') outcome.discard()
  } else if (outcome.kind === 'reply') sendReply(response, outcome)
  else {
    response.writeHead(200, outcome.headers)
    request.onGone(outcome.open(new NodeSink(response)))
  }
}

/** Sends a response in one write. Bytes are not copied. */
function sendReply(response: McpHttpResponse, { status, headers, body }: HttpReply): void {
  // An event stream without an event has a type already.
  const type = body.length === 0 ? undefined : { 'content-type': 'application/json' }
  const length = status === 204 ? undefined : { 'content-length': byteLength(body) }
  const text = textOf(body)
  response.writeHead(status, { ...type, ...length, ...headers })
  if (text !== undefined) return void response.end(text)
  response.cork?.()
  for (const piece of body) response.write(piece)
  response.end()
}

/** The text of a body that has no bytes. */
function textOf(body: Pieces): string | undefined {
  let text = ''
  for (const piece of body) {
    if (typeof piece !== 'string') return undefined
    text += piece
  }
  return text
}

/** The body of a response that is being sent. */
class NodeSink implements BodySink {
  readonly #response: McpHttpResponse

  constructor(response: McpHttpResponse) {
    this.#response = response
  }

  write(text: string): boolean {
    return this.#response.write(text)
  }

  whenReady(resume: () => void): void {
    this.#response.once('drain', resume)
  }

  end(): void {
    this.#response.end()
  }
}
