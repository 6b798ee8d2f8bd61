// Current instances: those that the committed entries of a graph consist of.

import { reachableFrom } from './module-instance'
import type { LocalModule } from './module-instance'

/** Instances by path, and the entries that need them. An instance that no entry needs is let go of. */
export class CurrentInstances {
  readonly #entries = new Map<string, LocalModule>()
  readonly #instances = new Map<string, LocalModule>()

  find(path: string): LocalModule | undefined {
    const module = this.#instances.get(path)
    // An import at run time of a generation that is in use no more.
    return module?.isOver === true ? undefined : module
  }

  /** What entries consist of, as they were committed. */
  neededBy(entries: readonly string[]): Set<LocalModule> {
    return allNeeded(entries.flatMap((entry) => this.#entries.get(entry) ?? []))
  }

  /** Paths of all instances. */
  paths(): string[] {
    return [...this.#instances.keys()]
  }

  /** Makes what entries consist of the current instances. Gives whether a path is no longer there. */
  commit(entries: Iterable<readonly [string, LocalModule]>): boolean {
    const modules = []
    for (const [entry, module] of entries) {
      this.#entries.set(entry, module)
      modules.push(module)
    }
    for (const module of allNeeded(modules)) this.#put(module)
    return this.#prune()
  }

  /** Forgets entries. Gives whether a path is no longer there. */
  forget(entries: Iterable<string>): boolean {
    for (const entry of entries) this.#entries.delete(entry)
    return this.#prune()
  }

  /** Adds instances of an import at run time; those that are there stay. */
  add(instances: Iterable<LocalModule>): void {
    for (const module of instances)
      if (this.find(module.record.path) === undefined) this.#instances.set(module.record.path, module)
  }

  /** An entry of an older load may be committed later: it brings no older instances back. */
  #put(module: LocalModule): void {
    const { path } = module.record
    const present = this.#instances.get(path)
    if (present === undefined || present.generation <= module.generation) this.#instances.set(path, module)
  }

  #prune(): boolean {
    const before = this.#instances.size
    const needed = allNeeded(this.#entries.values())
    for (const [path, module] of this.#instances) if (!needed.has(module)) this.#instances.delete(path)
    return this.#instances.size < before
  }
}

/** Modules and all that they consist of. */
export function allNeeded(modules: Iterable<LocalModule>): Set<LocalModule> {
  return reachableFrom(modules, (module) => module.imports())
}
