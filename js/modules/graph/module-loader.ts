// Module loader: the interface of a load, for the module graph and for native import. Loads run one after the other.

import { realpathSync } from 'node:fs'
import { fromFault, revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { withDeadline } from '../../border/timers'
import { moduleTimeout } from './module-faults'
import { parseReading } from './module-records'
import type { GraphReading, ModuleFile, NativeModuleGraph } from './module-records'

/** One module, as it was evaluated. */
export interface LoadedModule {
  readonly namespace: object
  /** The local files that it consists of, itself first. */
  readonly files: readonly ModuleFile[]
  /** Whether the local files that it imports are as fresh as itself. */
  readonly helpers: boolean
}

/** The outcome of a load. */
export interface LoadedModules {
  /** Modules by their entry. */
  readonly modules: ReadonlyMap<string, LoadedModule>
  /** Errors of the other entries. */
  readonly failed: ReadonlyMap<string, ToolrackError>
  /** Makes these modules the current ones: later loads keep what has not changed. By default those of all entries. */
  commit(entries?: Iterable<string>): void
}

/** Refuses what an entry leads to, by its real path, before any code of it runs. */
export type Admission = (entry: string, path: string) => void

/** A reading with what may be evaluated of it; by default all. */
export interface AdmittedReading extends GraphReading {
  readonly admit?: Admission | undefined
}

export interface LoaderOptions {
  /** Deadline of the evaluation of an entry. */
  readonly loadTimeoutMs: number
}

/** Loads modules: from a graph, or by Node's own import. */
export abstract class ModuleLoader {
  readonly #native: NativeModuleGraph
  readonly #loadTimeoutMs: number
  #lastLoad: Promise<unknown> = Promise.resolve()

  constructor(native: NativeModuleGraph, { loadTimeoutMs }: LoaderOptions) {
    this.#native = native
    this.#loadTimeoutMs = loadTimeoutMs
  }

  /** Reads and evaluates entries. No other load sees what it makes until it is committed. */
  load(entries: readonly string[], admit?: Admission): Promise<LoadedModules> {
    return this.#inTurn(async () => {
      const reading = parseReading(await this.#read(entries))
      return this.evaluateReading(entries, { ...reading, admit })
    })
  }

  /** Evaluates a reading that is made already: a watcher reads the files itself. */
  evaluate(entries: readonly string[], reading: AdmittedReading): Promise<LoadedModules> {
    return this.#inTurn(() => this.evaluateReading(entries, reading))
  }

  /** Forgets entries, and what no other entry needs. */
  abstract forget(entries: readonly string[]): void

  protected abstract evaluateReading(entries: readonly string[], reading: AdmittedReading): Promise<LoadedModules>

  /** Evaluates each entry by itself, so that the fault of one costs the others nothing. */
  protected async evaluateEach<Module, Evaluated>(
    entries: readonly string[],
    reading: AdmittedReading,
    modules: ReadonlyMap<string, Module>,
    evaluate: (module: Module, entry: string) => Promise<Evaluated>,
  ): Promise<{ readonly evaluated: Map<string, Evaluated>; readonly failed: Map<string, ToolrackError> }> {
    const failed = new Map(reading.failed.map(({ entry, error }) => [entry, fromFault(error)]))
    const outcomes = new Map<string, Evaluated>()
    const ms = this.#loadTimeoutMs
    const evaluateEntry = async (entry: string): Promise<void> => {
      try {
        const { path, module } = moduleAt(modules, entry)
        reading.admit?.(entry, path)
        outcomes.set(entry, await withDeadline(evaluate(module, entry), ms, () => moduleTimeout(entry, ms)))
      } catch (thrown) {
        failed.set(entry, revive(thrown))
      }
    }
    const wanted = [...new Set(entries)]
    await Promise.all(wanted.filter((entry) => !failed.has(entry)).map(evaluateEntry))
    // In the order of the entries, whichever was ready first.
    const evaluated = new Map<string, Evaluated>()
    for (const entry of wanted) {
      const outcome = outcomes.get(entry)
      if (outcome !== undefined) evaluated.set(entry, outcome)
    }
    return { evaluated, failed }
  }

  /** One load after the other: what two of them have in common is evaluated once, if the first commits it. */
  #inTurn<T>(load: () => Promise<T>): Promise<T> {
    const turn = this.#lastLoad.then(load)
    const nothing = (): void => {}
    // Without the outcome, which has all modules of the load.
    this.#lastLoad = turn.then(nothing, nothing)
    return turn
  }

  async #read(entries: readonly string[]): Promise<string> {
    try {
      return await this.#native.read([...entries])
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}

/** The module of an entry. An entry may be a symlink; modules have real paths. */
function moduleAt<Module>(modules: ReadonlyMap<string, Module>, entry: string): { path: string; module: Module } {
  const path = modules.has(entry) ? entry : realPath(entry)
  const module = modules.get(path)
  if (module === undefined) throw new Error(`the reading of ${entry} lacks it`)
  return { path, module }
}

function realPath(path: string): string {
  try {
    return realpathSync.native(path)
  } catch {
    return path
  }
}
