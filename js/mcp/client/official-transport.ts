// Official transport: sees what a client of an MCP SDK is told, beside the client's own handlers.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'

/** The callbacks of a transport of the SDKs. */
export interface OfficialTransport {
  onmessage?: ((message: unknown, extra?: unknown) => void) | undefined
  onclose?: (() => void) | undefined
  readonly protocolVersion?: unknown
}

/** What is told of a transport. */
export interface TransportObserver {
  onNotice(method: string, params: Members): void
  onClosed(): void
}

/**
 * Observes a transport; returns what stops it. Handlers of the client would be another way, but a client has one for
 * each method, and it may be its user's.
 */
export function observeTransport(transport: OfficialTransport, observer: TransportObserver): () => void {
  const { onmessage, onclose } = transport
  const seeMessage: typeof onmessage = (message, extra) => {
    const notice = noticeOf(message)
    if (notice !== undefined) callSafely(() => observer.onNotice(notice.method, notice.params))
    onmessage?.call(transport, message, extra)
  }
  const seeClose = (): void => {
    callSafely(() => observer.onClosed())
    onclose?.call(transport)
  }
  transport.onmessage = seeMessage
  transport.onclose = seeClose
  return () => {
    // Somebody else may observe it since.
    if (transport.onmessage === seeMessage) transport.onmessage = onmessage
    if (transport.onclose === seeClose) transport.onclose = onclose
    observer = { onNotice: () => {}, onClosed: () => {} }
  }
}

function noticeOf(message: unknown): { readonly method: string; readonly params: Members } | undefined {
  if (!isMembers(message) || typeof message.method !== 'string' || message.id !== undefined) return undefined
  return { method: message.method, params: isMembers(message.params) ? message.params : {} }
}

function callSafely(call: () => void): void {
  try {
    call()
  } catch {
    // Who listens has no say in the client.
  }
}
