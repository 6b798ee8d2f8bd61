// Module linking: instantiates all modules of a graph before the first of them runs.

import { compileModuleBody } from './code-evaluation'
import { checkImports } from './import-checks'
import { createImportMeta } from './import-meta'
import type { ModuleHost } from './module-host'
import { EvaluationFailure, pendingClosure } from './module-instance'
import type { Dependency, EsModule, JsonModule, LocalModule } from './module-instance'
import { defineJson, defineNamespace } from './namespace'

/** Checks all that a module imports, before anything of it runs. */
export function checkGraph(root: LocalModule): void {
  for (const module of pendingClosure(root))
    if (module.format === 'module' && module.status === 'unlinked') checkImports(module)
}

/**
 * Links a module with all that it imports. Its external modules are loaded by then. What fails leaves modules as they
 * were: each importer meets the fault again.
 */
export function linkGraph(root: LocalModule, host: ModuleHost): void {
  const modules = [...pendingClosure(root)]
  checkGraph(root)
  for (const module of modules) {
    if (module.format === 'json') parseJson(module)
    if (module.format === 'module' && module.status === 'unlinked') instantiate(module, host)
  }
  for (const module of modules) if (module.format === 'module') defineNamespace(module)
}

/**
 * Waits until modules with a top-level await stand at their first `yield`. Their evaluation starts within the one of
 * their importers then, as that of others.
 */
export async function awaitStarted(root: LocalModule): Promise<void> {
  for (const module of pendingClosure(root)) {
    if (module.format !== 'module' || module.started === undefined) continue
    await module.started
    module.started = undefined
  }
}

/** Runs a module to its first `yield`: functions are there, and the getters of its exports, as in a circle of ES modules. */
function instantiate(module: EsModule, host: ModuleHost): void {
  const { body, firstColumn } = attempt(module, () => compileModuleBody(module.record, module.code ?? ''))
  const iterator = body(
    (getters) => (module.getters = new Map(Object.entries(getters as Record<string, () => unknown>))),
    createImportMeta(module, host),
    (specifier, options) => host.importCall(module, specifier, options),
    ...module.dependencies.map(loadedNamespace),
  )
  const started = iterator.next()
  if (module.record.isAsync) module.started = Promise.resolve(started)
  module.code = undefined
  Object.assign(module, { iterator, firstColumn, status: 'linked' })
}

function loadedNamespace(dependency: Dependency): object {
  if (dependency.namespace === undefined) throw new Error('an external module is linked before it is loaded')
  return dependency.namespace
}

/** Parses a JSON module, once. */
export function parseJson(module: JsonModule): unknown {
  if (module.parsed === undefined) {
    const text = module.code ?? ''
    defineJson(
      module,
      attempt(module, () => JSON.parse(text.startsWith('\uFEFF') ? text.slice(1) : text) as unknown),
    )
    module.code = undefined
  }
  return module.parsed?.value
}

function attempt<T>(module: LocalModule, make: () => T): T {
  try {
    return make()
  } catch (thrown) {
    throw new EvaluationFailure(thrown, module)
  }
}
