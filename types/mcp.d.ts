/**
 * MCP server: a registry speaks the Model Context Protocol over stdio and HTTP: `toolrack/mcp`.
 * @module toolrack/mcp
 */
import type { McpAuth, McpIdentity } from './mcp-auth'
import type { McpWireLimits } from './mcp-limits'
import type { ToolFilter } from './filter'
import type { Finding, Quarantined } from './offers'
import type { ToolRegistry } from './registry'
import type { ContextOf, RegistryTypes } from './tool'
import type { TargetOptions } from './targets'

export * from './mcp-attach'
export * from './mcp-auth'
export * from './mcp-limits'

/** A revision of the shape of tool definitions. Clients of older revisions get that of 2025-06-18. */
export type McpRevision = NonNullable<TargetOptions['revision']>

/** Who connects to a server, for functions of its options. */
export interface McpRequest {
  readonly transport: 'stdio' | 'http'
  /** The headers of an HTTP request, by names in lower case. They are what the client says, and no identity. */
  readonly headers: Readonly<Record<string, string | undefined>>
  /** Who sends the request, by its access token. Only over HTTP, with the option `auth`: then `headers` has no token. */
  readonly identity?: McpIdentity
}

/** A caller whose context is known, for the function `filter`. */
export interface McpCaller<Types extends RegistryTypes = {}> extends McpRequest {
  /** The context of the calls of this caller. */
  readonly context: ContextOf<Types>
}

/** The options of `createMcpServer`. */
export interface McpServerOptions<Types extends RegistryTypes = {}> {
  /**
   * The name that clients show.
   * @default 'toolrack'
   */
  name?: string
  /**
   * The version that clients show.
   * @default '0.0.0'
   */
  version?: string
  /**
   * The title for people.
   * @default none
   */
  title?: string
  /**
   * What a model should know of the server as a whole. Many clients add it to their system prompt.
   * @default none
   */
  instructions?: string
  /**
   * The tools that are served: a filter, or a function that returns one for each caller. A tool that does not match is
   * not listed, and is unknown to a call.
   * @default all tools
   */
  filter?: ToolFilter | ((caller: McpCaller<Types>) => ToolFilter | undefined | Promise<ToolFilter | undefined>)
  /**
   * The context of calls: an object, or a function that returns it for each request (over stdio: once). The arguments of
   * a model never become identity. With `auth`, the caller of a token is the user over HTTP, and its claims are the
   * metadata, unless a function returns another context; an object is the context of stdio then.
   * @default no user
   */
  context?: ContextOf<Types> | ((request: McpRequest) => ContextOf<Types> | Promise<ContextOf<Types>>)
  /**
   * Who may call over HTTP: callers with an access token. `stdio` ignores it: a process has its credentials from its
   * environment.
   * @default whoever can connect
   */
  auth?: McpAuth
  /** How lists are cut into pages. */
  page?: {
    /**
     * The size of a page, in bytes, at most 8323072. Many clients read the first page alone.
     * @default 4194304 (4 MiB)
     */
    bytes?: number
  }
  /**
   * Whether clients that open with `initialize` (2024-11-05 to 2025-11-25) are served. Most clients do today.
   * @default true
   */
  legacy?: boolean
  /**
   * How long a client of 2026-07-28 may keep a list, in ms. 0: not at all.
   * @default 10000
   */
  ttlMs?: number
  /**
   * The least time between two notifications of a changed list to one client, in ms.
   * @default 1000
   */
  notifyMs?: number
  /**
   * Hosts that are served over HTTP beside those of this machine (`localhost`, `127.0.0.1`, `[::1]`): values of the header
   * `Host`, with or without a port, such as `mcp.example.com`. Others get 403 (DNS rebinding).
   * @default []
   */
  hosts?: readonly string[]
  /**
   * Origins of web pages that are served beside those of this machine, such as `https://app.example.com`. They alone get
   * CORS headers. Others get 403.
   * @default []
   */
  origins?: readonly string[]
  /**
   * Whether clients that open with `initialize` over HTTP get a session: then they are told of changed lists, and may
   * cancel calls by a message.
   * @default true
   */
  sessions?: boolean
  /**
   * Whether `listen` may take an address that other machines can connect to without `auth`.
   * @default false
   */
  insecure?: boolean
  /** Limits of what clients may send and keep open. */
  wireLimits?: McpWireLimits
  /**
   * The first load of the tools: `tools/list` and `tools/call` wait for it, at most 10 seconds. What it resolves or
   * rejects with is ignored.
   * @default none
   */
  ready?: PromiseLike<unknown>
  /**
   * Gets errors that are no fault of a client, with the method of the request. What it throws is ignored.
   * @default none
   */
  onError?: (error: Error, method: string) => void
}

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
   * By default `process.stdout`. Then `console` and everything else that writes to stdout goes to stderr while the
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
  end(chunk?: string): unknown
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
  /** Tools that are too large for a page, and those for which no page is left, with the reasons. */
  readonly refused: readonly Quarantined[]
  /** What concerns the list as a whole: that it has several pages, which some clients do not read. */
  readonly findings: readonly Finding[]
}

/** A server of the Model Context Protocol. */
export interface McpServer {
  /**
   * Serves one client over stdin and stdout. The option `auth` is ignored.
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
