// Limits of calls: burst, concurrency, timeout, retry, circuit breaker, idempotency, sizes.

/**
 * The limits of calls. A tool, an operation (`overrides`), a document (`load`) and a registry may have them.
 * Each field counts by itself: tool before document before registry. `rateLimit` stands beside them.
 * @see [call limits](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#call-limits)
 */
export interface CallLimits {
  /**
   * Burst of the rate limit (`rateLimit`): calls at once, 1 to 1,000,000.
   * @default `rateLimit`, rounded up
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  burst?: number
  /**
   * Concurrency: calls of the tool at a time, 1 to 1,000,000. Further calls wait in order, within their deadline.
   * @default no limit
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  concurrency?: number
  /**
   * Concurrency of the source: calls at a time of all its tools together, 1 to 1,000,000.
   * @default no limit
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  sourceConcurrency?: number
  /**
   * Queue length: waiting calls of the tool and of the source, 0 to 1,000,000 each. One more call is `BUSY`.
   * @default 100
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  queue?: number
  /**
   * Timeout of a call in ms, its time in a queue included (`TIMEOUT`).
   * @default the registry's `timeoutMs`
   * @see [timeout](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#timeout)
   */
  timeoutMs?: number
  /**
   * Retries of an HTTP request within the deadline, 0 to 10, with exponential backoff.
   * Only requests without a further effect are sent again: safe and idempotent methods, or with an `Idempotency-Key`.
   * @default 2
   * @see [retry](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#retry)
   */
  retries?: number
  /**
   * Circuit breaker of an API's origin: it is not called for a while after failures (`CIRCUIT_OPEN`). `false`: none.
   * @default { failures: 5, windowMs: 30000, openMs: 10000 }
   * @see [circuit breaker](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#circuit-breaker)
   */
  breaker?: BreakerRules | false
  /**
   * Lifetime of an idempotency key in ms.
   * @default 86400000 (a day)
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyMs?: number
  /**
   * Truncation limit of a result for a model, in bytes of JSON; 1,000 to 1 GiB. Files do not count.
   * @default 1048576 (1 MiB)
   * @see [truncation](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#truncation)
   */
  maxResultBytes?: number
  /**
   * Size limit of an API's response in bytes after decompression, 1 to 1 GiB (`RESPONSE_TOO_LARGE`).
   * JSON of more than 1,000,000 values is refused with the same code.
   * @default 16777216 (16 MiB)
   * @see [response size](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#response-size)
   */
  maxResponseBytes?: number
  /**
   * Call depth: nested synchronous calls of closures on one stack, 1 to 1,000 (`LIMIT_EXCEEDED`).
   * The limit of the called tool counts. A call after an `await` starts a new stack.
   * @default 64
   * @see [call depth](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#call-depth)
   */
  depth?: number
}

/** The limits of all calls of a registry. Its timeout is the option `timeoutMs`. */
export interface RegistryCallLimits extends Omit<CallLimits, 'timeoutMs'> {
  /**
   * Memory of all outcomes that are kept for idempotency keys, in bytes; 1,000 to 1 GiB.
   * The oldest outcomes are evicted first (event `idempotencyEvicted`).
   * @default 33554432 (32 MiB)
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyBytes?: number
}

/**
 * The rules of a circuit breaker. Failures in a row open the circuit; one call then probes the origin.
 * A failure is no connection, a timeout, an incomplete response, or a status 502, 503 or 504.
 * @see [circuit breaker](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#circuit-breaker)
 */
export interface BreakerRules {
  /**
   * Failures that open the circuit, 1 to 1,000.
   * @default 5
   */
  failures?: number
  /**
   * Time within which the failures count, in ms.
   * @default 30000
   */
  windowMs?: number
  /**
   * Time for which the circuit stays open, in ms.
   * @default 10000
   */
  openMs?: number
}
