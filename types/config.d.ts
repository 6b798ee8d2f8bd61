// Configuration: what `loadConfig` takes and returns.
import type { ToolrackError } from './errors'
import type { HttpToolChange } from './http-tools'
import type { LoadReport } from './load-report'
import type { FetchInit, SpecLoader } from './loader'
import type { McpListenOptions, McpLoader } from './mcp'
import type { McpServerOptions } from './mcp-options'
import type { ToolModules } from './modules'
import type { ToolRegistry } from './registry'
import type { Embed } from './search'
import type { WatchOptions } from './watch'

/** The options of `loadConfig`. */
export interface LoadConfigOptions {
  /**
   * The environment variables of `${NAME}`.
   * @default process.env
   */
  environment?: Readonly<Record<string, string | undefined>>
  /**
   * Hot reload: whether the configuration file is watched. Documents and modules have an option `watch` of their own.
   * @default false
   * @see [reload](https://github.com/toolrack/toolrack/blob/main/docs/config.md#reload)
   */
  watch?: boolean | WatchOptions
  /**
   * Called with the report of each hot reload. A file with mistakes changes nothing, and is the event `reloadFailed`
   * of the registry, with the path as `source`.
   * @default none
   */
  onReload?: (report: ConfigReport) => void
  /**
   * A custom `fetch` for documents and their calls, as that of a `SpecLoader`.
   * @default the HTTP client of toolrack
   */
  fetch?: (url: string, init: FetchInit) => Promise<Response> | Response
  /**
   * An embedding model for `searchAsync`, as `search.embed` of a `ToolRegistry`: a function, which a file cannot have. Its
   * share is `weight` in `registry.search` of the configuration.
   * @default none
   * @see [embedder](https://github.com/toolrack/toolrack/blob/main/docs/embedder.md)
   */
  embed?: Embed
}

/** One place of a configuration, and what is wrong or ignored there. An object has no file and no lines. */
export interface ConfigPlace {
  /** The path of the file, as it was given. */
  file?: string
  /** 1-based line. */
  line?: number
  /** 1-based column, in characters. */
  column?: number
  /** JSON pointer of the place. */
  pointer: string
  /** A description, for people to read. */
  message: string
}

/** A part that is left out, because the environment lacks a variable of it. */
export interface DisabledConfigPart extends ConfigPlace {
  /** JSON pointer of the part, such as `/documents/crm`. */
  part: string
  /** The name of the variable. */
  variable: string
}

/** A part that could not be loaded. If it was loaded before, its tools do not change. */
export interface ConfigFailure {
  /** JSON pointer of the part: `/documents/crm`, `/tools/0`. `/tools`: the HTTP tools, which are one source. */
  part: string
  /** The path of the file, as it was given. An object has no file and no lines. */
  file?: string
  /** 1-based line of the option that is refused, or of the part. */
  line?: number
  /** 1-based column, in characters. */
  column?: number
  /** The file of a module that could not be loaded. */
  location?: string
  /** The export of a module that could not become a tool. */
  export?: string
  /** The error. It has the names of variables instead of values of 8 characters or more. */
  error: ToolrackError
}

/**
 * The report of a configuration. After a reload it has what was loaded by the reload, and not what stayed the same.
 * @see [report](https://github.com/toolrack/toolrack/blob/main/docs/config.md#report)
 */
export interface ConfigReport {
  /** The newest revision of the registry. */
  revision: number
  /** The load reports of documents, in the order of the file. */
  documents: LoadReport[]
  /** The load reports of modules: one for each source. */
  modules: LoadReport[]
  /** The load reports of MCP servers. */
  mcpServers: LoadReport[]
  /** What changed of the HTTP tools. Absent: nothing. */
  tools?: HttpToolChange
  /** The names of the tools whose document, module, server or definition is gone from the configuration. */
  removed: string[]
  /** Parts that could not be loaded. An MCP server that cannot be reached is tried again: its tools enter once it is there. */
  failed: ConfigFailure[]
  /** Parts that are left out, because the environment lacks a variable. */
  disabled: DisabledConfigPart[]
  /** Keys that are ignored. */
  warnings: ConfigPlace[]
  /**
   * JSON pointers of options that differ from those that the configuration was opened with, such as
   * `/registry/timeoutMs`. They have no effect before the next `loadConfig`. Empty at the first load.
   */
  notApplied: string[]
}

/** What `serve` of a configuration says, for `createMcpServer` of `toolrack/mcp`. */
export interface ConfiguredServer {
  /** The options of the server. `auth` verifies access tokens. */
  readonly options: McpServerOptions
  /** Where the server listens, for `server.listen`. Absent: it serves over stdio. */
  readonly http?: McpListenOptions
}

/** A registry with all tools of a configuration. Its functions may be taken out of it: `const { close } = …`. */
export interface LoadedConfig {
  /** The registry. */
  readonly registry: ToolRegistry
  /** The loader of the documents. */
  readonly loader: SpecLoader
  /** The modules. */
  readonly modules: ToolModules
  /** The loader of the MCP servers. */
  readonly mcp: McpLoader
  /** The MCP server that the configuration describes. It is not started. */
  readonly server: ConfiguredServer
  /** The report of the newest load. */
  readonly report: ConfigReport
  /**
   * Reads the configuration again, and loads what is new, changed or failed before, in one revision: what the program
   * changes meanwhile is there at once, after a revision with what is loaded by then. Rejects like `loadConfig`; then
   * nothing changes. Rejects with `CLOSED` also where something is closed meanwhile.
   */
  readonly reload: () => Promise<ConfigReport>
  /**
   * Closes the loaders, the modules and the registry, and ends the watch and the connections. Rejects like `close` of
   * `ToolModules`.
   */
  readonly close: () => Promise<void>
}

/**
 * Loads a configuration: a registry with all tools of its documents, modules and HTTP tools, in one revision, and then
 * those of its MCP servers. `source` is a path or file URL of a YAML or JSON file, or an object. Rejects with
 * `CONFIG_INVALID` (all mistakes), `SOURCE_UNREADABLE` or `INVALID_OPTIONS`, and with what the constructors of the
 * registry and the loader throw; then nothing is open.
 * @see [configuration](https://github.com/toolrack/toolrack/blob/main/docs/config.md)
 */
export function loadConfig(source: string | URL | object, options?: LoadConfigOptions): Promise<LoadedConfig>
