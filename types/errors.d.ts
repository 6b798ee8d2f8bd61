// Errors: one class, a closed set of codes.

/**
 * The codes of errors. The set is closed.
 * @see [error codes](https://github.com/toolrack/toolrack/blob/main/docs/errors.md)
 */
export type ErrorCode =
  | 'INVALID_SPEC'
  | 'UNSUPPORTED_SPEC'
  | 'UNRESOLVED_REF'
  | 'HIDDEN_UNICODE'
  | 'LIMIT_EXCEEDED'
  | 'SOURCE_UNREADABLE'
  | 'SOURCE_FORBIDDEN'
  | 'INVALID_DEFINITION'
  | 'NAME_TAKEN'
  | 'UNKNOWN_TOOL'
  | 'UNKNOWN_SOURCE'
  | 'INVALID_PARAMS'
  | 'MISSING_CONTEXT'
  | 'RATE_LIMITED'
  | 'BUSY'
  | 'CIRCUIT_OPEN'
  | 'IDEMPOTENCY_MISMATCH'
  | 'AUTH_FAILED'
  | 'ADDRESS_FORBIDDEN'
  | 'TIMEOUT'
  | 'CANCELLED'
  | 'TOOL_FAILED'
  | 'HTTP_FAILED'
  | 'RESPONSE_TOO_LARGE'
  | 'INVALID_OPTIONS'
  | 'NOT_REPRESENTABLE'
  | 'STALE_REVISION'
  | 'GATE_REFUSED'
  | 'UNKNOWN_CHANGE'
  | 'UNKNOWN_VERSION'
  | 'AUDIT_BROKEN'
  | 'AUDIT_UNWRITABLE'
  | 'STATE_BROKEN'
  | 'STATE_LOCKED'
  | 'STATE_UNWRITABLE'
  | 'CLOSED'
  | 'INTERNAL'

/** One problem of a definition, of arguments or of an option. */
export interface Problem {
  /** The place as a JSON pointer; empty for the whole value. */
  pointer: string
  /** What is wrong. */
  message: string
  /** What would be right. */
  expected?: string
  /** The value that was there, truncated. */
  got?: string
}

/**
 * The error that every function of toolrack throws or rejects with. Branch on `code`.
 * `instanceof` also recognizes errors of another copy of toolrack and of another realm (Jest, `node:vm`).
 * @see [errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md)
 */
export class ToolrackError extends Error {
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>, options?: ErrorOptions)
  readonly name: 'ToolrackError'
  /** The code. */
  readonly code: ErrorCode
  /**
   * The data of the error, by code: `problems`, `nearest` names, `retryAfterMs`, `status` and `body` of a response.
   * @see [error details](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#error-codes)
   */
  readonly details: Record<string, any>
  /** The error for `JSON.stringify`, which never throws: what JSON cannot hold of `details` becomes text. */
  toJSON(): { name: 'ToolrackError'; code: ErrorCode; message: string; details: Record<string, any> }
}

/**
 * An error of a closure whose message reaches the model unchanged, whatever `toolErrors` is.
 * It is recognized in every realm by `Symbol.for('toolrack.ToolError')`. `details.forModel` of `TOOL_FAILED` is true.
 * @see [tool errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#tool-errors)
 */
export class ToolError extends Error {
  constructor(message?: string, options?: ErrorOptions)
  /** `ToolError`; a subclass may set another name. */
  name: string
}
