// Token expiry: a stream lasts no longer than the access token that it was opened with.

import type { Clock } from '../../border/clock'
import { startIdleTimerOf } from '../../border/timers'
import type { Principal } from '../principals'

/**
 * Ends a stream when the token of its principal is over; `beforeEnd` may send its last message. Returns what ends it
 * sooner.
 */
export function endWithToken(
  { expiresAt }: Principal,
  clock: Clock,
  end: () => void,
  beforeEnd: () => void = () => {},
): () => void {
  if (expiresAt === undefined) return end
  const stop = startIdleTimerOf(clock, Math.max(0, expiresAt - clock.unixTime()), () => {
    beforeEnd()
    end()
  })
  return () => {
    stop()
    end()
  }
}
