// Exponential backoff of failed loads of a server.

/** Waits before a failed load is tried again, in ms: the first, and the longest. */
export const FIRST_RETRY_MS = 1_000
const LONGEST_RETRY_MS = 60_000

/** The wait after one of this length. */
export function nextRetryMs(former?: number): number {
  return former === undefined ? FIRST_RETRY_MS : Math.min(former * 2, LONGEST_RETRY_MS)
}
