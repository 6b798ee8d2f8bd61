// Fetch handler: `(Request) => Response` for Hono, Next, Bun and Deno.

import type { Clock } from '../../border/clock'
import { invalidOption, readOption } from '../../border/options'
import { joinPieces } from '../protocol/answers'
import type { Pieces } from '../protocol/answers'
import type { BodySink } from './events'
import { FetchRequest } from './fetch-request'
import type { HttpOutcome, HttpStream } from './http-request'
import type { HttpTransport } from './http-transport'

/** Answers a request of the Fetch API. It rejects other values. */
export type FetchHandler = (request: Request) => Promise<Response>

export function makeFetchHandler(transport: HttpTransport, clock: Clock): FetchHandler {
  return async function handler(source) {
    if (!readOption('request', () => isRequest(source)))
      throw invalidOption('request', 'must be a Request: for the request and response of node:http use server.handler')
    const request = new FetchRequest(source, clock)
    return makeResponse(await transport.serve(request), request)
  }
}

/** Whether a value looks like a request of the Fetch API. */
function isRequest(request: Partial<Request> | undefined): boolean {
  return typeof request?.headers?.get === 'function' && typeof request.method === 'string'
}

function makeResponse(outcome: HttpOutcome, request: FetchRequest): Response {
  if (outcome.kind === 'stream')
    return new Response(makeStream(outcome, request), { status: 200, headers: outcome.headers })
  const { status, headers, body } = outcome
  if (body.length === 0) return new Response(null, { status, headers })
  return new Response(joinBody(body), { status, headers: { 'content-type': 'application/json', ...headers } })
}

function joinBody(body: Pieces): string | Uint8Array<ArrayBuffer> {
  // A buffer of Node is never shared.
  return body.every((piece) => typeof piece === 'string')
    ? body.join('')
    : (joinPieces(body) as Uint8Array<ArrayBuffer>)
}

/** How many events may wait for a reader before it counts as slow. */
const WAITING_EVENTS = 16

function makeStream(outcome: HttpStream, request: FetchRequest): ReadableStream<Uint8Array> {
  let gone: () => void = () => {}
  const sink = new FetchSink()
  return new ReadableStream<Uint8Array>(
    {
      start(controller) {
        sink.controller = controller
        gone = outcome.open(sink)
        const end = gone
        request.onGone(() => {
          end()
        })
      },
      pull: () => sink.resume(),
      cancel: () => {
        sink.controller = undefined
        gone()
      },
    },
    { highWaterMark: WAITING_EVENTS },
  )
}

/** The body of a response that is being sent. */
class FetchSink implements BodySink {
  /** `undefined` once the reader is gone. */
  controller: ReadableStreamDefaultController<Uint8Array> | undefined
  #resume: (() => void) | undefined

  write(text: string): boolean {
    const { controller } = this
    if (controller === undefined) return true
    controller.enqueue(Buffer.from(text))
    return (controller.desiredSize ?? 0) > 0
  }

  whenReady(resume: () => void): void {
    this.#resume = resume
  }

  /** The reader has caught up. */
  resume(): void {
    const resume = this.#resume
    this.#resume = undefined
    resume?.()
  }

  end(): void {
    const { controller } = this
    this.controller = undefined
    controller?.close()
  }
}
