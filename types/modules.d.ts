// Modules: what code exports as tools, and providers of tools.
import type { ToolrackError } from './errors'
import type { SourceVersion } from './history'
import type { LoadOptions } from './load-options'
import type { LoadReport } from './load-report'
import type { OperationOverride } from './operations'
import type { ToolRegistry } from './registry'
import type { ChangeReport, HeldChange } from './review'
import type { JsonSchema, StandardJsonSchema } from './schema'
import type { SourceStatus } from './sources'
import type { StateOptions } from './state'
import type { ToolDefinition } from './tool'

/**
 * The export `toolSpec` of a file, or the static `toolSpec` of a class with a method `execute`. The function of the tool
 * is the export of its name, of the file's name, or the default export; it gets `(params, context)`.
 * An argument without a type is a string.
 */
export interface ToolSpec extends Omit<ToolDefinition, 'parameters' | 'inputSchema' | 'execute'> {
  /**
   * The arguments: a JSON Schema, in `{ json }` too, or a Standard Schema.
   * @default no arguments
   */
  inputSchema?: JsonSchema | { json: JsonSchema } | StandardJsonSchema
}

/**
 * A provider of tools: an object that loads them and counts who uses them. Each method may be async.
 * All tools of one provider are replaced together.
 */
export interface ToolProvider {
  /**
   * The name of its source.
   * @default `provider-1`, `provider-2` …
   */
  readonly name?: string
  /** Loads the tools: definitions, or anything else that a module may export as a tool. */
  loadTools(): ProvidedTools | Promise<ProvidedTools>
  /** Adds a consumer. It comes before the first `loadTools`. */
  addConsumer(id: string): void | Promise<void>
  /** Removes a consumer. It is called once for each consumer, also where `loadTools` has failed. */
  removeConsumer(id: string): void | Promise<void>
  /** Subscribes to changes of the tools, which are then loaded again. Returns the function that ends it. */
  onChanged?(listener: () => void): (() => void) | void | Promise<(() => void) | void>
}

/** The tools of a provider. */
export type ProvidedTools = Iterable<object> | AsyncIterable<object>

/** Options of `ToolModules`. */
export interface ToolModulesOptions {
  /**
   * How changed code is read again: from a graph of toolrack's own, which frees what is replaced, or by Node's `import`,
   * which never does.
   * @default 'graph'
   */
  reload?: 'graph' | 'native'
  /**
   * The directory that relative paths and packages are resolved from.
   * @default the working directory
   */
  resolveFrom?: string | URL
  /**
   * The deadline of one source's content, in ms: top-level awaits, promised schemas, methods of a provider.
   * @default 10_000
   */
  loadTimeoutMs?: number
  /**
   * Aliases of local files, as `paths` of a tsconfig: `{ '@/*': ['./src/*'] }`, from `resolveFrom`.
   * @default none
   */
  paths?: Record<string, string[]>
  /**
   * The file that keeps pins, rejections and the list of versions over a restart. Code is not in it.
   * @default none
   */
  state?: string | StateOptions
}

/** Options of a source of modules; they mean what those of a document mean. */
export interface ModuleOptions extends Pick<
  LoadOptions,
  'namespace' | 'version' | 'category' | 'tags' | 'gates' | 'targets' | 'rateLimit' | 'callLimits' | 'watch'
> {
  /**
   * The name of the source.
   * @default the name of its file, of the folder of an `index` file, its package, its tool
   */
  name?: string
  /**
   * Overrides of single tools, by the name that a tool gives itself. Parameters cannot be overridden. An override of no
   * tool is the note `OVERRIDE_UNUSED`.
   * @default none
   */
  overrides?: Record<string, Omit<OperationOverride, 'parameters'>>
  /** What is kept. */
  limits?: {
    /**
     * How many versions keep their code for a rollback, the one in use among them. What a version runs is not disposed.
     * @default 3; 0 where the module, or a file that it imports, exports `dispose`
     */
    versions?: number
  }
  /**
   * Whether one fault refuses the whole call, or what is good enters and the rest is in `failed`.
   * @default 'refuse'
   */
  onError?: 'refuse' | 'skip'
}

/** Options of a directory. Each of its files is a source; one that cannot be loaded costs the others nothing. */
export interface ModuleDirectoryOptions extends Omit<ModuleOptions, 'name' | 'onError'> {
  /**
   * Whether one fault of a file refuses the whole file, or its good tools enter.
   * @default 'refuse'
   */
  onError?: 'refuse' | 'skip'
  /**
   * Whether folders below are listed too, but for hidden ones and `node_modules`.
   * @default false
   */
  recursive?: boolean
  /**
   * The files that are meant: globs, or a function of the path from the directory.
   * @default all
   */
  include?: string | string[] | ((path: string) => boolean)
  /**
   * The files that are left out.
   * @default none
   */
  exclude?: string | string[] | ((path: string) => boolean)
  /**
   * Whether links may lead out of the directory. It is asked at each read: a file that becomes such a link later is
   * `SOURCE_FORBIDDEN`, and keeps its last good tools. What a file imports may be anywhere.
   * It is meant for links of an upload or by mistake: a program that swaps links while a file is read is not kept out.
   * @default false
   */
  followLinks?: boolean
  /**
   * Which of two files of one name is loaded. With `'later'` a file that comes to a watched directory takes the name over
   * in one revision, once it can be loaded; the former is loaded again when it goes.
   * @default 'first'
   */
  onConflict?: 'first' | 'later'
}

/** A file or package with options of its own. */
export interface ModulePath extends Omit<ModuleOptions, 'name' | 'onError'> {
  /** A path, a file URL, or a package; `path:export` takes one export. */
  path: string
  /**
   * The name of the source.
   * @default the name of its file, of the folder of an `index` file, or of its package
   */
  source?: string
  /** The only tool to take. */
  name?: string
  /**
   * The only tools to take.
   * @default all
   */
  tools?: string[]
}

/** What `add` takes: a path, a package, a tool, a record of tools, a module object, a provider, or lists of these. */
export type ModuleSpec = string | URL | ModulePath | ToolProvider | object | Iterable<ModuleSpec>

/** Something that could not become a tool. */
export interface FailedModule {
  /** The file or package; of an object where it is listed and what it is: `specs[1][0] (a number)`. */
  location: string
  /** The export, where the source has others that are good. */
  export?: string
  /** Why not. */
  error: ToolrackError
}

/** Exports of one module that are no tools, beside those that are. */
export interface PassedOver {
  /** The name of the source. */
  source: string
  /** The exports. */
  exports: string[]
}

/** The report of `add`. */
export interface ModulesReport {
  /** Names of all tools of the added sources. */
  names: string[]
  /** Names of the sources. */
  sources: string[]
  /** A report for each source. */
  reports: LoadReport[]
  /** What could not be added; empty unless `onError` is `'skip'`. */
  failed: FailedModule[]
  /** Exports that are no tools, of modules that have some. Those that start with `_` are not listed. */
  passedOver: PassedOver[]
}

/** The report of `addDirectory`. */
export interface DirectoryModulesReport {
  /** A report for each file that is loaded. */
  reports: LoadReport[]
  /**
   * The files that are not; with `export`, those of their exports that could not become tools. Folders that could not be
   * listed, or are more than 32 deep.
   */
  failed: FailedModule[]
  /** Exports that are no tools, of files that have some. Those that start with `_` are not listed. */
  passedOver: PassedOver[]
}

/** A file that `discover` finds, or a folder that could not be listed: it has an `error`. */
export interface FoundModule {
  /** The name of its source; of a folder, its path from the directory. */
  name: string
  /** Its path. */
  path: string
  /** The file or source that has the name already. */
  collidesWith?: string
  /** Why it could not be loaded. */
  error?: ToolrackError
}

/** The status of a source of modules. */
export interface ModuleSourceStatus extends SourceStatus {
  /** The local files that it consists of. */
  files?: string[]
  /** Whether local files that it imports are read again with it. Not with `reload: 'native'` on Node before 22.15. */
  helpers?: boolean
  /** Whether its files are watched. */
  watched?: boolean
  /** Whether its file is missing. */
  missing?: boolean
  /** Its exports that are no tools. */
  passedOver?: string[]
}

/**
 * Modules, directories and providers as tools of a registry. After `close` each method is `CLOSED`.
 * @see [modules](https://github.com/toolrack/toolrack/blob/main/docs/modules.md)
 */
export declare class ToolModules {
  constructor(registry: ToolRegistry<any>, options?: ToolModulesOptions)
  /**
   * Adds tools in one revision.
   * Rejects with `SOURCE_UNREADABLE`, `INVALID_SPEC`, `INVALID_DEFINITION`, `INVALID_OPTIONS`, `NAME_TAKEN`,
   * `GATE_REFUSED`, `LIMIT_EXCEEDED`, `TIMEOUT` or `CLOSED`.
   */
  add(spec: ModuleSpec, options?: ModuleOptions): Promise<ModulesReport>
  /**
   * Adds the modules directly in a directory, each as a source; what is wrong with a file is in `failed`. Rejects with
   * `SOURCE_UNREADABLE` (a directory that is not there and not watched), `INVALID_OPTIONS` or `CLOSED`.
   */
  addDirectory(directory: string | URL, options?: ModuleDirectoryOptions): Promise<DirectoryModulesReport>
  /**
   * Lists the modules of a directory, or of all watched ones. It runs nothing and reads no file. Throws
   * `SOURCE_UNREADABLE`, `INVALID_OPTIONS` or `CLOSED`.
   */
  discover(directory?: string | URL, options?: Omit<ModuleDirectoryOptions, keyof ModuleOptions>): FoundModule[]
  /** The watched directories. */
  directories(): string[]
  /**
   * Reads a source again: by its name, its path or file URL, else by one of its tools. A tool that is named as another
   * source is not reachable by its name. Where no file has changed, its tools are `unchanged`.
   * Rejects like `add`, and with `UNKNOWN_SOURCE`.
   */
  reload(name: string | URL): Promise<LoadReport>
  /**
   * Removes a source by its name, its path or file URL; else all sources of a directory; else the source of a tool. Gives
   * the names of the tools that were removed. Rejects with `UNKNOWN_SOURCE`; with the error of a provider that fails to be
   * given back, as `close` does, after all are removed.
   */
  remove(name: string | URL): Promise<string[]>
  /** The status of all sources. */
  sources(): ModuleSourceStatus[]
  /** The changes that wait for approval. */
  held(): HeldChange[]
  /** Applies a held change. Throws `UNKNOWN_CHANGE`. */
  approve(id: string): ChangeReport
  /** Rejects a held change. Throws `UNKNOWN_CHANGE`. */
  reject(id: string): void
  /** The versions of a source, the newest first. Throws `UNKNOWN_SOURCE`. */
  history(source: string): SourceVersion[]
  /** Goes back to an earlier version's code. Throws `UNKNOWN_SOURCE` or `UNKNOWN_VERSION`. */
  rollback(source: string, version?: string): ChangeReport
  /** Pins tools to their definitions. Gives all pins of the source. Throws `UNKNOWN_SOURCE` or `UNKNOWN_TOOL`. */
  pin(source: string, tools?: string[]): Record<string, string>
  /** Releases pins. Gives those that are left. Throws `UNKNOWN_SOURCE`. */
  unpin(source: string, tools?: string[]): Record<string, string>
  /**
   * Ends all watches and gives every provider back; the tools stay. Rejects with the first error of a provider, the others
   * in `details.errors`.
   */
  close(): Promise<void>
}
