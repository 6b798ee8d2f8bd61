// Modules: code as tools, its options, and providers of tools.
import type { SourceVersion } from './history'
import type { LoadOptions } from './load-options'
import type { LoadReport } from './load-report'
import type { DirectoryModulesReport, FoundModule, ModulesReport, ModuleSourceStatus } from './module-reports'
import type { OperationOverride } from './operations'
import type { ToolRegistry } from './registry'
import type { ChangeReport, HeldChange } from './review'
import type { JsonSchema, StandardJsonSchema } from './schema'
import type { StateOptions } from './state'
import type { ToolDefinition } from './tool'

/**
 * The spec of a tool: the export `toolSpec` of a file, or the static `toolSpec` of a class with a method `execute`.
 * The function of the tool is the export with its name, with the file's name, or the default export. It gets
 * `(params, context)`. An argument without a type is a string (note `TYPE_FILLED_IN`).
 * @see [shapes](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#what-add-takes)
 */
export interface ToolSpec extends Omit<ToolDefinition, 'parameters' | 'inputSchema' | 'execute'> {
  /**
   * The arguments: a JSON Schema, `{ json }` with a JSON Schema, or a Standard Schema.
   * @default no arguments
   */
  inputSchema?: JsonSchema | { json: JsonSchema } | StandardJsonSchema
}

/**
 * A provider of tools: an object that loads tools and counts its consumers. Each method may be async.
 * All tools of a provider are replaced in one revision.
 * @see [providers of tools](https://github.com/toolrack/toolrack/blob/main/docs/providers-of-tools.md)
 */
export interface ToolProvider {
  /**
   * The name of the source.
   * @default `provider-1`, `provider-2` …
   */
  readonly name?: string
  /**
   * Loads the tools: tool definitions, or other values that a module may export as a tool.
   * A throw is `SOURCE_UNREADABLE`; more than `loadTimeoutMs` is `TIMEOUT`.
   */
  loadTools(): ProvidedTools | Promise<ProvidedTools>
  /** Adds a consumer. It is called once, before the first `loadTools`. `id` is any text. */
  addConsumer(id: string): void | Promise<void>
  /**
   * Removes a consumer. It is called once for each added consumer: at `remove`, at `close`, or if the first load fails.
   */
  removeConsumer(id: string): void | Promise<void>
  /**
   * Subscribes to changes of the tools. Call `listener` after a change: the tools are then loaded again (hot reload).
   * Returns a function that ends the subscription.
   */
  onChanged?(listener: () => void): (() => void) | void | Promise<(() => void) | void>
}

/** The tools of a provider, as `loadTools` returns them. */
export type ProvidedTools = Iterable<object> | AsyncIterable<object>

/**
 * The options of `ToolModules`.
 * @see [options](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#options)
 */
export interface ToolModulesOptions {
  /**
   * How changed code is imported again. `'graph'`: by the module graph of toolrack, which frees replaced code.
   * `'native'`: by Node's `import`, which never frees it.
   * @see [native import](https://github.com/toolrack/toolrack/blob/main/docs/module-reloads.md#native-import)
   * @default 'graph'
   */
  reload?: 'graph' | 'native'
  /**
   * The directory from which relative paths and packages are resolved.
   * @default the working directory
   */
  resolveFrom?: string | URL
  /**
   * Timeout of loading one source, in ms: its top-level awaits, schemas that are promises, methods of a provider.
   * A longer load is `TIMEOUT`.
   * @default 10000
   */
  loadTimeoutMs?: number
  /**
   * Import aliases of local files, like `paths` of a tsconfig: `{ '@/*': ['./src/*'] }`, relative to `resolveFrom`.
   * @default none
   */
  paths?: Record<string, string[]>
  /**
   * The state file: a path, or options. It keeps names, pins, rejected changes and the list of versions over a restart.
   * It contains no code.
   * @see [state file](https://github.com/toolrack/toolrack/blob/main/docs/module-reloads.md#review-versions-and-state)
   * @default none
   */
  state?: string | StateOptions
}

/**
 * The options of `add`. Those that are also options of `load` have the same meaning.
 * @see [options](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#options)
 */
export interface ModuleOptions extends Pick<
  LoadOptions,
  'namespace' | 'version' | 'category' | 'tags' | 'scopes' | 'gates' | 'targets' | 'rateLimit' | 'callLimits' | 'watch'
> {
  /**
   * The name of the source.
   * @default the name of the file, of the folder of an `index` file, of the package, or of the tool
   */
  name?: string
  /**
   * Overrides of single tools, by the name in their own definition. Parameters cannot be overridden.
   * An override that matches no tool is the note `OVERRIDE_UNUSED`.
   * @default none
   */
  overrides?: Record<string, Omit<OperationOverride, 'parameters'>>
  /** Limits of the source. */
  limits?: {
    /**
     * Number of versions whose code is kept for `rollback`, the present one included. A kept version is not disposed.
     * @default 3; 0 if the module, or a local file that it imports, exports `dispose`
     */
    versions?: number
  }
  /**
   * What happens if a module or tool has an error. `'refuse'`: `add` rejects, and nothing is added.
   * `'skip'`: the valid tools are added, and the others are in `failed`.
   * @default 'refuse'
   */
  onError?: 'refuse' | 'skip'
}

/**
 * The options of `addDirectory`. Each file is a source. A file that cannot be loaded does not stop the others.
 * @see [directories](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#directories)
 */
export interface ModuleDirectoryOptions extends Omit<ModuleOptions, 'name' | 'onError'> {
  /**
   * What happens if a tool of a file has an error. `'refuse'`: the whole file is refused.
   * `'skip'`: the valid tools of the file are added.
   * @default 'refuse'
   */
  onError?: 'refuse' | 'skip'
  /**
   * Whether files in subfolders are loaded too. Hidden folders and `node_modules` are left out.
   * @default false
   */
  recursive?: boolean
  /**
   * The files to load: globs, or a function that gets the path relative to the directory.
   * @default all
   */
  include?: string | string[] | ((path: string) => boolean)
  /**
   * The files to leave out: globs, or a function.
   * @default none
   */
  exclude?: string | string[] | ((path: string) => boolean)
  /**
   * Whether symlinks may lead out of the directory. If not, such a file is `SOURCE_FORBIDDEN`. If a loaded file becomes
   * such a link, it keeps its last good tools. Files that a module imports may be anywhere.
   * This finds links made by mistake or by an upload. It does not stop a program that changes a link during the read.
   * @default false
   */
  followLinks?: boolean
  /**
   * Which of two files with the same name is loaded: the first or the last. With `'later'`, a new file in a watched
   * directory replaces the former one in one revision, once it can be loaded. If it is removed, the former file is
   * loaded again.
   * @default 'first'
   */
  onConflict?: 'first' | 'later'
}

/** A file or package with its own options, for a list that `add` gets. */
export interface ModulePath extends Omit<ModuleOptions, 'name' | 'onError'> {
  /** A path, a file URL, or the name of a package. `path:export` selects one export. */
  path: string
  /**
   * The name of the source.
   * @default the name of the file, of the folder of an `index` file, or of the package
   */
  source?: string
  /** The name of the only tool to add. */
  name?: string
  /**
   * The names of the only tools to add.
   * @default all
   */
  tools?: string[]
}

/**
 * A value that `add` accepts: a path, a package, a tool, a record of tools, a module object, a provider of tools, or a
 * list of these.
 * @see [shapes](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#what-add-takes)
 */
export type ModuleSpec = string | URL | ModulePath | ToolProvider | object | Iterable<ModuleSpec>

/**
 * Modules as tools: makes tools of files, directories, packages, objects and providers of tools, with hot reload.
 * After `close`, other methods throw or reject with `CLOSED`.
 * @see [modules](https://github.com/toolrack/toolrack/blob/main/docs/modules.md)
 */
export declare class ToolModules {
  constructor(registry: ToolRegistry<any>, options?: ToolModulesOptions)
  /**
   * Adds tools in one revision. If it rejects, nothing changes.
   * Rejects with `SOURCE_UNREADABLE`, `INVALID_SPEC`, `INVALID_DEFINITION`, `INVALID_OPTIONS`, `NAME_TAKEN`,
   * `GATE_REFUSED`, `LIMIT_EXCEEDED`, `TIMEOUT` or `CLOSED`.
   * @see [errors](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#reports-and-faults)
   */
  add(spec: ModuleSpec, options?: ModuleOptions): Promise<ModulesReport>
  /**
   * Adds the modules of a directory, each file as a source. Files with errors are in `failed`.
   * Rejects with `SOURCE_UNREADABLE` (no such directory, and no option `watch`), `INVALID_OPTIONS` or `CLOSED`.
   * @see [directories](https://github.com/toolrack/toolrack/blob/main/docs/modules.md#directories)
   */
  addDirectory(directory: string | URL, options?: ModuleDirectoryOptions): Promise<DirectoryModulesReport>
  /**
   * Lists the modules of a directory, or of all watched directories. It runs no code and reads no file.
   * Throws `SOURCE_UNREADABLE`, `INVALID_OPTIONS` or `CLOSED`.
   */
  discover(directory?: string | URL, options?: Omit<ModuleDirectoryOptions, keyof ModuleOptions>): FoundModule[]
  /** Returns the paths of the watched directories. */
  directories(): string[]
  /**
   * Reads a source again. `name` is the name of the source, its path or file URL, or the name of one of its tools; a
   * source with the name comes first. If all tools are loaded and no file has changed, nothing runs, and the report
   * has them as `unchanged`. Rejects like `add`, and with `UNKNOWN_SOURCE`.
   * @see [reload and remove](https://github.com/toolrack/toolrack/blob/main/docs/module-reloads.md#reload-and-remove)
   */
  reload(name: string | URL): Promise<LoadReport>
  /**
   * Removes a source, by its name, path or file URL; else all sources of a directory; else the source of a tool.
   * Resolves with the names of the removed tools. Rejects with `UNKNOWN_SOURCE`; and, after all tools are removed, with
   * the error that `removeConsumer` of a provider throws.
   */
  remove(name: string | URL): Promise<string[]>
  /** Returns the status of all sources. */
  sources(): ModuleSourceStatus[]
  /** Returns the held changes: they wait for `approve` or `reject`. */
  held(): HeldChange[]
  /** Applies a held change in one revision. Throws `UNKNOWN_CHANGE`. */
  approve(id: string): ChangeReport
  /** Rejects a held change. The same change is rejected at later loads too. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** Returns the versions of a source, the newest first, 100 at most. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /**
   * Rollback: goes back to the code of a kept version; without `version`, of the one before the present one.
   * Throws `UNKNOWN_SOURCE` or `UNKNOWN_VERSION`.
   */
  rollback(source: string, version?: string): ChangeReport
  /**
   * Pins tools to their present definitions: all tools of the source, or `tools`. Any change of a pinned definition is
   * held. Returns all pins of the source. Throws `UNKNOWN_SOURCE` or `UNKNOWN_TOOL`.
   */
  pin(source: string, tools?: string[]): Record<string, string>
  /** Removes pins: all of the source, or those of `tools`. Returns the remaining pins. Throws `UNKNOWN_SOURCE`. */
  unpin(source: string, tools?: string[]): Record<string, string>
  /**
   * Closes: ends all watches, and calls `removeConsumer` of every provider. The tools stay in the registry.
   * Rejects with the first error of a provider; `details.errors` has the others.
   */
  close(): Promise<void>
}
