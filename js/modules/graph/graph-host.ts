// Graph host: answers what running modules ask, from the addon and the instances of their load.

import { callNative, fromFault } from '../../border/error'
import type { CurrentInstances } from './current-instances'
import { importModule } from './dynamic-import'
import { ExternalModules } from './external-module'
import { instancesFor } from './instance-reuse'
import type { ModuleHost } from './module-host'
import type { CommonJsModule, LocalModule } from './module-instance'
import { parseReading, parseResolved } from './module-records'
import type { ImportKind, NativeModuleGraph, ResolvedImport } from './module-records'
import { requireModule, resolveForRequire } from './require-call'

export class GraphHost implements ModuleHost {
  readonly externals = new ExternalModules()
  readonly #native: NativeModuleGraph
  readonly #current: CurrentInstances

  constructor(native: NativeModuleGraph, current: CurrentInstances) {
    this.#native = native
    this.#current = current
  }

  resolve(importer: LocalModule, specifier: string, kind: ImportKind): ResolvedImport {
    const { calls, path } = importer.record
    // What a literal means was decided with the content that has it.
    const literal = calls.find((one) => one.specifier === specifier && one.kind === kind)?.to
    return literal ?? parseResolved(callNative(() => this.#native.resolve(path, specifier, kind)))
  }

  instanceAt(importer: LocalModule, path: string): LocalModule {
    const known = importer.locals.get(path) ?? importer.imported.get(path)
    if (known !== undefined) return known
    const module = this.#readNow(importer, path)
    importer.imported.set(path, module)
    return module
  }

  importCall(importer: LocalModule, specifier: unknown, options: unknown): Promise<object> {
    return importModule(importer, this, specifier, options)
  }

  requireCall(importer: CommonJsModule, specifier: unknown): unknown {
    return requireModule(importer, this, specifier)
  }

  requireResolve(importer: CommonJsModule, specifier: unknown, options: unknown): string {
    return resolveForRequire(importer, this, specifier, options)
  }

  /** Reads a file for one module, with the instances that the module's load has. */
  #readNow({ scope, generation }: LocalModule, path: string): LocalModule {
    const { modules, failed } = parseReading(callNative(() => this.#native.readNow(path)))
    const [failure] = failed
    if (failure !== undefined) throw fromFault(failure.error)
    const find = (one: string): LocalModule | undefined => scope.uncommitted?.get(one) ?? this.#current.find(one)
    const instances = instancesFor(modules, find, { scope, generation }, this.externals)
    const module = instances.get(path)
    if (module === undefined) throw new Error(`the reading of ${path} lacks it`)
    if (scope.uncommitted === undefined) this.#current.add(instances.values())
    else for (const [one, instance] of instances) scope.uncommitted.set(one, instance)
    return module
  }
}
