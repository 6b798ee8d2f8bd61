// Options of a load.
import type { Credential } from './auth'
import type { CallLimits } from './limits'
import type { OperationChoice, OperationFunction, OperationOverride } from './operations'
import type { GatePolicy, GatePreset } from './review'
import type { Target, TargetOptions } from './targets'
import type { WatchOptions } from './watch'

/**
 * A document: a path, an http, https or file URL, a text, bytes or an object.
 * A text has a line break, or starts with `{`.
 * @see [document sources](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#document-sources)
 */
export type SpecSource = string | URL | Uint8Array | ArrayBuffer | object

/**
 * The token budget of a document. Tools over it are noted (`TOKENS_OVER_BUDGET`), not refused.
 * @see [token budget](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#token-budget)
 */
export interface TokenBudget {
  /**
   * The target of the estimate.
   * @default 'openai'
   */
  target?: Target
  /**
   * The tokens of one tool.
   * @default no limit
   */
  tool?: number
  /**
   * The tokens of all tools of the document together.
   * @default no limit
   */
  document?: number
}

/**
 * External references (`$ref`): which files and addresses may be read.
 * @see [external references](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#external-references)
 */
export interface ReferenceOptions {
  /**
   * Files outside of the document's folder.
   * @default false
   */
  outsideFolder?: boolean
  /**
   * Public addresses of other origins.
   * @default true
   */
  internet?: boolean
  /**
   * Hosts (`name` or `name:port`) with a private address.
   * @default []
   */
  hosts?: readonly string[]
}

/**
 * The network of a load: the hosts that calls and references may reach, and the origins that get credentials.
 * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
 */
export interface NetworkOptions {
  /**
   * Private hosts (`name` or `name:port`) that calls of a document from the network may reach.
   * Calls of other private addresses are `ADDRESS_FORBIDDEN` (SSRF).
   * @default []
   * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
   */
  hosts?: readonly string[]
  /**
   * Origins beside the API's own that may get credentials and headers: `https://api.example.com`.
   * @default []
   * @see [origin binding](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#origin-binding)
   */
  authOrigins?: readonly string[]
  /**
   * External references (`$ref`): which files and addresses may be read.
   * @see [external references](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#external-references)
   */
  references?: ReferenceOptions
}

/**
 * The document: how it is read, and what of it a model reads.
 * @see [document options](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#document-options)
 */
export interface DocumentOptions {
  /**
   * Overlays (Overlay Specification 1.0), applied in order before the document is read, at every load and reload.
   * A wrong one is `INVALID_SPEC` with its place.
   * @default []
   * @see [overlays](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#overlays)
   */
  overlays?: readonly SpecSource[]
  /**
   * Whether deprecated operations become tools.
   * @default 'skip'
   */
  deprecated?: 'skip' | 'include'
  /**
   * The layout of arguments: one flat object, or an object for each of `path`, `query`, `header`, `cookie`, `body`.
   * @default 'flat'
   * @see [arguments](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#arguments)
   */
  arguments?: 'flat' | 'grouped'
  /**
   * Hidden Unicode characters in what a model reads of the document: removed, kept with a note, or kept.
   * @default 'strip' if any part came over the network, else 'flag'
   * @see [hidden characters](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#hidden-characters)
   */
  hiddenUnicode?: 'strip' | 'flag' | 'keep'
  /**
   * Duplicate keys of a map: the document is refused, or the last value counts with a note.
   * @default 'refuse'
   */
  duplicateKeys?: 'refuse' | 'last'
}

/**
 * Size limits of the document (`LIMIT_EXCEEDED`), the versions that are kept, and the token budget.
 * @see [size limits](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#size-limits)
 */
export interface DocumentLimits {
  /**
   * Bytes of each document after decompression; YAML aliases count each time. It also bounds the tools of the load.
   * @default 67108864 (64 MiB)
   */
  bytes?: number
  /**
   * Levels of maps and lists, 120 at most.
   * @default 120
   */
  depth?: number
  /**
   * Values; repetitions by YAML aliases or shared objects count each time.
   * @default 3000000
   */
  nodes?: number
  /**
   * YAML aliases.
   * @default 200000
   */
  aliases?: number
  /**
   * Operations.
   * @default 50000
   */
  operations?: number
  /**
   * Documents that references lead to.
   * @default 1000
   */
  documents?: number
  /**
   * Bytes of one tool's definition as JSON. A larger operation is skipped with `LIMIT_EXCEEDED`.
   * @default the registry's `limits.definitionBytes`
   */
  definitionBytes?: number
  /**
   * The number of versions whose tools are kept for `rollback`.
   * @default 10
   * @see [history and rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
   */
  versions?: number
  /**
   * The token budget of the tools. The report then has `tokens`.
   * @default none: nothing is counted
   * @see [token budget](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#token-budget)
   */
  tokens?: TokenBudget
}

/**
 * The options of a load.
 * @see [load options](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#load-options)
 */
export interface LoadOptions {
  /**
   * The name of the source. `crm@2` is a version of `crm`.
   * @default the file's name without its ending, else the document's title
   * @see [versions](https://github.com/toolrack/toolrack/blob/main/docs/versions.md)
   */
  name?: string
  /**
   * The prefix of tool names, with a `_` between. Operations are named anew in another namespace.
   * @default none
   */
  namespace?: string
  /**
   * The version of the tools.
   * @default that of the document
   */
  version?: string
  /**
   * The category of the tools.
   * @default the first tag of each operation
   */
  category?: string
  /**
   * Tags of all tools, beside their own.
   * @default []
   */
  tags?: string[]
  /**
   * The operations that become tools: any of these selections, or those that a function answers `true` for.
   * @default all
   * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
   */
  include?: OperationChoice | readonly OperationChoice[] | OperationFunction
  /**
   * The operations that are left out of the included ones: any of these selections, or those of a function.
   * @default none
   * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
   */
  exclude?: OperationChoice | readonly OperationChoice[] | OperationFunction
  /**
   * Overrides of operations, by `METHOD /path` or `operationId`; the first form counts before the second.
   * An override of no operation is the note `OVERRIDE_UNUSED`.
   * @see [overrides](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#overrides)
   */
  overrides?: Readonly<Record<string, OperationOverride>>
  /**
   * Credentials by security scheme; `false` sends calls without any.
   * A call without a required credential is `AUTH_FAILED`, and nothing is sent.
   * @default none
   * @see [authentication](https://github.com/toolrack/toolrack/blob/main/docs/auth.md)
   */
  auth?: Readonly<Record<string, Credential>> | false
  /**
   * The base URL of calls. It may have any address, a private one too.
   * @default the document's first server
   * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
   */
  baseUrl?: string
  /**
   * Headers of every call, such as `authorization`. They are bound to the origins of the load, and redacted.
   * @default {}
   * @see [headers](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#headers)
   */
  headers?: Record<string, string>
  /**
   * Hot reload: whether the document is watched with its references and overlays. For files and addresses.
   * @default false
   * @see [watching](https://github.com/toolrack/toolrack/blob/main/docs/watching.md)
   */
  watch?: boolean | WatchOptions
  /**
   * The gates of a reload: which changes are applied, held or refused. A first load asks `pins` and `custom` only.
   * @default 'development'
   * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
   */
  gates?: GatePreset | GatePolicy
  /**
   * The targets that the report judges: which tools they would refuse, or not take in strict mode.
   * Each takes about as long as the load; its `definitions` are then cached.
   * @default none
   * @see [target checks](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#target-checks)
   */
  targets?: readonly (Target | (TargetOptions & { target: Target }))[]
  /**
   * The rate limit of each tool, in calls per minute.
   * @default that of the registry
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of the calls of its tools.
   * @default those of the registry
   */
  callLimits?: CallLimits
  /** The network: hosts, origins of credentials, references. */
  network?: NetworkOptions
  /** The document: overlays, deprecated operations, arguments, hidden characters, duplicate keys. */
  document?: DocumentOptions
  /** Limits of the document: sizes, kept versions, token budget. */
  limits?: DocumentLimits
}
