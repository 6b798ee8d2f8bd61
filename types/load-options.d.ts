// Options of a load.
import type { Credential } from './auth'
import type { DocumentLimits } from './document-limits'
import type { CallLimits } from './limits'
import type { OperationChoice, OperationFunction, OperationOverride } from './operations'
import type { GatePolicy, GatePreset } from './review'
import type { Target, TargetOptions } from './targets'
import type { WatchOptions } from './watch'

/**
 * A document: a path; an http, https or file URL; a text in JSON or YAML; bytes; or an object.
 * A string is a text if it has a line break or starts with `{`, else a path or URL.
 * @see [document sources](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#document-sources)
 */
export type SpecSource = string | URL | Uint8Array | ArrayBuffer | object

/**
 * External references (`$ref`): which other files and addresses may be read.
 * @see [external references](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#external-references)
 */
export interface ReferenceOptions {
  /**
   * Whether files outside of the document's folder may be read. If not, a reference to one is `SOURCE_FORBIDDEN`.
   * @default false
   */
  outsideFolder?: boolean
  /**
   * Whether public addresses of other origins may be read.
   * @default true
   */
  internet?: boolean
  /**
   * Private hosts that may be read, as `name` or `name:port`.
   * @default []
   */
  hosts?: readonly string[]
}

/**
 * Network access of a load: the hosts that calls and references may reach, and the origins that get credentials.
 * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
 */
export interface NetworkOptions {
  /**
   * Private hosts that calls may reach, as `name` or `name:port`. For a document that was loaded from an http(s)
   * address: its calls to other private addresses fail with `ADDRESS_FORBIDDEN` (SSRF guard).
   * @default []
   * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
   */
  hosts?: readonly string[]
  /**
   * Other origins that may get the credentials and headers of the API, such as `https://api.example.com`.
   * @default []
   * @see [origin binding](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#origin-binding)
   */
  authOrigins?: readonly string[]
  /**
   * External references (`$ref`): which other files and addresses may be read.
   * @see [external references](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#external-references)
   */
  references?: ReferenceOptions
}

/**
 * Document options: how the document is read, and which parts a model gets.
 * @see [document options](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#document-options)
 */
export interface DocumentOptions {
  /**
   * Overlays (Overlay Specification 1.0). They change the document before it is read, in order, at every load and
   * reload. An invalid overlay is `INVALID_SPEC`.
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
   * The layout of arguments. `'flat'`: all in one object.
   * `'grouped'`: one object for each of `path`, `query`, `header`, `cookie` and `body`.
   * @default 'flat'
   * @see [arguments](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#arguments)
   */
  arguments?: 'flat' | 'grouped'
  /**
   * Hidden Unicode characters in the parts that a model gets. `'strip'` removes them, `'flag'` keeps them with a note
   * (`HIDDEN_UNICODE`), `'keep'` keeps them.
   * @default 'strip' if any part came over the network, else 'flag'
   * @see [hidden characters](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#hidden-characters)
   */
  hiddenUnicode?: 'strip' | 'flag' | 'keep'
  /**
   * Duplicate keys of a map. `'refuse'`: the document is `INVALID_SPEC`. `'last'`: the last value is used, with a note.
   * @default 'refuse'
   */
  duplicateKeys?: 'refuse' | 'last'
}

/**
 * The options of `load`, and of the reloads of the same document.
 * @see [load options](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#load-options)
 */
export interface LoadOptions {
  /**
   * The name of the source. `crm@2` is the version `2` of the source `crm`.
   * @default the file's name without its ending, else the document's title
   * @see [versions](https://github.com/toolrack/toolrack/blob/main/docs/versions.md)
   */
  name?: string
  /**
   * The prefix of tool names: `crm` makes `crm_list` of `list`. Another namespace gives operations new names.
   * @default none
   */
  namespace?: string
  /**
   * The version of the tools.
   * @default the version of the document
   */
  version?: string
  /**
   * The category of the tools.
   * @default the first tag of each operation
   */
  category?: string
  /**
   * Tags that are added to the tags of each tool.
   * @default []
   */
  tags?: string[]
  /**
   * OAuth scopes that a caller of a server needs for each tool, beside those of the tool.
   * @default []
   * @see [scopes](https://github.com/toolrack/toolrack/blob/main/docs/mcp-auth.md#scopes-of-tools)
   */
  scopes?: readonly string[]
  /**
   * The operations that become tools: a selection, a list of selections of which one must match, or a function.
   * @default all
   * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
   */
  include?: OperationChoice | readonly OperationChoice[] | OperationFunction
  /**
   * The operations that are excluded from the included ones: a selection, a list of selections, or a function.
   * @default none
   * @see [include and exclude](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#include-and-exclude)
   */
  exclude?: OperationChoice | readonly OperationChoice[] | OperationFunction
  /**
   * Output schemas: whether a tool has the schema of its documented success response as `outputSchema`. A result that
   * the schema does not accept is `OUTPUT_INVALID`, so that a call fails where an API differs from its document.
   * @default false
   * @see [output schemas](https://github.com/toolrack/toolrack/blob/main/docs/operation-outputs.md)
   */
  outputSchemas?: boolean
  /**
   * Overrides of operations, by `METHOD /path` or by `operationId`. If both match, `METHOD /path` wins.
   * An override that matches no operation is the note `OVERRIDE_UNUSED`.
   * @default none
   * @see [overrides](https://github.com/toolrack/toolrack/blob/main/docs/choosing.md#overrides)
   */
  overrides?: Readonly<Record<string, OperationOverride>>
  /**
   * Credentials, by the name of the security scheme. `false`: calls are sent without credentials.
   * A call without a required credential fails with `AUTH_FAILED`, and nothing is sent.
   * @default none
   * @see [authentication](https://github.com/toolrack/toolrack/blob/main/docs/auth.md)
   */
  auth?: Readonly<Record<string, Credential>> | false
  /**
   * The base URL of calls. It may name any address, also a private one.
   * @default the document's first server
   * @see [servers](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#servers-and-ssrf)
   */
  baseUrl?: string
  /**
   * Headers of every call, such as `authorization`. They are sent to the origins of the load only. Responses that
   * contain their values are redacted.
   * @default {}
   * @see [headers](https://github.com/toolrack/toolrack/blob/main/docs/auth.md#headers)
   */
  headers?: Record<string, string>
  /**
   * Hot reload: whether the document, its references and its overlays are watched. For files and http(s) addresses;
   * other documents are `INVALID_OPTIONS`.
   * @default false
   * @see [watching](https://github.com/toolrack/toolrack/blob/main/docs/watching.md)
   */
  watch?: boolean | WatchOptions
  /**
   * The gates of a reload: which changes are applied, held or refused. A first load is reviewed by `pins` and `custom`
   * only.
   * @default 'development'
   * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
   */
  gates?: GatePreset | GatePolicy
  /**
   * Target checks: the report lists the tools that these targets would refuse, or would not accept in strict mode.
   * Each target takes about as long as the load. Its `definitions` are then cached.
   * @default none
   * @see [target checks](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#target-checks)
   */
  targets?: readonly (Target | (TargetOptions & { target: Target }))[]
  /**
   * The rate limit of each tool, in calls per minute. Enforced with the registry option `enforceRateLimits`.
   * @default the registry's `rateLimit`
   * @see [rate limit](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#rate-limit)
   */
  rateLimit?: number
  /**
   * The limits of calls of its tools: concurrency, timeout, retry, circuit breaker, sizes.
   * @default the registry's `callLimits`
   */
  callLimits?: CallLimits
  /** Network access: private hosts, origins that get credentials, references. */
  network?: NetworkOptions
  /** Document options: overlays, deprecated operations, layout of arguments, hidden characters, duplicate keys. */
  document?: DocumentOptions
  /** Limits of the document: sizes, number of kept versions, token budget. */
  limits?: DocumentLimits
}
