// Module host: what running modules ask of their graph.

import type { ExternalModules } from './external-module'
import type { CommonJsModule, LocalModule } from './module-instance'
import type { ImportKind, ResolvedImport } from './module-records'

export interface ModuleHost {
  readonly externals: ExternalModules
  /** Resolves a specifier of a module; throws where it leads nowhere. */
  resolve(importer: LocalModule, specifier: string, kind: ImportKind): ResolvedImport
  /** The instance of a local file for an import at run time; it is read, where the importer does not know it. */
  instanceAt(importer: LocalModule, path: string): LocalModule
  /** `import()` of a module. */
  importCall(importer: LocalModule, specifier: unknown, options: unknown): Promise<object>
  /** `require()` of a module. */
  requireCall(importer: CommonJsModule, specifier: unknown): unknown
  /** `require.resolve()` of a module. */
  requireResolve(importer: CommonJsModule, specifier: unknown, options: unknown): string
}
