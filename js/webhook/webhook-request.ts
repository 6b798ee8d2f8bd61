// Webhook request: the signed bytes of a delivery, and its payload.

import { isUint8Array } from '../border/realm'
import type { WebhookRequest } from '../../index'
import { refusal } from './webhook-response'
import type { DeliveryResponse } from './webhook-response'

/** Headers of a request, by names in lower case. */
export type RequestHeaders = WebhookRequest['headers']

/** A request as `node:http` has it; a body parser may have added `rawBody` or `body`. */
export interface HttpRequest extends WebhookRequest {
  readonly httpVersionMajor?: unknown
  readonly rawBody?: unknown
  readonly body?: unknown
  readonly readableDidRead?: unknown
  readonly readableEnded?: unknown
}

/** Reads the signed bytes: those kept by a body parser, or the request's body. */
export async function readBody(request: HttpRequest, limit: number): Promise<Buffer | DeliveryResponse> {
  // Closes the connection, because the rest is not read. HTTP/2 needs no such header.
  const headers = request.httpVersionMajor === 2 ? undefined : { connection: 'close' }
  const tooLarge = () => refusal(413, 'TOO_LARGE', `the body is over the limit of ${limit} bytes`, headers)
  const parsed =
    [request.rawBody, request.body].find((body) => isUint8Array(body)) ??
    [request.rawBody, request.body].find((body) => typeof body === 'string')
  if (parsed !== undefined) {
    const body = Buffer.from(parsed)
    return body.length > limit ? tooLarge() : body
  }
  if (request.readableDidRead === true || request.readableEnded === true) {
    return refusal(
      500,
      'BODY_READ',
      'a body parser has read the body and kept no bytes of it: the webhook must come before it, or get a Buffer in body or rawBody',
    )
  }
  if (Number(request.headers['content-length']) > limit) return tooLarge()
  return (await collectBody(request, limit)) ?? tooLarge()
}

/** Collects the body of a request; nothing for one over the limit. */
function collectBody(request: HttpRequest, limit: number): Promise<Buffer | undefined> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    request.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length <= limit) return void chunks.push(chunk)
      request.pause()
      resolve(undefined)
    })
    request.on('end', () => resolve(Buffer.concat(chunks)))
    request.on('error', reject)
    request.on('close', () => reject(new Error('the sender has gone')))
  })
}

/** Parses the payload as JSON; nothing for another text. GitHub's form encoding has it in a field. */
export function payloadOf(headers: RequestHeaders, body: Buffer): unknown {
  const text = body.toString()
  const isForm = String(headers['content-type'] ?? '').startsWith('application/x-www-form-urlencoded')
  try {
    return JSON.parse(isForm ? (new URLSearchParams(text).get('payload') ?? '') : text)
  } catch {
    return undefined
  }
}
