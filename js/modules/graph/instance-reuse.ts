// Instance reuse: which modules of a reading keep their instance, and new instances for the others.

import type { ExternalModules } from './external-module'
import { createInstance } from './module-instance'
import type { Dependency, InstanceOrigin, LocalModule } from './module-instance'
import type { GraphModule, ResolvedImport } from './module-records'

/** Finds the instance of a path that a module would have now. */
export type InstanceLookup = (path: string) => LocalModule | undefined

/**
 * The instances of a reading by path. A module keeps its instance, and with it its state, if its content is the same
 * and all local files that it imports keep theirs.
 */
export function instancesFor(
  modules: readonly GraphModule[],
  find: InstanceLookup,
  origin: InstanceOrigin,
  externals: ExternalModules,
): Map<string, LocalModule> {
  const instances = reusableInstances(modules, find)
  const lacking = modules.find((module) => module.code === undefined && !instances.has(module.path))
  if (lacking !== undefined) throw new Error(`the reading of ${lacking.path} lacks its code`)
  const created: [GraphModule, LocalModule][] = []
  for (const module of modules) {
    if (instances.has(module.path)) continue
    const instance = createInstance(module, origin)
    instances.set(module.path, instance)
    created.push([module, instance])
  }
  for (const [module, instance] of created) connect(module, instance, instances, externals)
  return instances
}

/** The instances that modules of a reading keep, by path. */
export function reusableInstances(modules: readonly GraphModule[], find: InstanceLookup): Map<string, LocalModule> {
  const kept = new Map<string, LocalModule>()
  for (const module of modules) {
    const instance = find(module.path)
    if (instance !== undefined && hasSameContent(module, instance)) kept.set(module.path, instance)
  }
  // What imports a module that is new is new itself. Imports stand behind importers mostly: from the end, one round
  // does nearly all.
  for (let before = -1; before !== kept.size;) {
    before = kept.size
    for (const { path } of [...modules].toReversed()) {
      const instance = kept.get(path)
      if (instance !== undefined && !keepsLocals(instance, kept)) kept.delete(path)
    }
  }
  return kept
}

/** Whether content and the targets of its imports are the same: a file that appears may be one. */
function hasSameContent(module: GraphModule, { record }: LocalModule): boolean {
  return (
    module.hash === record.hash &&
    module.format === record.format &&
    module.imports.every(({ to }, i) => isSameTarget(to, record.imports[i]?.to)) &&
    module.calls.every(({ to }, i) => isSameTarget(to, record.calls[i]?.to))
  )
}

function isSameTarget(a: ResolvedImport | null, b: ResolvedImport | null | undefined): boolean {
  return a === null || b == null ? a === b : a.kind === b.kind && targetOf(a) === targetOf(b)
}

function targetOf(to: ResolvedImport): string {
  if (to.kind === 'file') return to.path
  return to.kind === 'builtin' ? to.specifier : to.url
}

function keepsLocals(instance: LocalModule, kept: ReadonlyMap<string, LocalModule>): boolean {
  for (const [path, local] of instance.locals) if (kept.get(path) !== local) return false
  return true
}

function connect(
  module: GraphModule,
  instance: LocalModule,
  instances: ReadonlyMap<string, LocalModule>,
  externals: ExternalModules,
): void {
  const localAt = (to: ResolvedImport | null): LocalModule | undefined => {
    if (to?.kind !== 'file') return undefined
    const local = instances.get(to.path)
    if (local !== undefined) instance.locals.set(to.path, local)
    return local
  }
  instance.dependencies = module.imports.map((one): Dependency => {
    const { to } = one
    if (to.kind !== 'file') return externals.at(to, one.type)
    const local = localAt(to)
    if (local === undefined) throw new Error(`the reading of ${module.path} lacks ${to.path}`)
    return local
  })
  for (const { to } of module.calls) localAt(to)
}
