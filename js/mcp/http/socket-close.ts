// Socket close: tells requests that wait behind another response of their socket (pipelining) that the client is gone.
// Node emits no event on a response before it is its turn.

/** A socket, as far as its end is of interest. */
interface ClosableSocket {
  readonly destroyed?: unknown
  once(event: 'close', listener: () => void): unknown
}

/** One listener for each socket: a client may send as many requests as it likes. */
const waiting = new WeakMap<object, Set<() => void>>()

/** Whether the client of a socket is gone. */
export function isClosed(socket: unknown): boolean {
  return isSocket(socket) && socket.destroyed === true
}

/** Calls when a socket closes. The returned function stops that. */
export function onSocketClose(socket: unknown, listener: () => void): () => void {
  if (!isSocket(socket)) return () => {}
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
