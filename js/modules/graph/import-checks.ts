// Import checks: every imported name is there, and each module can be loaded in the way that it is asked for.

import { staticClosure } from './module-instance'
import type { CommonJsModule, Dependency, EsModule, LocalModule } from './module-instance'
import type { ImportedName, SourcePlace, StaticImport } from './module-records'
import { resolveExport } from './namespace'
import type { Unbound } from './namespace'

/** A module that cannot be linked. User code gets it from `import()`, as the `SyntaxError` that it is for Node. */
export class LinkError extends SyntaxError {
  readonly path: string
  readonly #place: SourcePlace

  constructor(module: LocalModule, { line, column }: SourcePlace, message: string) {
    super(message)
    this.path = module.record.path
    this.#place = { line, column }
  }

  /** Whether a value is such an error: any value, and a proxy has no private field. */
  static is(value: unknown): value is LinkError {
    return typeof value === 'object' && value !== null && #place in value
  }

  get place(): SourcePlace {
    return this.#place
  }

  override get name(): 'SyntaxError' {
    return 'SyntaxError'
  }
}

/** Checks the imports of a module. Names that are not known before other modules have run are no fault yet. */
export function checkImports(module: EsModule): void {
  module.hasUnknownNames = false
  for (const [i, one] of module.record.imports.entries()) {
    const target = module.dependencies[i]
    if (target === undefined) throw new LinkError(module, one, `"${one.specifier}" is not there`)
    for (const name of one.names) checkName(module, one, name, target)
  }
}

function checkName(module: EsModule, { specifier }: StaticImport, imported: ImportedName, target: Dependency): void {
  const binding = resolveExport(target, imported.name)
  if (binding === 'unknown') module.hasUnknownNames = true
  if (typeof binding !== 'string' || binding === 'type' || binding === 'unknown') return
  throw new LinkError(module, imported, `"${specifier}" ${describeUnbound(imported.name, binding)}`)
}

function describeUnbound(name: string, why: Exclude<Unbound, 'type' | 'unknown'>): string {
  switch (why) {
    case 'missing':
      return name === 'default' ? 'has no default export' : `has no export "${name}"`
    case 'ambiguous':
      return `exports "${name}" of two modules by export *: import it from one of them`
    case 'circular':
      return `exports "${name}" from a module that exports it from there`
  }
}

/** Checks literal calls of `require` on all that a module consists of: an ES module that awaits is never ready in time. */
export function checkRequires(modules: Iterable<LocalModule>): void {
  for (const module of modules) if (module.format === 'commonjs') checkRequiresOf(module)
}

function checkRequiresOf(module: CommonJsModule): void {
  for (const call of module.record.calls) {
    if (call.kind !== 'require' || call.to?.kind !== 'file') continue
    const target = module.locals.get(call.to.path)
    if (target?.format !== 'module') continue
    const waiting = awaitingModule(target)
    if (waiting !== undefined)
      throw new LinkError(
        module,
        call,
        `require("${call.specifier}") is of an ES module with a top-level await, in ${waiting.record.path}: use import()`,
      )
  }
}

/** The first module with a top-level await among those that are evaluated with a module. */
export function awaitingModule(module: LocalModule): EsModule | undefined {
  for (const one of staticClosure(module)) if (one.format === 'module' && one.record.isAsync) return one
  return undefined
}
