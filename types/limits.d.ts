// Limits of calls: burst, concurrency, timeout, retry, circuit breaker, idempotency, sizes.

/**
 * The limits of calls. A tool, an operation (`overrides`), a source (`load`, `add`) and a registry may set them.
 * Each field is looked up separately: the value of the tool, else of the source, else of the registry.
 * The rate limit is the option `rateLimit`, beside `callLimits`.
 * @see [call limits](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#call-limits)
 */
export interface CallLimits {
  /**
   * Burst of the rate limit (`rateLimit`): the number of calls that may come at once, 1 to 1,000,000.
   * @default `rateLimit`, rounded up
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  burst?: number
  /**
   * Concurrency: the number of calls of the tool that run at the same time, 1 to 1,000,000.
   * Further calls wait in a queue (FIFO). The waiting is part of their timeout.
   * @default no limit
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  concurrency?: number
  /**
   * Concurrency of the source: the number of calls of all its tools that run at the same time, 1 to 1,000,000.
   * @default no limit
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  sourceConcurrency?: number
  /**
   * Queue length: the number of calls that wait for the tool, and for the source, 0 to 1,000,000.
   * One more call fails with `BUSY`.
   * @default 100
   * @see [concurrency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#concurrency)
   */
  queue?: number
  /**
   * Timeout of a call in ms, at most 366 days. It covers queues, retries and streams.
   * A longer call fails with `TIMEOUT`.
   * @default the registry's `timeoutMs`
   * @see [timeout](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#timeout)
   */
  timeoutMs?: number
  /**
   * Retry: the number of times that a failed HTTP request is sent again, 0 to 10, with exponential backoff.
   * Only requests that are safe to repeat: GET, HEAD, OPTIONS, TRACE, PUT, DELETE, or with an `Idempotency-Key`.
   * @default 2
   * @see [retry](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#retry)
   */
  retries?: number
  /**
   * Circuit breaker of an API's origin: after several failures in a row, calls fail with `CIRCUIT_OPEN` for some time,
   * and nothing is sent. `false`: no circuit breaker.
   * @default { failures: 5, windowMs: 30000, openMs: 10000 }
   * @see [circuit breaker](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#circuit-breaker)
   */
  breaker?: BreakerRules | false
  /**
   * Lifetime of an idempotency key in ms, from the end of its call. At most 366 days.
   * @default 86400000 (a day)
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyMs?: number
  /**
   * Truncation limit of a result for a model (`respond`), in bytes of JSON, 1,000 to 1 GiB. Files do not count.
   * @default 1048576 (1 MiB)
   * @see [truncation](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#truncation)
   */
  maxResultBytes?: number
  /**
   * Size limit of an API's response, in bytes after decompression, 1 to 1 GiB. A larger one is `RESPONSE_TOO_LARGE`.
   * A JSON response of more than 1,000,000 values has the same code.
   * @default 16777216 (16 MiB)
   * @see [response size](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#response-size)
   */
  maxResponseBytes?: number
  /**
   * Call depth: the number of nested synchronous calls of closures, 1 to 1,000. A deeper call is `LIMIT_EXCEEDED`.
   * The limit of the called tool applies. A call after an `await` is not nested.
   * @default 64
   * @see [call depth](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#call-depth)
   */
  depth?: number
}

/** The default limits of calls of a registry. The default timeout is the registry option `timeoutMs`. */
export interface RegistryCallLimits extends Omit<CallLimits, 'timeoutMs'> {
  /**
   * Memory for the outcomes of all idempotency keys, in bytes, 1,000 to 1 GiB.
   * The oldest outcomes are evicted first (event `idempotencyEvicted`).
   * @default 33554432 (32 MiB)
   * @see [idempotency](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#idempotency)
   */
  idempotencyBytes?: number
}

/**
 * The rules of a circuit breaker. Failures in a row open the circuit. After `openMs`, one call tests the origin.
 * A failure is: no connection, a timeout, an incomplete response, or a status 502, 503 or 504.
 * @see [circuit breaker](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#circuit-breaker)
 */
export interface BreakerRules {
  /**
   * The number of failures in a row that open the circuit, 1 to 1,000.
   * @default 5
   */
  failures?: number
  /**
   * The time within which these failures must happen, in ms.
   * @default 30000
   */
  windowMs?: number
  /**
   * The time for which the circuit stays open, in ms.
   * @default 10000
   */
  openMs?: number
}
