/**
 * MCP server: a registry speaks the Model Context Protocol over stdio and HTTP: `toolrack/mcp`.
 * @module toolrack/mcp
 */
import type { McpContentLists } from './mcp-content'
import type { McpRevision, McpServerOptions } from './mcp-options'
import type { Finding, Quarantined } from './offers'
import type { ToolRegistry } from './registry'
import type { RegistryTypes } from './tool'

export * from './mcp-attach'
export * from './mcp-auth'
export * from './mcp-content'
export * from './mcp-limits'
export * from './mcp-loader'
export * from './mcp-options'
export * from './mcp-upstream-content'

/** A stream that messages are read from, as Node has it: `process.stdin`, a socket. */
export interface McpInput {
  on(event: string, listener: (...args: any[]) => void): unknown
  off(event: string, listener: (...args: any[]) => void): unknown
  pause(): unknown
  resume(): unknown
}

/** A stream that messages are written to, as Node has it: `process.stdout`, a socket. */
export interface McpOutput {
  on(event: string, listener: (...args: any[]) => void): unknown
  once(event: string, listener: (...args: any[]) => void): unknown
  write(chunk: string | Uint8Array): boolean
  readonly writableLength: number
}

/** The streams of a connection over stdio. */
export interface McpStdioOptions {
  /** @default process.stdin */
  input?: McpInput
  /**
   * By default `process.stdout`. Then `console` and `process.stdout` of everything else write to stderr while the
   * connection lasts: a line between the messages would end it.
   */
  output?: McpOutput
}

/** A request of `node:http`, or of a framework that has it. A body that a parser has read is in `body` or `rawBody`. */
export interface McpHttpRequest {
  readonly method?: string | undefined
  readonly url?: string | undefined
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  on(event: string, listener: (...args: any[]) => void): unknown
  pause(): unknown
}

/** A response of `node:http`. */
export interface McpHttpResponse {
  readonly headersSent?: boolean
  readonly destroyed?: boolean
  writeHead(status: number, headers: Record<string, string | number>): unknown
  write(chunk: string | Uint8Array): boolean
  end(): unknown
  end(text: string): unknown
  cork?(): void
  destroy?(): unknown
  on(event: string, listener: (...args: any[]) => void): unknown
  once(event: string, listener: (...args: any[]) => void): unknown
  off(event: string, listener: (...args: any[]) => void): unknown
}

/** Where a server listens. */
export interface McpListenOptions {
  /**
   * The port. 0: one that is free.
   * @default 0
   */
  port?: number
  /**
   * The address. One that other machines can connect to needs the option `auth` of the server, or `insecure: true`.
   * @default '127.0.0.1'
   */
  host?: string
  /**
   * The path.
   * @default '/mcp'
   */
  path?: string
}

/** A server that listens. */
export interface McpListening {
  /** The address for clients. */
  readonly url: string
  readonly port: number
  /**
   * Ends it: streams end with their last message, calls get 5 seconds, then their signals abort.
   * @returns a promise that resolves when all is over
   */
  close(): Promise<void>
}

/** What a list has, and what it leaves out. */
export interface McpJudgement {
  /** The number of tools in the list. */
  readonly tools: number
  /** The number of pages. */
  readonly pages: number
  /** The bytes of all pages. */
  readonly bytes: number
  /** Tools that the shape of the revision cannot hold, with the reasons. */
  readonly quarantined: readonly Quarantined[]
  /**
   * Tools that are too large for a page, those for which no page is left, and those with a name of the server's own tools,
   * with the reasons.
   */
  readonly refused: readonly Quarantined[]
  /** What concerns the list as a whole: several pages, which some clients do not read; more tokens than `tokenBudget`. */
  readonly findings: readonly Finding[]
  /** What the list is: `'all'` tools, or `'search'`: `search_tools`, `call_tool` and pinned tools. */
  readonly exposes: 'all' | 'search'
  /** The estimated tokens of all tools that can be called, listed or not. */
  readonly tokens: number
}

/** A server of the Model Context Protocol. */
export interface McpServer {
  /**
   * Serves one client over stdin and stdout. The option `auth` is ignored. Rejects with `CLOSED` if the server is closed,
   * with `INVALID_OPTIONS`, and with what the function `context` or `filter` throws.
   * @returns a promise that resolves when the client is gone, or the server was closed
   */
  stdio(options?: McpStdioOptions): Promise<void>
  /**
   * Answers a request of `node:http`, Express or Fastify. A body that was read before is the third argument, or stands in
   * `request.body`. It needs no `this`.
   * @returns a promise that resolves when the response is written, or its stream is open. It rejects with
   * `INVALID_OPTIONS` for what is no request of Node, and with nothing else
   */
  readonly handler: (request: McpHttpRequest, response: McpHttpResponse, body?: unknown) => Promise<void>
  /**
   * Answers a request of the Fetch API: Hono, Next, Bun, Deno. It needs no `this`.
   * @returns a promise that rejects with `INVALID_OPTIONS` for what is no `Request`, and with nothing else
   */
  readonly fetch: (request: Request) => Promise<Response>
  /**
   * Listens for clients over HTTP.
   *
   * Rejects with `INVALID_OPTIONS`, and with the error of Node if the address is taken.
   */
  listen(options?: McpListenOptions): Promise<McpListening>
  /**
   * Says what clients of a revision are listed.
   * @default revision '2025-11-25'
   */
  judgement(revision?: McpRevision): McpJudgement
  /**
   * Replaces lists of resources, templates and prompts; those that are left out stay. Clients that listen are told of it.
   * Throws `INVALID_OPTIONS`, also for a list that the server was made without, and `CLOSED`. Then nothing changes.
   */
  update(lists: McpContentLists<any>): void
  /** Tells clients that have subscribed to a resource that it has other contents. Throws `CLOSED`. */
  resourceUpdated(uri: string): void
  /**
   * Ends the server: streams end with their last message, calls get 5 seconds, then their signals abort.
   * @returns a promise that resolves when all is over
   */
  close(): Promise<void>
}

/**
 * Makes an MCP server of a registry. It ends when the registry is closed.
 *
 * Throws `INVALID_OPTIONS`.
 */
export function createMcpServer<Types extends RegistryTypes = {}>(
  registry: ToolRegistry<Types>,
  options?: McpServerOptions<Types>,
): McpServer
