// Response close: tells that a response of `node:http` is over, sent or not. One that waits behind another response of
// its socket (pipelining) emits nothing before it is its turn: then the socket tells that the client is gone.

import type { McpHttpResponse } from '../../../types/mcp'

/** A response of `node:http`. */
export interface NodeResponse extends McpHttpResponse {
  /** `null` while it waits behind another response of its socket. */
  readonly socket?: unknown
}

/** A socket, as far as its end is of interest. */
interface ClosableSocket {
  readonly destroyed?: unknown
  once(event: 'close', listener: () => void): unknown
}

/** One listener for each socket: a client may send as many requests as it likes. */
const waiting = new WeakMap<object, Set<() => void>>()

/** Whether a response is over. `socket` is that of its request. */
export function isClosed(response: NodeResponse, socket: unknown): boolean {
  return response.destroyed === true || (response.socket === null && isSocket(socket) && socket.destroyed === true)
}

/** Calls when a response that is not over is so; maybe twice. The returned function stops that. */
export function onClose(response: NodeResponse, socket: unknown, listener: () => void): () => void {
  const stopSocket = response.socket === null && isSocket(socket) ? onSocketClose(socket, listener) : undefined
  const close = () => {
    stopSocket?.()
    listener()
  }
  response.on('close', close)
  return () => {
    stopSocket?.()
    response.off('close', close)
  }
}

function onSocketClose(socket: ClosableSocket, listener: () => void): () => void {
  const listeners = waiting.get(socket) ?? watch(socket)
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

function watch(socket: ClosableSocket): Set<() => void> {
  const listeners = new Set<() => void>()
  waiting.set(socket, listeners)
  socket.once('close', () => {
    for (const listener of listeners) listener()
  })
  return listeners
}

function isSocket(value: unknown): value is ClosableSocket {
  return (
    value !== null && typeof value === 'object' && typeof (value as { readonly once?: unknown }).once === 'function'
  )
}
