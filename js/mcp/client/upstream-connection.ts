// Upstream connection: what a loader of MCP servers asks of a connected server, whatever its transport and era.

import type { ContentClient } from './content-client'

/** A tool of an upstream as its calls need it. */
export interface UpstreamTool {
  readonly name: string
  /** The schema of its arguments, where some of them become headers. */
  readonly inputSchema?: unknown
}

/** A complete list of an upstream: all pages of one walk. */
export interface UpstreamList {
  /** Its pages, each a list of JSON: items that nobody has judged. */
  readonly pages: readonly string[]
  /** Whether calls repeat arguments in headers, so that a wrong `x-mcp-header` refuses a tool. */
  readonly hasHeaders: boolean
  /** How long the list is fresh, in ms, as a modern server says it. */
  readonly ttlMs?: number
}

/** Progress of a call. */
export interface UpstreamProgress {
  readonly progress: number
  readonly total?: number
  readonly message?: string
}

/** A question of a legacy server during a call. */
export interface ServerQuestion {
  readonly method: string
  readonly params: Readonly<Record<string, unknown>>
}

/** Options of one call. */
export interface UpstreamCall {
  readonly signal: AbortSignal
  /** Deadline of silence, in ms: progress renews it. */
  readonly timeoutMs: number
  /** Deadline of the whole call, in ms. */
  readonly maxTimeoutMs: number
  /** Sends a progress token, and gets what comes for it. */
  readonly onProgress?: (progress: UpstreamProgress) => void
  /** The client capabilities of the caller: a modern server is told them. */
  readonly capabilities?: Readonly<Record<string, unknown>>
  /** Answers to what a modern server has asked, with its state. */
  readonly answers?: { readonly inputResponses: object; readonly requestState?: string } | undefined
  /** Answers a legacy server; `undefined` for what is not served. Where it rejects, the call is given up. */
  readonly onQuestion?: (question: ServerQuestion) => Promise<Readonly<Record<string, unknown>> | undefined>
  /** Trace context for `_meta` and headers. */
  readonly trace?: { readonly traceparent: string; readonly tracestate?: string }
  /** The tool as it was listed: its `x-mcp-header` arguments become headers over HTTP. */
  readonly tool: UpstreamTool
}

/** Why a request of an upstream failed. */
export type UpstreamFaultKind =
  /** It was not sent: there is no connection. It is safe to send again. */
  | 'down'
  /** It was sent, and the connection broke: it may have run. It is never sent again. */
  | 'lost'
  /** The server answered with a JSON-RPC error: `code`, `data`. */
  | 'refused'
  /** No answer within the deadline: it may have run. */
  | 'timeout'
  /** The signal aborted. */
  | 'aborted'
  /** The answer breaks the protocol or a limit (pages, bytes, depth). */
  | 'protocol'

/** A connected MCP server. */
export interface UpstreamConnection {
  readonly era: 'modern' | 'legacy'
  /** The protocol revision, such as `2025-11-25`. */
  readonly revision: string
  readonly server: { readonly name: string; readonly version?: string; readonly title?: string }
  readonly instructions: string | undefined
  readonly capabilities: Readonly<Record<string, unknown>>
  /** Reads all pages of one walk. Rejects with an `UpstreamFault`. */
  listTools(signal: AbortSignal): Promise<UpstreamList>
  /** Calls a tool by the upstream's own name. Resolves to the result object as sent. Rejects with an `UpstreamFault`. */
  callTool(args: Readonly<Record<string, unknown>>, call: UpstreamCall): Promise<Readonly<Record<string, unknown>>>
  /** Its resources and prompts. */
  readonly content?: ContentClient
  /** Called when the upstream says that its list has changed. */
  onListChanged: (() => void) | undefined
  /** Called once when the connection is over, with the reason; not after `close`. */
  onClosed: ((reason: UpstreamFault) => void) | undefined
  /** Ends it: a process with its children. Resolves when nothing of it is left. */
  close(): Promise<void>
}

/**
 * What opens a connection. Rejects with an `UpstreamFault` of kind `down`, `timeout`, `protocol` or `aborted`. `capabilities`
 * are what a legacy server may ask.
 */
export type UpstreamConnector = (
  signal: AbortSignal,
  capabilities?: Readonly<Record<string, unknown>>,
) => Promise<UpstreamConnection>

/** A request of an upstream failed. The message has no secret: no header, no environment, no token. */
export class UpstreamFault extends Error {
  readonly kind: UpstreamFaultKind
  /** The code and the data of a JSON-RPC error. */
  readonly code: number | undefined
  readonly data: unknown

  constructor(kind: UpstreamFaultKind, message: string, { code, data }: { code?: number; data?: unknown } = {}) {
    super(message)
    this.kind = kind
    this.code = code
    this.data = data
  }
}
