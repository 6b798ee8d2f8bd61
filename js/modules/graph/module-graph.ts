// Module graph: evaluates files with the local files that they import, and evaluates again only what a change concerns.

import { callNative } from '../../border/error'
import { CodeGenerationForbidden, canEvaluateText } from './code-evaluation'
import { CurrentInstances, allNeeded } from './current-instances'
import { evaluateGraph } from './graph-evaluation'
import { GraphHost } from './graph-host'
import { checkRequires } from './import-checks'
import { instancesFor, reusableInstances } from './instance-reuse'
import { moduleFault } from './module-faults'
import { filesOf, reachableFrom } from './module-instance'
import type { InstanceScope, LocalModule } from './module-instance'
import { ModuleLoader } from './module-loader'
import type { AdmittedReading, EvaluatedModules, LoaderOptions } from './module-loader'
import { contentsText, parseCodes } from './module-records'
import type { ModuleFile, NativeModuleGraph } from './module-records'

/**
 * Loads modules from a graph of its own. A module keeps its instance, and its state, until it or something that it
 * imports changes, and is one instance for all entries. What is replaced is collected once nobody has it.
 */
export class ModuleGraph extends ModuleLoader {
  readonly #current = new CurrentInstances()
  readonly #host: GraphHost
  readonly #native: NativeModuleGraph
  #generation = 0

  constructor(native: NativeModuleGraph, options: LoaderOptions) {
    super(native, options)
    this.#native = native
    this.#host = new GraphHost(native, this.#current)
  }

  override forget(entries: readonly string[]): void {
    super.forget(entries)
    if (this.#current.forget(entries)) this.#forgetCode()
  }

  protected override knownFiles(entries: readonly string[]): readonly ModuleFile[] {
    return [...this.#current.neededBy(entries)].map(({ record: { path, hash } }) => ({ path, hash }))
  }

  /** The code that a reading leaves out is asked for where a module is evaluated again, as one that imports what changed. */
  protected override async withCode(entries: readonly string[], reading: AdmittedReading): Promise<AdmittedReading> {
    const kept = reusableInstances(reading.modules, (path) => this.#current.find(path))
    const lacking = reading.modules.filter(({ path, code }) => code === undefined && !kept.has(path))
    if (lacking.length === 0) return reading
    const codes = parseCodes(await this.#native.codes(contentsText(lacking)))
    // Newer content was read meanwhile, or nothing needed the file any more.
    if (codes.size < lacking.length) return { ...(await this.read(entries, [])), admit: reading.admit }
    const modules = reading.modules.map((module) => {
      const code = codes.get(module.path)
      return code === undefined ? module : { ...module, code }
    })
    return { ...reading, modules }
  }

  /** Rejects with {@link CodeGenerationForbidden} where this process evaluates no text. */
  protected async evaluateReading(entries: readonly string[], reading: AdmittedReading): Promise<EvaluatedModules> {
    if (!canEvaluateText()) throw new CodeGenerationForbidden()
    const scope: InstanceScope = { uncommitted: undefined }
    const origin = { scope, generation: ++this.#generation }
    const find = (path: string): LocalModule | undefined => this.#current.find(path)
    const instances = instancesFor(reading.modules, find, origin, this.#host.externals)
    scope.uncommitted = instances
    const evaluate = (module: LocalModule): Promise<LocalModule> => this.#evaluate(module)
    const { evaluated, failed, end } = await this.evaluateEach(entries, reading, instances, evaluate)
    const modules = new Map(
      [...evaluated].map(([entry, module]) => [
        entry,
        {
          namespace: module.namespace,
          files: filesOf(module),
          helpers: true,
          generation: this.generations.of(module),
        },
      ]),
    )
    const commit = (which: Iterable<string> = evaluated.keys()): void => {
      const committed = new Set(which)
      const entered = [...evaluated].filter(([entry]) => committed.has(entry))
      isolate(scope, allNeeded(entered.map(([, module]) => module)))
      this.enter(entered.map(([entry, module]) => [entry, this.generations.of(module)]))
      if (this.#current.commit(entered)) this.#forgetCode()
    }
    return { modules, failed, commit, end }
  }

  async #evaluate(module: LocalModule): Promise<LocalModule> {
    try {
      checkRequires(reachableFrom([module], (one) => one.locals.values()))
      await evaluateGraph(module, this.#host)
      return module
    } catch (thrown) {
      throw moduleFault(module, thrown)
    }
  }

  /** The addon keeps compiled code of files for the next reading. */
  #forgetCode(): void {
    callNative(() => this.#native.retain(this.#current.paths()))
  }
}

/**
 * Ends the scope of a load that is committed. Modules of it that are not needed keep their instances to themselves: one
 * that exceeded its deadline may still run, and import more.
 */
function isolate(scope: InstanceScope, needed: ReadonlySet<LocalModule>): void {
  const rest = new Map<string, LocalModule>()
  for (const [path, module] of scope.uncommitted ?? [])
    if (module.scope === scope && !needed.has(module)) {
      rest.set(path, module)
      module.scope = { uncommitted: rest }
    }
  scope.uncommitted = undefined
}
