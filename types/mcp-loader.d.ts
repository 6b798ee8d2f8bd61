// McpLoader: other MCP servers as sources of tools.
import type { SourceVersion } from './history'
import type { CheckReport, LoadReport } from './load-report'
import type {
  McpListedPrompt,
  McpListedResources,
  McpPromptMessages,
  McpResourceResult,
  McpUpstreamContent,
} from './mcp-upstream-content'
import type { ModuleOptions } from './modules'
import type { ToolRegistry } from './registry'
import type { ChangeReport, HeldChange } from './review'
import type { SourceStatus } from './sources'
import type { StateOptions } from './state'
import type { CallContext } from './tool'

/** A tool as its MCP server lists it. Nothing of it is checked yet. */
export interface McpListedTool {
  readonly name: string
  readonly [member: string]: unknown
}

/**
 * The options of `McpLoader.load`. Overrides are found by the server's own names of its tools.
 * @see [options](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md#options)
 */
export interface McpLoadOptions extends Omit<ModuleOptions, 'name' | 'watch' | 'onError'> {
  /**
   * The tools to load: the server's own names, in which `*` stands for any characters, or a function.
   * @default all
   */
  include?: readonly string[] | ((tool: McpListedTool) => boolean)
  /**
   * The tools to leave out: names with `*`, or a function.
   * @default none
   */
  exclude?: readonly string[] | ((tool: McpListedTool) => boolean)
  /**
   * `'first'`: all tools of a server that is new wait for `approve`. With a state file the approval outlives the process.
   * @default no approval
   * @see [review](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md#review)
   */
  approve?: 'first'
  /**
   * What happens to the tools while the server is down. `'keep'`: they stay listed, and calls fail with `UPSTREAM_DOWN`.
   * `'hide'`: they are not listed until the server is there again.
   * @default 'keep'
   */
  whenDown?: 'keep' | 'hide'
  /**
   * Whether a server that cannot be reached at its first load is tried again. The load rejects all the same, and the tools
   * enter once the server is there (event `reloaded`).
   * @default false
   */
  keepTrying?: boolean
  /**
   * What the server may ask the caller of a tool. `'sampling'` spends what the caller's model costs, and `'roots'` tells
   * folders.
   * @default ['elicitation']
   * @see [questions](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md#questions)
   */
  questions?: readonly ('elicitation' | 'sampling' | 'roots')[]
  /**
   * The longest time without an answer or progress of a call, in ms.
   * @default 60000
   */
  timeoutMs?: number
  /**
   * The longest time of a whole call, in ms.
   * @default 600000
   */
  maxTimeoutMs?: number
  /**
   * The longest name of a tool, its namespace included: 16 to 128 characters. A longer name ends in a hash.
   * @default 64
   */
  maxName?: number
  /**
   * What happens to a result that does not match the output schema of its tool. `'warn'`: it is passed on, with the event
   * `outputMismatch`. `'strict'`: the call fails with `OUTPUT_INVALID`.
   * @default 'warn'
   */
  output?: 'warn' | 'strict'
  /**
   * The most connections of callers, where `headers` or `env` is a function. One that no call uses ends after 5 minutes, or
   * where another one needs its place. A call that gets none fails with `BUSY`.
   * @default 100
   */
  maxConnections?: number
  /**
   * The resources and templates that servers with `passThrough` pass on: all, none, or URIs in which `*` stands for any
   * characters.
   * @default true
   */
  resources?: boolean | readonly string[]
  /**
   * The prompts that servers with `passThrough` pass on: all, none, or the server's own names with `*`.
   * @default true
   */
  prompts?: boolean | readonly string[]
}

/**
 * Whom the function `headers` or `env` gives credentials for: the caller of a call, by its context. Requests of the loader
 * itself, such as the list of tools, have only `signal`.
 * @see [credentials of each user](https://github.com/toolrack/toolrack/blob/main/docs/upstream-credentials.md)
 */
export interface McpCallerContext
  extends
    Partial<Pick<CallContext, 'userId' | 'auditingId' | 'metadata' | 'toolName' | 'callId'>>,
    Pick<CallContext, 'signal'> {}

/**
 * Gives headers, or variables of an environment, for a caller. It has the `timeoutMs` of the load, and no longer than the
 * call. If it throws, times out, or returns no object of texts, the call fails with `AUTH_FAILED`, and nothing is sent.
 * `isRefused`: the server answered 401 to what it gave before for this call; other credentials are tried once.
 * @see [credentials of each user](https://github.com/toolrack/toolrack/blob/main/docs/upstream-credentials.md)
 */
export type McpCredentialFunction = (
  caller: McpCallerContext,
  request: { readonly isRefused: boolean },
) => Readonly<Record<string, string>> | Promise<Readonly<Record<string, string>>>

/**
 * How a server is reached. `command` starts a process and speaks over its stdin and stdout, without a shell. `url` is an
 * address. `headers` and `env` are the same for all callers, or a function that gives those of each: calls share a
 * connection, or a process, if they are equal. `client` is a connected client of an official SDK.
 * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md#servers)
 */
export type McpUpstreamSpec =
  | {
      readonly command: string
      readonly args?: readonly string[]
      /** Beside `PATH`, `HOME`, `LANG`, `TMPDIR` and `USER`. A function gives those of each caller. */
      readonly env?: Readonly<Record<string, string>> | McpCredentialFunction
      readonly cwd?: string
      /**
       * Gets each line of stderr, and what stands on stdout beside messages.
       * @default the event `upstreamLog` of the registry
       */
      readonly stderr?: (line: string) => void
    }
  | {
      readonly url: string | URL
      readonly headers?: Readonly<Record<string, string>> | McpCredentialFunction
      /** Sends the requests, such as through a proxy. The guard against private hosts then sees the address alone. */
      readonly fetch?: (url: string, init: any) => Promise<Response> | Response
      /**
       * Private hosts that may be reached, as `name` or `name:port`.
       * @default the host of `url`, if it is private
       */
      readonly allowPrivate?: readonly string[]
    }
  | { readonly client: object }

/** The options of a `McpLoader`. */
export interface McpLoaderOptions {
  /**
   * The state file: a path, or options. It keeps names, pins, decisions and the list of versions over a restart. Tools are
   * read from their servers. The constructor throws `STATE_BROKEN`, `STATE_LOCKED` or `STATE_UNWRITABLE`.
   * @default none
   */
  state?: string | StateOptions
}

/** The connection of an MCP server. */
export interface McpUpstreamStatus {
  /** The name of the source. */
  readonly name: string
  /** What reports call the server. It has no arguments, no query and no credentials. */
  readonly location: string
  /** `'connecting'`: the first attempt is under way. */
  readonly state: 'up' | 'down' | 'connecting'
  /** Since when it is down, in ms since 1970. */
  readonly since?: number
  /** Why it is down. */
  readonly reason?: string
  /** What the server says that it is. */
  readonly server?: { readonly name: string; readonly version?: string; readonly title?: string }
  /** The protocol revision, such as `2025-11-25`. */
  readonly revision?: string
  /** The instructions of the server. Nobody has checked them. */
  readonly instructions?: string
  /** The number of open connections of callers, where `headers` or `env` is a function. */
  readonly callerConnections?: number
  /** Its resources and prompts, once they were read, and what is not passed on of them. */
  readonly content?: McpUpstreamContent
}

/**
 * A loader of MCP servers: their tools are tools of the registry. It has the words of `SpecLoader`. After `close`, other
 * methods throw or reject with `CLOSED`.
 * @see [MCP servers as sources](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md)
 */
export declare class McpLoader {
  constructor(registry: ToolRegistry<any>, options?: McpLoaderOptions)
  /**
   * Connects to a server, and loads its tools in one revision. If it rejects, nothing changes. A loaded source of this name
   * and location is replaced. Rejects with `SOURCE_UNREADABLE` (not reached, or no list), `INVALID_OPTIONS`,
   * `GATE_REFUSED`, `NAME_TAKEN` (another location), `INVALID_DEFINITION` (no tool is valid) or `CLOSED`.
   * @see [load](https://github.com/toolrack/toolrack/blob/main/docs/upstreams.md)
   */
  load(name: string, spec: McpUpstreamSpec, options?: McpLoadOptions): Promise<LoadReport>
  /** Reads the list of a server again. If it rejects, its tools do not change. Rejects like `load`, and with `UNKNOWN_SOURCE`. */
  reload(name: string): Promise<LoadReport>
  /**
   * Returns the report that a load or reload would have, and changes nothing. Without `spec`, that of a loaded source.
   * Rejects like `load`, except with `GATE_REFUSED` (`decision` is then `'refuse'`).
   */
  check(name: string, spec?: McpUpstreamSpec, options?: McpLoadOptions): Promise<CheckReport>
  /** Returns the held changes: they wait for `approve` or `reject`. */
  held(): HeldChange[]
  /** Applies a held change in one revision. Throws `UNKNOWN_CHANGE`. */
  approve(id: string): ChangeReport
  /** Rejects a held change. The same change is rejected at later refreshes too. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** Returns the versions of a source, the newest first, 100 at most. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /**
   * Rollback: restores the definitions of a kept version; without `version`, of the one before the present one. They stay
   * until the list of the server changes. Throws `UNKNOWN_SOURCE` or `UNKNOWN_VERSION`.
   */
  rollback(source: string, version?: string): ChangeReport
  /**
   * Pins tools to their present definitions: all tools of the source, or `tools`. Any change of a pinned definition is
   * held. Returns all pins of the source. Throws `UNKNOWN_SOURCE` or `UNKNOWN_TOOL`.
   */
  pin(source: string, tools?: readonly string[]): Record<string, string>
  /** Removes pins: all of the source, or those of `tools`. Returns the remaining pins. Throws `UNKNOWN_SOURCE`. */
  unpin(source: string, tools?: readonly string[]): Record<string, string>
  /** Returns the status of the loaded sources, sorted by name. */
  sources(): SourceStatus[]
  /** Returns the state of the connections, sorted by name. */
  status(): McpUpstreamStatus[]
  /**
   * Returns the resources and templates that are passed on of one server, or of all that can be read. They are read when
   * they are asked for first, and when their server says that they have changed. Rejects with `UNKNOWN_SOURCE`, and for
   * one server with `SOURCE_UNREADABLE`.
   */
  resources(name?: string): Promise<McpListedResources>
  /** Returns prompts, as `resources` does. */
  prompts(name?: string): Promise<readonly McpListedPrompt[]>
  /**
   * Reads a resource of a server. The result is the server's own. Rejects with `UNKNOWN_SOURCE`, `UPSTREAM_DOWN`,
   * `UPSTREAM_FAILED`, or the reason of `signal`.
   */
  readResource(name: string, uri: string, options?: { readonly signal?: AbortSignal }): Promise<McpResourceResult>
  /** Gets a prompt of a server, by the server's own name of it. Rejects as `readResource` does. */
  getPrompt(
    name: string,
    prompt: string,
    args?: Readonly<Record<string, string>>,
    options?: { readonly signal?: AbortSignal },
  ): Promise<McpPromptMessages>
  /**
   * Removes the tools of a source, and ends its connection. Resolves with the names of the tools. These names stay reserved
   * for the tools of the server. Rejects with `UNKNOWN_SOURCE`.
   */
  unload(name: string): Promise<string[]>
  /** Closes: ends all connections, and the processes of servers. The tools stay in the registry, and calls fail. */
  close(): Promise<void>
}
