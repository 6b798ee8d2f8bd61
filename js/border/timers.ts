// Timers: what `setTimeout` takes.

/** The longest time that `setTimeout` takes, in ms. A longer one would fire at once. */
export const MOST_WAIT_MS = 2 ** 31 - 1
