// Transport: a way that messages come in and go out, as the server ends it.

import { withDeadline } from '../border/timers'
import type { Clock } from '../border/clock'

/** How long calls may go on when a server closes, in ms. */
const GRACE_MS = 5_000

export interface Transport {
  /** Ends streams with their last message, and takes no new requests. Resolves when those under way are answered. */
  finish(): Promise<void>
  /** Ends everything: calls under way are cancelled. */
  close(): void | Promise<void>
}

/** Ends transports: calls under way get some seconds. */
export async function endTransports(transports: readonly Transport[], clock: Clock): Promise<void> {
  const finished = Promise.all(transports.map((transport) => transport.finish()))
  await withDeadline(finished, GRACE_MS, () => undefined, clock).catch(() => {})
  await Promise.all(transports.map(async (transport) => transport.close()))
}
