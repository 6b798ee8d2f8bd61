// Module namespaces: the exports of a module as an object, with the rules of `export *`.

import type { Dependency, EsModule, ExportBinding, JsonModule } from './module-instance'

/**
 * Why a name has no binding. `type`: it is a type alone. `unknown`: names of a module that has not run, CommonJS or a
 * package, may change the answer.
 */
export type Unbound = 'missing' | 'ambiguous' | 'circular' | 'type' | 'unknown'

/** Pairs of module and name on the way: a pair that comes again is a circle. */
type Visited = Map<EsModule, Set<string>>

/** Resolves an exported name to its binding: ResolveExport of ECMA-262. */
export function resolveExport(module: Dependency, name: string, visited: Visited = new Map()): ExportBinding | Unbound {
  if (module.format !== 'module') return resolveForeign(module, name)
  if (!visit(visited, module, name)) return 'circular'
  if (module.exportNames.has(name)) {
    const indirect = module.indirectExports.get(name)
    const target = indirect && module.dependencies[indirect.from]
    if (indirect === undefined || target === undefined) return { module, name }
    return resolveIndirect(module, name, { target, imported: indirect.imported }, visited)
  }
  if (module.record.typeExports.includes(name)) return 'type'
  return isStarred(name) ? resolveStars(module, name, visited) : 'missing'
}

/** Follows a re-export. A binding that is found is kept: a chain of re-exports is followed once. */
function resolveIndirect(
  module: EsModule,
  name: string,
  { target, imported }: { readonly target: Dependency; readonly imported: string | null },
  visited: Visited,
): ExportBinding | Unbound {
  const known = module.bindings.get(name)
  if (known !== undefined) return known
  const binding = imported === null ? { module: target, name: null } : resolveExport(target, imported, visited)
  if (typeof binding !== 'string') module.bindings.set(name, binding)
  return binding
}

function visit(visited: Visited, module: EsModule, name: string): boolean {
  const names = visited.get(module) ?? new Set()
  visited.set(module, names)
  const isNew = !names.has(name)
  names.add(name)
  return isNew
}

function resolveStars(module: EsModule, name: string, visited: Visited): ExportBinding | Unbound {
  let found: ExportBinding | undefined
  let unbound: Unbound = 'missing'
  for (const target of starTargets(module)) {
    const one = resolveExport(target, name, visited)
    if (one === 'ambiguous' || one === 'unknown') return one
    if (one === 'type') unbound = 'type'
    if (typeof one === 'string') continue
    if (found !== undefined && (found.module !== one.module || found.name !== one.name)) return 'ambiguous'
    found = one
  }
  return found ?? unbound
}

function starTargets(module: EsModule): Dependency[] {
  return module.record.stars.flatMap((i) => module.dependencies[i] ?? [])
}

function resolveForeign(module: Exclude<Dependency, EsModule>, name: string): ExportBinding | Unbound {
  if (name === 'default' && module.format !== 'external') return { module, name }
  if (module.format === 'json') return 'missing'
  if (module.format === 'commonjs') {
    if (name === COMMONJS_EXPORTS) return { module, name }
    // A TypeScript file of types alone has no syntax of an ES module left.
    if (module.record.typeExports.includes(name)) return 'type'
  }
  if (!hasNames(module)) return 'unknown'
  return module.namespace !== undefined && Object.hasOwn(module.namespace, name) ? { module, name } : 'missing'
}

/** The name of `module.exports` itself, which `default` is too. */
export const COMMONJS_EXPORTS = 'module.exports'

/** Whether `export *` takes a name along. */
function isStarred(name: string): boolean {
  return name !== 'default' && name !== COMMONJS_EXPORTS
}

/** Whether the names of a module that is no ES module are known: they are when it has run. */
function hasNames(module: Exclude<Dependency, EsModule>): boolean {
  if (module.format === 'external') return module.namespace !== undefined
  return module.format === 'json' || module.status === 'run'
}

/** Names that a module exports: GetExportedNames of ECMA-262. None, if some are not known yet. */
function exportedNames(module: Dependency, visited: Set<Dependency>): Set<string> | undefined {
  if (module.format !== 'module') return hasNames(module) ? new Set(Object.keys(module.namespace ?? {})) : undefined
  const names = new Set(module.exportNames)
  if (visited.has(module)) return new Set()
  visited.add(module)
  for (const target of starTargets(module)) {
    const starred = exportedNames(target, visited)
    if (starred === undefined) return undefined
    for (const name of starred) if (isStarred(name)) names.add(name)
  }
  return names
}

/**
 * Defines the namespace of an instantiated module. While names are not known yet, it has those of the module itself,
 * for modules of a circle that run before.
 */
export function defineNamespace(module: EsModule): void {
  if (module.hasNamespace) return
  const names = exportedNames(module, new Set())
  for (const name of Object.keys(module.namespace)) Reflect.deleteProperty(module.namespace, name)
  for (const name of [...(names ?? module.exportNames)].toSorted()) {
    const get = getterOf(module, name)
    // Getters rather than a proxy: each use of an import reads one.
    if (get !== undefined)
      Object.defineProperty(module.namespace, name, { get, enumerable: true, configurable: names === undefined })
  }
  if (names === undefined) return
  closeNamespace(module.namespace)
  module.hasNamespace = true
}

function getterOf(module: EsModule, name: string): (() => unknown) | undefined {
  const own = module.getters.get(name)
  if (own !== undefined && !module.indirectExports.has(name)) return own
  const binding = resolveExport(module, name)
  if (binding === 'type') return undefined
  if (typeof binding === 'string') return own
  const { module: origin, name: originName } = binding
  // The getter of the origin: a chain of re-exports costs one call.
  const getter = origin.format === 'module' && originName !== null ? origin.getters.get(originName) : undefined
  if (getter !== undefined || own !== undefined) return getter ?? own
  return (): unknown => (originName === null ? origin.namespace : Reflect.get(origin.namespace ?? {}, originName))
}

/** The namespace of values that do not change. */
export function defineValues(namespace: object, values: ReadonlyMap<string, unknown>): void {
  for (const name of [...values.keys()].toSorted())
    Object.defineProperty(namespace, name, { value: values.get(name), enumerable: true })
  closeNamespace(namespace)
}

/** Makes an object what a namespace is: nothing to add, change or delete. */
export function closeNamespace(namespace: object): void {
  Object.defineProperty(namespace, Symbol.toStringTag, { value: 'Module' })
  Object.preventExtensions(namespace)
}

/** Gives a JSON module its namespace. */
export function defineJson(module: JsonModule, value: unknown): void {
  module.parsed = { value }
  defineValues(module.namespace, new Map([['default', value]]))
}
