// Limits of an MCP server.

/** Limits of what clients may send and keep open. */
export interface McpWireLimits {
  /**
   * The longest message, in bytes: the body of an HTTP request, or a line of stdio.
   * @default 4194304 (4 MiB)
   */
  bodyBytes?: number
  /**
   * The most levels of lists and objects in a message.
   * @default 64
   */
  depth?: number
  /**
   * The most calls at once. A further call gets an error result with the code `RATE_LIMITED`.
   * @default 256
   */
  calls?: number
  /**
   * The most calls at once of one known caller: the subject of a token, or the user that the function `context` returns.
   * Callers without a user share the limit of their tenant; without a tenant, they have none.
   * @default 16
   */
  callsEach?: number
  /**
   * The most open streams of notifications. A further one gets the error -32603, or over GET (sessions) 503.
   * @default 1024
   */
  streams?: number
  /**
   * The most open streams of one known caller, as in `callsEach`.
   * @default 16
   */
  streamsEach?: number
  /**
   * The most sessions of clients that open with `initialize` over HTTP. For a further one, the session ends that is idle
   * for the longest time.
   * @default 1000
   */
  sessions?: number
  /**
   * How long a session lasts without a request, in ms.
   * @default 1800000 (30 minutes)
   */
  idleMs?: number
  /**
   * How long the head and the body of an HTTP request may take, in ms.
   * @default 30000
   */
  receiveMs?: number
}
