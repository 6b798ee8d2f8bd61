// Options of an MCP server: what it serves, to whom, and how.
import type { McpAuth, McpIdentity } from './mcp-auth'
import type { McpContentLists } from './mcp-content'
import type { McpLoader } from './mcp-loader'
import type { McpWireLimits } from './mcp-limits'
import type { ToolFilter } from './filter'
import type { ContextOf, RegistryTypes } from './tool'
import type { TargetOptions } from './targets'

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
export interface McpServerOptions<Types extends RegistryTypes = {}> extends McpContentLists<Types> {
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
   * not listed, and is unknown to a call. A function gives a caller the same `predicate` each time: with a new one, a
   * list is not read on after a change.
   * @default all tools
   */
  filter?: ToolFilter | ((caller: McpCaller<Types>) => ToolFilter | undefined | Promise<ToolFilter | undefined>)
  /**
   * Which tools are listed. `'search'`: `search_tools`, which finds the others by words, `call_tool`, which calls them, and
   * `pinned` tools. `'auto'`: as `'search'`, where all tools that a caller sees would be more tokens than `tokenBudget`.
   * Tools that are left out of a list can be called by their names all the same.
   * @default 'all'
   * @see [many tools](https://github.com/toolrack/toolrack/blob/main/docs/many-tools.md)
   */
  expose?: 'all' | 'search' | 'auto'
  /**
   * The estimated tokens that a list may have, by `tokens('mcp')`. A list of `expose: 'all'` above it is a finding of
   * `judgement`.
   * @default 20000
   */
  tokenBudget?: number
  /**
   * Tools that are listed beside `search_tools` and `call_tool`: their names, or a filter.
   * @default none
   */
  pinned?: readonly string[] | ToolFilter
  /**
   * The context of calls: an object, or a function that returns it for each request (over stdio: once). The arguments of
   * a model never become identity. With `auth`, the caller of a token is the user over HTTP, and its claims are the
   * metadata, unless a function returns another context; an object is the context of stdio then. Sessions, and limits
   * for each caller, are those of the user that a function returns, and of the subject of the token.
   * @default no user
   */
  context?: ContextOf<Types> | ((request: McpRequest) => ContextOf<Types> | Promise<ContextOf<Types>>)
  /**
   * Who may call over HTTP: callers with an access token. `stdio` ignores it: a process has its credentials from its
   * environment.
   * @default whoever can connect
   */
  auth?: McpAuth
  /**
   * A loader of MCP servers, whose resources and prompts are served beside those of the options.
   * @default none
   * @see [passed through](https://github.com/toolrack/toolrack/blob/main/docs/resources.md#upstreams)
   */
  passThrough?: McpLoader
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
   * Origins of web pages that are served beside those of this machine, such as `https://app.example.com`; of browser
   * extensions and desktop apps too, such as `chrome-extension://id` or `tauri://localhost`. They alone get CORS headers.
   * Others get 403.
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
   * The secret that seals what a client of 2026-07-28 brings back with its answers to a [question](https://github.com/toolrack/toolrack/blob/main/docs/questions.md):
   * 32 characters or bytes at least. Processes that share an address need the same.
   * @default a key of the process
   */
  stateKey?: string | Uint8Array
  /**
   * Who approves calls of tools with `requiresApproval`. `'client'`: the client is asked (elicitation), where it can be;
   * else what listens to `approval` of the registry. `'registry'`: only that. A client may be a program that says yes.
   * @default 'client'
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/security-of-mcp.md)
   */
  approval?: 'client' | 'registry'
  /**
   * Gets errors that are no fault of a client, with the method of the request: that of HTTP before the message is known,
   * and `notifications/tools/list_changed` where a list cannot be made anew. `callId` is in the message of the answer too,
   * and in its `error.data`. What it throws, and a rejection of its promise, is ignored.
   * @default none
   */
  onError?: (error: Error, method: string, callId: string) => void
}
