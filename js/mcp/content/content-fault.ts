// Content fault: why a request for content has no result, as an error of the protocol.

/** Thrown by items, for the client. Its message has nothing that a client must not read. */
export class ContentFault extends Error {
  readonly code: number
  readonly data: unknown

  constructor(code: number, message: string, data?: unknown) {
    super(message)
    this.code = code
    this.data = data
  }
}
