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
 * The request of a custom `fetch`. It fits the global `fetch`.
 * @see [custom fetch](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#custom-fetch)
 */
export interface FetchInit {
  /** The HTTP method. */
  readonly method: string
  /** The headers. */
  readonly headers: Record<string, string>
  /** The body. */
  readonly body?: Uint8Array<ArrayBuffer>
  /** Redirects are not followed: toolrack decides about them. */
  readonly redirect: 'manual'
  /** Aborts when nobody waits for the response any more. */
  readonly signal: AbortSignal
}

/** The options of a loader. */
export interface LoaderOptions {
  /**
   * The state file: a path, or options. Names, documents, histories, pins and rejections outlive the process in it.
   * Throws `STATE_BROKEN`, `STATE_LOCKED` and `STATE_UNWRITABLE`.
   * @default none
   * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md)
   */
  state?: string | StateOptions
  /**
   * A custom `fetch` for documents, references and calls: for proxies, TLS of your own, and tests.
   * A throw is `HTTP_FAILED`, or `SOURCE_UNREADABLE` for a document.
   * @default the HTTP client of toolrack
   * @see [custom fetch](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#custom-fetch)
   */
  fetch?: (url: string, init: FetchInit) => Promise<Response> | Response
}

/**
 * A loader of API documents into a registry: Swagger 2.0 and OpenAPI 3.0, 3.1, 3.2, in JSON or YAML.
 * @see [API documents](https://github.com/toolrack/toolrack/blob/main/docs/documents.md)
 */
export class SpecLoader {
  constructor(registry: ToolRegistry<any>, options?: LoaderOptions)
  /**
   * Loads a document; its tools enter the registry in one revision. The same place under the same name is a reload.
   * A document of the state file is restored first (`restored` of the report). A rejection changes nothing.
   * @see [load](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#load-a-document)
   */
  load(source: SpecSource, options?: LoadOptions): Promise<LoadReport>
  /**
   * Loads every `*.json`, `*.yaml` and `*.yml` directly in a directory, each as a source named by its file.
   * Files that cannot be loaded are in `failed`. Rejects with `SOURCE_UNREADABLE`, `INVALID_OPTIONS` or `CLOSED`.
   * @see [directories](https://github.com/toolrack/toolrack/blob/main/docs/documents.md#directories)
   */
  loadDirectory(directory: string | URL, options?: Omit<LoadOptions, 'name'>): Promise<DirectoryReport>
  /**
   * Reads a document again. A rejection leaves its tools as they are. `gates` replace its own gates once.
   * Rejects like `load`, and with `UNKNOWN_SOURCE`.
   * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
   */
  reload(
    source: string,
    options?: { gates?: GatePreset | Omit<GatePolicy, 'custom' | 'timeoutMs'> },
  ): Promise<LoadReport>
  /**
   * Returns the report of a reload, or of a load, without doing it. A source name keeps its options, except `gates`.
   * Rejects like `load`, but not with `GATE_REFUSED`: `decision` has that.
   * @see [check](https://github.com/toolrack/toolrack/blob/main/docs/review.md#check)
   */
  check(source: SpecSource, options?: LoadOptions): Promise<CheckReport>
  /** Returns all held changes, by source. */
  held(): HeldChange[]
  /** Approves a held change in one revision; pins of its tools move along. Throws `UNKNOWN_CHANGE`. */
  approve(id: string): ChangeReport
  /** Rejects a held change, as long as it is the same change. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** Returns the versions of a document, the newest first, 100 at most. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /**
   * Rolls a source back to the tools of a kept version, in one revision; no gate is asked.
   * `version` is a version text, or at least 8 characters of a hash. Without it, the version before is meant.
   * Throws `UNKNOWN_VERSION`.
   * @see [rollback](https://github.com/toolrack/toolrack/blob/main/docs/review.md#history-and-rollback)
   */
  rollback(source: string, version?: string): ChangeReport
  /**
   * Pins tools to their present definitions: all of the source, or these. Returns all pins, for `gates.pins`.
   * @see [pins](https://github.com/toolrack/toolrack/blob/main/docs/review.md#pins)
   */
  pin(source: string, tools?: readonly string[]): Record<string, string>
  /** Removes pins: all of the source, or of these tools. Returns the pins that are left. */
  unpin(source: string, tools?: readonly string[]): Record<string, string>
  /** Returns the status of the loaded documents, by name. It waits for no load. */
  sources(): SourceStatus[]
  /**
   * Unloads a document, also from the state file. Returns the names of its removed tools, which stay reserved.
   * Throws `UNKNOWN_SOURCE`.
   */
  unload(source: string): string[]
  /**
   * Resolves when the present state is in the state file, on the disk. Rejects with `STATE_UNWRITABLE` or `CLOSED`.
   * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/state.md#writes)
   */
  save(): Promise<void>
  /** Removes a source that is not loaded from the state file. Returns whether it was there. */
  forget(source: string): boolean
  /** Watches a document: it is reloaded when its files or its address change. New options replace earlier ones. */
  watch(source: string, options?: WatchOptions): void
  /** Stops watching a document, or a directory (by its path as it was given) with all its documents. */
  unwatch(source: string): void
  /**
   * Returns a request handler for `node:http`, Express or Fastify that reloads documents on signed deliveries.
   * It takes Standard Webhooks and GitHub's signatures, and never throws.
   * @see [webhooks](https://github.com/toolrack/toolrack/blob/main/docs/webhooks.md)
   */
  webhook(options: WebhookOptions): WebhookHandler
  /** Closes the loader: ends its watches, and writes the state file within 5 s. Its tools stay in the registry. */
  close(): void
}
