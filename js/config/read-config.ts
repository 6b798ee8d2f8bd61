// What a configuration file says, as the core gives it: variables are filled in, and paths begin at the file's folder.

import type {
  AuditOptions,
  HttpToolDefinition,
  HttpToolOptions,
  LoadOptions,
  RegistryOptions,
  SpecSource,
  StateOptions,
  ToolFilter,
} from '../../index'
import type { McpAuth, McpContentLists, McpListenOptions, McpServerOptions } from '../../types/mcp'

/** A document: where it is, and the options of its load. Its overlays are paths and URLs. */
export interface DocumentConfig extends Omit<LoadOptions, 'name'> {
  readonly source: SpecSource & string
}

/** An MCP server as desktop clients write it, with options of toolrack beside. */
export interface McpServerConfig {
  readonly type?: 'stdio' | 'http' | 'streamable-http' | 'streamableHttp' | 'sse'
  readonly command?: string
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly cwd?: string
  readonly url?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly disabled?: boolean
  readonly [option: string]: unknown
}

/** A file, a folder or a package, with options of `ToolModules`. */
export interface ModuleConfig {
  readonly path: string
  readonly [option: string]: unknown
}

/** How access tokens are verified: the options of `jwtVerifier`. */
export interface VerifyConfig {
  readonly issuer?: string
  readonly audience?: string | readonly string[]
  readonly jwks?: string | { readonly keys: readonly object[] }
}

/** The options of the MCP server, and where it listens; over stdio, without `http`. */
export interface ServeConfig extends Omit<
  McpServerOptions,
  'auth' | 'filter' | 'context' | 'ready' | 'onError' | 'passThrough' | keyof McpContentLists
> {
  readonly filter?: ToolFilter
  readonly context?: Exclude<NonNullable<McpServerOptions['context']>, (...args: never[]) => unknown>
  readonly http?: McpListenOptions
  readonly auth?: Omit<McpAuth, 'verify'> & { readonly verify?: VerifyConfig }
}

/** A tool that calls one endpoint, with the private hosts that endpoints may name. */
export type HttpToolConfig = HttpToolDefinition & HttpToolOptions

/** A configuration. A part that is absent is not configured. */
export interface Config {
  readonly name?: string
  readonly registry?: Omit<RegistryOptions, 'audit'> & { readonly audit?: string | AuditOptions }
  readonly loader?: { readonly state?: string | StateOptions }
  readonly documents?: Readonly<Record<string, DocumentConfig>>
  readonly modules?: readonly (string | ModuleConfig)[]
  readonly mcpServers?: Readonly<Record<string, McpServerConfig>>
  readonly tools?: readonly HttpToolConfig[]
  readonly serve?: ServeConfig
}

/** One place of a configuration file, and what is to be said of it. An object has no file and no lines. */
export interface ConfigProblem {
  readonly file?: string
  readonly line?: number
  readonly column?: number
  readonly pointer: string
  readonly message: string
}

/** A part that is left out, because the environment lacks a variable of it. */
export interface DisabledPart extends ConfigProblem {
  /** The JSON pointer of the part: `/documents/crm`, `/serve`. */
  readonly part: string
  readonly variable: string
}

/** A configuration that was read. */
export interface ReadConfig {
  /** What it says, without the parts that are disabled. It has the values of variables. */
  readonly config: Config
  readonly disabled: readonly DisabledPart[]
  /** Keys that are ignored, such as those of other clients in `mcpServers`. */
  readonly warnings: readonly ConfigProblem[]
  /** What is written for people in place of each text that has the value of a variable. */
  readonly secrets: readonly (readonly [reference: string, value: string])[]
}
