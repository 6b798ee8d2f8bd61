// Limits of a connection to an MCP server: sizes, times and counts, with their defaults.

/** Limits of a connection. Times are in ms, sizes in bytes. */
export interface ClientLimits {
  /** The longest message: a line, an event, or the body of a response. */
  readonly messageBytes: number
  /** The most levels of a message. The core reads 127 levels. */
  readonly depth: number
  /** The most pages of one walk. */
  readonly pages: number
  /** The most tools of one walk. */
  readonly tools: number
  /** The most bytes of all pages of one walk. */
  readonly listBytes: number
  /** How long a connection may take to open, with the start of a process. */
  readonly connectMs: number
  /** How long `server/discover` is waited for over stdio, before `initialize` is sent as well. */
  readonly probeMs: number
  /** How long a page of a list may take. */
  readonly pageMs: number
  /** The most bytes that a server has not read yet; above, nothing more is sent to it. */
  readonly waitingBytes: number
  /** How long a process may take to end: before SIGTERM, and before SIGKILL. */
  readonly termMs: number
  readonly killMs: number
}

export const CLIENT_LIMITS: ClientLimits = Object.freeze({
  messageBytes: 16 << 20,
  depth: 120,
  pages: 1_000,
  tools: 50_000,
  listBytes: 64 << 20,
  connectMs: 60_000,
  probeMs: 2_000,
  pageMs: 60_000,
  waitingBytes: 64 << 20,
  termMs: 2_000,
  killMs: 5_000,
})
