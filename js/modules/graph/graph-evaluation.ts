// Graph evaluation: links and evaluates a module with all that it imports, and has Node load packages in their turn.

import { importCommonJs } from './commonjs'
import type { ExternalModule } from './external-module'
import { startEvaluation } from './module-evaluation'
import type { ModuleHost } from './module-host'
import { EvaluationFailure, reachableFrom, pendingClosure } from './module-instance'
import type { Dependency, LocalModule } from './module-instance'
import { awaitStarted, checkGraph, linkGraph } from './module-linking'

/** Evaluates a module. Rejects with an `EvaluationFailure`, or with a `LinkError` before anything has run. */
export async function evaluateGraph(root: LocalModule, host: ModuleHost): Promise<void> {
  for (const external of requiredExternals(root)) await external.load().catch(() => {})
  if (unloadedExternals(root).length > 0) {
    checkGraph(root)
    await new OrderedEvaluation(host).visit(root, 0)
  }
  linkGraph(root, host)
  await awaitStarted(root)
  await startLinked(root, host)
}

/** Evaluates a module whose external modules are loaded, and in which nothing awaits at the top level. */
export function evaluateNow(root: LocalModule, host: ModuleHost): void {
  linkGraph(root, host)
  void startLinked(root, host)
}

/** Gives a promise if something awaits at the top level, and nothing if all has run. */
function startLinked(root: LocalModule, host: ModuleHost): Promise<void> | undefined {
  if (root.format === 'module') return startEvaluation(root, (module) => importCommonJs(module, host))
  if (root.format === 'commonjs') importCommonJs(root, host)
  return undefined
}

export function unloadedExternals(root: LocalModule): ExternalModule[] {
  const externals: ExternalModule[] = []
  for (const one of pendingClosure(root))
    if (one.format === 'external' && one.namespace === undefined) externals.push(one)
  return externals
}

/** Packages of ES modules that CommonJS modules require by a literal: `require` cannot wait for them. */
function requiredExternals(root: LocalModule): ExternalModule[] {
  const reached = reachableFrom<Dependency>([root], function* (module) {
    if (module.format === 'external') return
    yield* module.dependencies
    if (module.format === 'commonjs') yield* requiredModules(module)
  })
  const required = [...reached].flatMap((one) => (one.format === 'commonjs' ? requiredModules(one) : []))
  return required.flatMap((one) => (one.format === 'module' ? unloadedExternals(one) : []))
}

function requiredModules(module: LocalModule): LocalModule[] {
  return module.record.calls.flatMap(({ kind, to }) =>
    kind === 'require' && to?.kind === 'file' ? (module.locals.get(to.path) ?? []) : [],
  )
}

/**
 * Evaluates modules one after the other, and loads packages between them: a module before a package may prepare for
 * it. Circles are one unit, so in a circle packages come first. Once a package is loaded no module waits for it, and
 * evaluation is synchronous again.
 */
class OrderedEvaluation {
  readonly #host: ModuleHost
  /** Depths of the modules on the way. */
  readonly #way = new Map<LocalModule, number>()
  /** For modules that were visited, the lowest depth that they lead back to. */
  readonly #lowest = new Map<LocalModule, number>()

  constructor(host: ModuleHost) {
    this.#host = host
  }

  async visit(module: LocalModule, depth: number): Promise<number> {
    let lowest = depth
    this.#way.set(module, depth)
    for (const [i, dependency] of module.dependencies.entries()) {
      if (dependency.format === 'external') await loadExternal(dependency, module, i)
      else lowest = Math.min(lowest, await this.#lowestOf(dependency, depth + 1))
    }
    this.#way.delete(module)
    this.#lowest.set(module, lowest)
    // What waits for its own await does not keep the next one from starting.
    if (lowest === depth) await this.#start(module)
    return lowest
  }

  async #start(module: LocalModule): Promise<void> {
    linkGraph(module, this.#host)
    await awaitStarted(module)
    void startLinked(module, this.#host)
  }

  async #lowestOf(module: LocalModule, depth: number): Promise<number> {
    const known = this.#way.get(module) ?? this.#lowest.get(module)
    // Those that led back to a circle which is closed by now have been evaluated.
    if (known !== undefined) return this.#way.has(module) || !hasRun(module) ? known : depth
    return this.visit(module, depth)
  }
}

function hasRun(module: LocalModule): boolean {
  return module.format !== 'module' || module.status !== 'unlinked'
}

async function loadExternal(external: ExternalModule, importer: LocalModule, index: number): Promise<void> {
  if (external.namespace !== undefined) return
  try {
    await external.load()
  } catch (thrown) {
    throw new EvaluationFailure(thrown, importer, importer.record.imports[index])
  }
}
