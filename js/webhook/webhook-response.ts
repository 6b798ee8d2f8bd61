// Webhook response: what the sender of a delivery gets.

import type { WebhookResponse } from '../../index'

/** The response to a delivery: HTTP status and JSON body. */
export interface DeliveryResponse {
  readonly status: number
  readonly body: Readonly<Record<string, unknown>>
  readonly headers?: Readonly<Record<string, string>> | undefined
}

/** A response as `node:http` has it. */
interface HttpResponse extends WebhookResponse {
  readonly headersSent?: unknown
  readonly destroyed?: unknown
}

export function refusal(
  status: number,
  code: string,
  message: string,
  headers?: Readonly<Record<string, string>>,
): DeliveryResponse {
  return { status, body: { error: { code, message } }, headers }
}

/** The response to an unexpected error, without its details. */
export function unexpected(thrown: unknown): DeliveryResponse {
  // Every value but these two has members, though not this one.
  const code = (thrown as { readonly code?: unknown } | null | undefined)?.code
  if (code === 'CLOSED') return refusal(503, 'CLOSED', 'the loader is closed')
  return refusal(500, 'INTERNAL', 'the webhook failed')
}

export function send(response: HttpResponse, { status, body, headers }: DeliveryResponse): void {
  try {
    if (response.headersSent || response.destroyed) return
    const text = JSON.stringify(body)
    response.writeHead(status, {
      'content-type': 'application/json',
      'content-length': Buffer.byteLength(text),
      ...headers,
    })
    response.end(text)
  } catch {
    // The sender has closed the connection.
  }
}
