// Errors: the codes, and the class of every error.

/**
 * The codes of errors. There are no others, so a program can branch on them.
 * @see [error codes](https://github.com/toolrack/toolrack/blob/main/docs/errors.md)
 */
export type ErrorCode =
  /** A document or a module is not valid. */
  | 'INVALID_SPEC'
  /** A document has a version or a construct that is not supported. */
  | 'UNSUPPORTED_SPEC'
  /** A reference (`$ref`) cannot be resolved. */
  | 'UNRESOLVED_REF'
  /** Names or values of a required argument differ only in hidden Unicode characters. */
  | 'HIDDEN_UNICODE'
  /** A limit of size, values, depth or modules is exceeded. */
  | 'LIMIT_EXCEEDED'
  /** A document, log, module or package cannot be read, or a provider of tools failed. */
  | 'SOURCE_UNREADABLE'
  /** A document, reference or module may not be read. */
  | 'SOURCE_FORBIDDEN'
  /** A tool definition is not valid. */
  | 'INVALID_DEFINITION'
  /** The name of a tool or source is in use. */
  | 'NAME_TAKEN'
  /** No tool has this name, or it is disabled or outside of the filter. */
  | 'UNKNOWN_TOOL'
  /** The model was not shown the definition of the tool, which was not called. It is loaded now. Only models read it. */
  | 'NOT_LOADED'
  /** No source has this name. */
  | 'UNKNOWN_SOURCE'
  /** The arguments do not match the input schema. */
  | 'INVALID_PARAMS'
  /** The tool needs a `userId`, and the context has none. */
  | 'MISSING_CONTEXT'
  /** A person has to approve the call first. Nothing of it was done. */
  | 'APPROVAL_REQUIRED'
  /** A person rejected the call. Nothing of it was done. `details.reason` has what the person said. */
  | 'APPROVAL_REJECTED'
  /** The tool asks its caller something, and nobody can answer. `details.requests` has the question by its key. */
  | 'INPUT_REQUIRED'
  /** The call is over the rate limit. `details.retryAfterMs` says when to retry. */
  | 'RATE_LIMITED'
  /** The concurrency limit is reached and the queue is full, or all connections of callers to an MCP server are in use. */
  | 'BUSY'
  /** The circuit breaker of the API is open. Nothing was sent. */
  | 'CIRCUIT_OPEN'
  /** The idempotency key was used with other arguments. */
  | 'IDEMPOTENCY_MISMATCH'
  /** There is no credential or token for the call, and nothing was sent to the API; or an MCP server refused it. */
  | 'AUTH_FAILED'
  /** The call may not reach this address (SSRF guard). Nothing was sent. */
  | 'ADDRESS_FORBIDDEN'
  /** The call or the load exceeded its timeout. */
  | 'TIMEOUT'
  /** The caller cancelled the call. */
  | 'CANCELLED'
  /** The closure, or another function of the program, threw. `cause` is the error. */
  | 'TOOL_FAILED'
  /** The result does not match the output schema of the tool, which ran. Its author has to correct the tool. */
  | 'OUTPUT_INVALID'
  /** The MCP server of the tool cannot be reached. Nothing was sent. `details.since` says since when, in ms since 1970. */
  | 'UPSTREAM_DOWN'
  /**
   * The MCP server of the tool answered with an error, with no result, or not in time.
   * `details.mayHaveRun` says whether the call may have taken effect; toolrack does not send it again.
   */
  | 'UPSTREAM_FAILED'
  /** The API responded with 3xx, 4xx or 5xx, was not reached, or sent a broken response. */
  | 'HTTP_FAILED'
  /** The response of the API is over the size limit. */
  | 'RESPONSE_TOO_LARGE'
  /** An option does not exist or has a wrong value. */
  | 'INVALID_OPTIONS'
  /** A configuration is not valid. `details.problems` has each mistake with its line, column and JSON pointer. */
  | 'CONFIG_INVALID'
  /** There are more tools than one request to the provider may have. */
  | 'NOT_REPRESENTABLE'
  /** The revision of a delta is too old. */
  | 'STALE_REVISION'
  /** A gate refused a load. Nothing changed. */
  | 'GATE_REFUSED'
  /** No held change has this id. */
  | 'UNKNOWN_CHANGE'
  /** No call that waits for approval has this id: it is settled, or there was none. */
  | 'UNKNOWN_APPROVAL'
  /** No kept version matches. */
  | 'UNKNOWN_VERSION'
  /** The audit log fails its verification. */
  | 'AUDIT_BROKEN'
  /** The audit log cannot be opened, or another registry writes it. */
  | 'AUDIT_UNWRITABLE'
  /** The state file is damaged, or of a newer format. */
  | 'STATE_BROKEN'
  /** Another loader uses the state file. */
  | 'STATE_LOCKED'
  /** The state file cannot be opened or written. */
  | 'STATE_UNWRITABLE'
  /** The registry, loader, snapshot or `ToolModules` is closed. */
  | 'CLOSED'
  /** A bug of toolrack. Please report it. */
  | 'INTERNAL'

/** One problem of a definition, of arguments or of an option. */
export interface Problem {
  /** The place, as a JSON pointer. Empty: the whole value. */
  pointer: string
  /** What is wrong. */
  message: string
  /** What would be right. */
  expected?: string
  /** The value that was found, shortened. */
  got?: string
}

/**
 * The error that every function of toolrack throws or rejects with. Branch on `code`.
 * `instanceof` also works for errors of another copy of toolrack, and of another realm (Jest, `node:vm`).
 * @see [errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md)
 */
export class ToolrackError extends Error {
  constructor(code: ErrorCode, message: string, details?: Record<string, unknown>, options?: ErrorOptions)
  readonly name: 'ToolrackError'
  /** The code. Branch on it, not on the message. */
  readonly code: ErrorCode
  /**
   * The data of the error, by its code: `problems`, `nearest` (similar names), `retryAfterMs`, `status` and `body` of a
   * response.
   * @see [error details](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#error-codes)
   */
  readonly details: Record<string, any>
  /**
   * Returns the error as JSON data, for `JSON.stringify`. It never throws: values in `details` that JSON does not have
   * become text.
   */
  toJSON(): { name: 'ToolrackError'; code: ErrorCode; message: string; details: Record<string, any> }
}

/**
 * An error for the model: throw it in a closure, and the model gets its message unchanged, whatever `toolErrors` is.
 * The call fails with `TOOL_FAILED` and `details.forModel: true`.
 * `Symbol.for('toolrack.ToolError')` marks it in every realm.
 * @see [tool errors](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#tool-errors)
 */
export class ToolError extends Error {
  constructor(message?: string, options?: ErrorOptions)
  /** `'ToolError'`. A subclass may set another name. */
  name: string
}
