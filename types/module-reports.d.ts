// Reports of modules: what became of files and exports, and the status of module sources.
import type { ToolrackError } from './errors'
import type { LoadReport } from './load-report'
import type { SourceStatus } from './sources'

/** A file, package, object or export that could not become a tool. */
export interface FailedModule {
  /**
   * The file or package. For an object: its place in the argument of `add`, and what it is: `specs[1][0] (a number)`.
   */
  location: string
  /** The export. Absent if the whole source is refused. */
  export?: string
  /** The error. */
  error: ToolrackError
}

/** The exports of a module that are not tools. The module has other exports that are tools. */
export interface PassedOver {
  /** The name of the source. */
  source: string
  /** The names of the exports. */
  exports: string[]
}

/** The report of `add`. */
export interface ModulesReport {
  /** The names of all tools of the added sources. */
  names: string[]
  /** The names of the added sources. */
  sources: string[]
  /** A load report for each added source. */
  reports: LoadReport[]
  /** What could not be added. Empty without `onError: 'skip'`. */
  failed: FailedModule[]
  /** Exports that are not tools, of modules that have tools. Names that start with `_` are not listed. */
  passedOver: PassedOver[]
}

/** The report of `addDirectory`. */
export interface DirectoryModulesReport {
  /** A load report for each loaded file. */
  reports: LoadReport[]
  /**
   * The files that could not be loaded. With `export`: one export of a loaded file that could not become a tool.
   * Also folders that could not be listed, or that are nested more than 32 deep.
   */
  failed: FailedModule[]
  /** Exports that are not tools, of files that have tools. Names that start with `_` are not listed. */
  passedOver: PassedOver[]
}

/** A file that `discover` found. Or a folder that could not be listed, with an `error`. */
export interface FoundModule {
  /** The name that the file has as a source. For a folder: its path relative to the directory. */
  name: string
  /** The absolute path. */
  path: string
  /** The other file or source that already has this name. */
  collidesWith?: string
  /** Why the folder could not be listed, or the file may not be loaded. */
  error?: ToolrackError
}

/** The status of a source of `ToolModules`. */
export interface ModuleSourceStatus extends SourceStatus {
  /** The paths of its local files: the module, and the local files that it imports. */
  files?: string[]
  /**
   * Whether a reload also reads the local files that it imports. False with `reload: 'native'` on Node before 22.15.
   */
  helpers?: boolean
  /** Whether its files are watched (hot reload). */
  watched?: boolean
  /** Whether its file is missing. */
  missing?: boolean
  /** The names of its exports that are not tools. */
  passedOver?: string[]
}
