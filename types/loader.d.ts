// SpecLoader: loads, reloads, watches and reviews API documents.
import type { SourceVersion } from './history'
import type { LoadOptions, SpecSource } from './load-options'
import type { CheckReport, DirectoryReport, LoadReport } from './load-report'
import type { ToolRegistry } from './registry'
import type { ChangeReport, GatePolicy, GatePreset, HeldChange } from './review'
import type { SourceStatus } from './sources'
import type { StateOptions } from './state'
import type { WatchOptions } from './watch'
import type { WebhookHandler, WebhookOptions } from './webhook'

/**
 * The request that a custom `fetch` gets. The global `fetch` accepts it.
 * @see [custom fetch](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#custom-fetch)
 */
export interface FetchInit {
  /** The HTTP method. */
  readonly method: string
  /** The headers. */
  readonly headers: Record<string, string>
  /** The body. */
  readonly body?: Uint8Array<ArrayBuffer>
  /** `'manual'`: the function must not follow redirects. toolrack decides about them. */
  readonly redirect: 'manual'
  /** Aborts when the response is no longer needed, such as after a timeout. */
  readonly signal: AbortSignal
}

/** The options of a `SpecLoader`. */
export interface LoaderOptions {
  /**
   * The state file: a path, or options. It keeps names, documents, histories, pins and rejected changes over a restart.
   * The constructor throws `STATE_BROKEN`, `STATE_LOCKED` or `STATE_UNWRITABLE`.
   * @default none
   * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md)
   */
  state?: string | StateOptions
  /**
   * A custom `fetch` for documents, references and calls: for proxies, your own TLS settings, and tests.
   * If it throws, a call fails with `HTTP_FAILED`, and a load with `SOURCE_UNREADABLE`.
   * @default the HTTP client of toolrack
   * @see [custom fetch](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#custom-fetch)
   */
  fetch?: (url: string, init: FetchInit) => Promise<Response> | Response
}

/**
 * A loader: it makes tools of the operations of API documents. Swagger 2.0 and OpenAPI 3.0, 3.1, 3.2, in JSON or YAML.
 * @see [API documents](https://github.com/toolrack/toolrack/blob/main/docs/documents.md)
 */
export class SpecLoader {
  constructor(registry: ToolRegistry<any>, options?: LoaderOptions)
  /**
   * Loads a document. All of its tools enter the registry in one revision; if it rejects, nothing changes.
   * The same location with the same name is a reload with new options.
   * A document in the state file is restored first (`restored` of the report).
   * @see [load](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#load-an-openapi-document)
   */
  load(source: SpecSource, options?: LoadOptions): Promise<LoadReport>
  /**
   * Loads every `*.json`, `*.yaml` and `*.yml` file directly in a directory. Each is a source, named by its file.
   * Files that cannot be loaded are in `failed`. Rejects with `SOURCE_UNREADABLE`, `INVALID_OPTIONS` or `CLOSED`.
   * @see [directories](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#directories)
   */
  loadDirectory(directory: string | URL, options?: Omit<LoadOptions, 'name'>): Promise<DirectoryReport>
  /**
   * Reads a document again, with the options of its load. If it rejects, its tools do not change.
   * `gates` replaces the gates of the load for this reload. Rejects like `load`, and with `UNKNOWN_SOURCE`.
   * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
   */
  reload(
    source: string,
    options?: { gates?: GatePreset | Omit<GatePolicy, 'custom' | 'timeoutMs'> },
  ): Promise<LoadReport>
  /**
   * Returns the report that a load or reload would have, and changes nothing. `source` may be the name of a loaded
   * source: its reload is checked, and only `gates` may be given. A document at another location is compared with the
   * loaded source of its name, else with that of the state file. Rejects like `load`, except with `GATE_REFUSED`
   * (`decision` is then `'refuse'`), and with `NAME_TAKEN` for another location.
   * @see [check](https://github.com/toolrack/toolrack/blob/main/docs/review.md#check)
   */
  check(source: SpecSource, options?: LoadOptions): Promise<CheckReport>
  /** Returns all held changes, sorted by the name of their source. */
  held(): HeldChange[]
  /**
   * Applies a held change in one revision. Pins of its tools then have the new definition. Throws `UNKNOWN_CHANGE`.
   */
  approve(id: string): ChangeReport
  /** Rejects a held change. The same change is rejected at later loads too. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** Returns the versions of a document that were in use, the newest first, 100 at most. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /**
   * Rollback: restores the tools of a kept version in one revision, without gates. `version` is a version text, or the
   * first 8 or more characters of a hash; without it, the version before the present one.
   * Throws `UNKNOWN_SOURCE` or `UNKNOWN_VERSION`.
   * @see [rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
   */
  rollback(source: string, version?: string): ChangeReport
  /**
   * Pins tools to their present definitions: all tools of the source, or `tools`. Any change of a pinned tool is held.
   * Returns all pins of the source, for `gates.pins`. Throws `UNKNOWN_SOURCE` or `UNKNOWN_TOOL`.
   * @see [pins](https://github.com/toolrack/toolrack/blob/main/docs/review.md#pins)
   */
  pin(source: string, tools?: readonly string[]): Record<string, string>
  /** Removes pins: all of the source, or those of `tools`. Returns the remaining pins. Throws `UNKNOWN_SOURCE`. */
  unpin(source: string, tools?: readonly string[]): Record<string, string>
  /** Returns the status of the loaded documents, sorted by name. It does not wait for running loads. */
  sources(): SourceStatus[]
  /**
   * Unloads a document and removes it from the state file. Returns the names of its removed tools.
   * These names stay reserved for their operations. Throws `UNKNOWN_SOURCE`.
   */
  unload(source: string): string[]
  /**
   * Resolves when the present state is written to the state file and synced to the disk. Without a state file, at once.
   * Rejects with `STATE_UNWRITABLE` or `CLOSED`.
   * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md#writes)
   */
  save(): Promise<void>
  /** Removes a source from the state file, if it is not loaded. Returns whether it was there. */
  forget(source: string): boolean
  /**
   * Hot reload: watches a document, and reloads it when its files or its address change. New options replace the former
   * ones. Throws `UNKNOWN_SOURCE`, and `INVALID_OPTIONS` for a document without a file or address.
   */
  watch(source: string, options?: WatchOptions): void
  /**
   * Stops watching a document; or a directory and its documents, by the path that `loadDirectory` got.
   * Throws `UNKNOWN_SOURCE`.
   */
  unwatch(source: string): void
  /**
   * Returns a request handler for `node:http`, Express or Fastify. A signed webhook delivery reloads documents.
   * It verifies the signatures of Standard Webhooks and of GitHub. The handler never throws.
   * @see [webhooks](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md)
   */
  webhook(options: WebhookOptions): WebhookHandler
  /**
   * Closes the loader: it ends its watches, and waits up to 5 s for the state file. Its tools stay in the registry.
   */
  close(): void
}
