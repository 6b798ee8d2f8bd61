// Module records: what Rust says about modules, as JSON (`core/src/module`), and the calls that it answers.

import type { Fault } from '../../border/error'

export type ModuleFormat = 'module' | 'commonjs' | 'json'

/** Whose conditions a specifier is resolved by. */
export type ImportKind = 'import' | 'require'

/** Where a specifier leads. */
export type ResolvedImport =
  /** A local file, which the graph evaluates. The path is the real one. */
  | { readonly kind: 'file'; readonly path: string }
  /** A package, or another file that Node loads: a file URL or a path. */
  | { readonly kind: 'package'; readonly url: string }
  | { readonly kind: 'builtin'; readonly specifier: string }
  /** A `data:` URL. */
  | { readonly kind: 'external'; readonly url: string }

/** A place in a source: 1-based, columns in UTF-16 units. */
export interface SourcePlace {
  readonly line: number
  readonly column: number
}

export interface ImportedName extends SourcePlace {
  readonly name: string
}

export interface StaticImport extends SourcePlace {
  readonly specifier: string
  /** The import attribute `type`. */
  readonly type?: string
  /** Names that must be there. */
  readonly names: readonly ImportedName[]
  readonly to: ResolvedImport
}

/** A call of `import` or `require` with a literal. */
export interface LiteralCall extends SourcePlace {
  readonly specifier: string
  readonly kind: ImportKind
  /** Null: it does not resolve, and fails when it is called. */
  readonly to: ResolvedImport | null
}

/** An export that is a binding of another module: `export { a as b } from './c.js'`. */
export interface IndirectExport {
  readonly name: string
  /** Index of the import. */
  readonly from: number
  /** The name there; null is the namespace. */
  readonly imported: string | null
}

export interface GraphModule {
  /** Real path. */
  readonly path: string
  /** Hash of the content. */
  readonly hash: string
  readonly format: ModuleFormat
  /** Body of a function, or the text of a JSON module. A reading leaves out the code that its reader is said to have. */
  readonly code?: string
  /** Whether it has a top-level await. */
  readonly isAsync: boolean
  /** Prefix of the parameters that the code expects. */
  readonly prefix: string
  readonly imports: readonly StaticImport[]
  readonly calls: readonly LiteralCall[]
  /** Files that would give its failing calls a target: those that are missing, and those that have a fault. */
  readonly awaited: readonly string[]
  readonly exports: readonly string[]
  /** Names that are types alone: an import of one is no fault, and they have no value. */
  readonly typeExports: readonly string[]
  /** Indices of the imports of `export *`. */
  readonly stars: readonly number[]
  readonly indirectExports: readonly IndirectExport[]
}

/** A record without its code, which is let go of once it is a function. */
export type ModuleRecord = Omit<GraphModule, 'code'>

/** All modules that entries reach, and the entries that cannot be evaluated. */
export interface GraphReading {
  readonly modules: readonly GraphModule[]
  /** All other files that were looked at: those with a fault, those that are missing, and what only these import. */
  readonly others: readonly OtherFile[]
  /** The real path of each entry, which is that of its module. */
  readonly entries: readonly { readonly entry: string; readonly path: string }[]
  readonly failed: readonly { readonly entry: string; readonly error: Fault }[]
}

/** A file that is no module of a reading. */
export interface OtherFile {
  readonly path: string
  /** Null: it could not be read. */
  readonly hash: string | null
  /** The files that its specifiers lead to, or would lead to. */
  readonly imports: readonly string[]
}

/** The addon's module graph: reads, compiles and resolves. Answers are JSON. */
export interface NativeModuleGraph {
  /** Reads what entries reach: a {@link GraphReading}, without the code of `known` contents ({@link contentsText}). */
  read(entries: string[], known?: string): Promise<string>
  /** Gives the path and the code of contents, but for those that it has forgotten. */
  codes(wanted: string): Promise<string>
  /** Does the same in this thread. */
  readNow(entry: string): string
  /** Resolves a specifier of a module: a {@link ResolvedImport}. */
  resolve(importer: string, specifier: string, kind: ImportKind): string
  /** Forgets the code of all other files. */
  retain(paths: string[]): void
}

/** Reads JSON that the addon wrote. */
export function parseReading(text: string): GraphReading {
  return JSON.parse(text) as GraphReading
}

/** Reads the answer of `codes`. */
export function parseCodes(text: string): ReadonlyMap<string, string> {
  return new Map(JSON.parse(text) as [string, string][])
}

/** Writes contents for `read` and `codes`. */
export function contentsText(files: Iterable<ModuleFile>): string {
  return JSON.stringify(Array.from(files, ({ path, hash }) => [path, hash]))
}

export function parseResolved(text: string): ResolvedImport {
  return JSON.parse(text) as ResolvedImport
}

/** A local file of a module, by its content. */
export interface ModuleFile {
  readonly path: string
  readonly hash: string
}

/** A file that is watched. */
export interface WatchedFile {
  readonly path: string
  /** The hash of the content that was read last; none where it is missing, or not read yet. */
  readonly hash?: string | undefined
}
