// Native module: a module of Node's own import, as its disposal sees it.

import type { EvaluatedModule } from '../generations/evaluated-module'
import { importUrl } from './external-module'
import type { GraphModule, ModuleFile } from './module-records'
import { generationUrl } from './native-generations'

/** What Node tells of a module is its namespace, once it was evaluated. */
export class NativeModule implements EvaluatedModule {
  readonly record: GraphModule
  exports: object | undefined
  isOver = false
  /** The local files that it consists of, itself first, once it was evaluated as an entry. */
  files: readonly ModuleFile[] = []
  /** Those that it imports, where they are of its generation. */
  readonly #imported: NativeModule[] = []

  constructor(record: GraphModule) {
    this.record = record
  }

  get path(): string {
    return this.record.path
  }

  imports(): readonly NativeModule[] {
    return this.#imported
  }

  /** Connects the modules of a reading, if helpers are of the generation too: else Node has one instance for all. */
  static allOf(modules: readonly GraphModule[], helpers: boolean): Map<string, NativeModule> {
    const all = new Map(modules.map((record) => [record.path, new NativeModule(record)]))
    if (!helpers) return all
    for (const module of all.values())
      for (const { to } of module.record.imports) {
        const imported = to.kind === 'file' ? all.get(to.path) : undefined
        // Node keeps CommonJS by its path, and JSON holds nothing.
        if (imported?.record.format === 'module') module.#imported.push(imported)
      }
    return all
  }

  /** Takes the namespaces of the modules that were evaluated with it: Node has them under their addresses. */
  async take(namespace: object, generation: number): Promise<void> {
    this.exports = namespace
    for (const module of this.#imported) {
      if (module.exports === undefined)
        await module.take(await importUrl(generationUrl(module.path, generation)), generation)
    }
  }
}
