// Module loader: the interface of a load, for the module graph and for native import. Loads run one after the other.

import { fromFault, revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import type { EvaluatedModule } from '../generations/evaluated-module'
import type { Generation } from '../generations/generation'
import { Generations } from '../generations/generations'
import { LoadWaits } from './load-waits'
import { isRequireRace, moduleTimeout } from './module-faults'
import { contentsText, parseReading } from './module-records'
import { filesByEntry } from './reading-files'
import type { FilesOfEntry } from './reading-files'
import type { GraphReading, ModuleFile, NativeModuleGraph } from './module-records'

/** One module, as it was evaluated. */
export interface LoadedModule {
  readonly namespace: object
  /** The local files that it consists of, itself first. */
  readonly files: readonly ModuleFile[]
  /** Whether the local files that it imports are as fresh as itself. */
  readonly helpers: boolean
  readonly generation: Generation
}

/** What the evaluation of a reading came to. */
export interface EvaluatedModules {
  /** Modules by their entry. */
  readonly modules: ReadonlyMap<string, LoadedModule>
  /** Errors of the other entries. */
  readonly failed: ReadonlyMap<string, ToolrackError>
  /** Makes these modules the current ones: later loads keep what has not changed. By default those of all entries. */
  commit(entries?: Iterable<string>): void
  /** Ends the load: what nothing has in use by now is disposed. */
  end(): void
}

/** Refuses what an entry leads to, by its real path, before any code of it runs. */
export type Admission = (entry: string, path: string) => void

/** A reading with what may be evaluated of it; by default all. */
export interface AdmittedReading extends GraphReading {
  readonly admit?: Admission | undefined
}

/** The outcome of a load. */
export interface LoadedModules extends EvaluatedModules {
  /** The files of each entry, as they were read. */
  readonly filesOf: FilesOfEntry
}

export interface LoaderOptions {
  /** Deadline of the evaluation of an entry. */
  readonly loadTimeoutMs: number
  readonly generations?: Generations
  readonly waits?: LoadWaits
}

/** What came of entries. */
interface Evaluations<Evaluated> {
  readonly evaluated: Map<string, Evaluated>
  readonly failed: Map<string, ToolrackError>
  readonly end: () => void
}

/** Loads modules: from a graph, or by Node's own import. */
export abstract class ModuleLoader {
  readonly #native: NativeModuleGraph
  readonly #loadTimeoutMs: number
  readonly #waits: LoadWaits
  protected readonly generations: Generations
  readonly #newest = new Map<string, Generation>()
  #lastLoad: Promise<unknown> = Promise.resolve()

  constructor(
    native: NativeModuleGraph,
    { loadTimeoutMs, waits = new LoadWaits(), generations = new Generations() }: LoaderOptions,
  ) {
    this.#native = native
    this.#loadTimeoutMs = loadTimeoutMs
    this.#waits = waits
    this.generations = generations
  }

  /** Reads and evaluates entries. No other load sees what it makes until it is committed. */
  load(entries: readonly string[], admit?: Admission): Promise<LoadedModules> {
    return this.#inTurn(async () => {
      const reading = await this.#waits.untilEnd(this.read(entries, this.knownFiles(entries)))
      return this.#evaluateNow(entries, { ...reading, admit })
    })
  }

  /** Evaluates a reading that is made already: a watcher reads the files itself. */
  evaluate(entries: readonly string[], reading: AdmittedReading): Promise<LoadedModules> {
    return this.#inTurn(() => this.#evaluateNow(entries, reading))
  }

  /** Forgets entries, and what no other entry needs. */
  forget(entries: readonly string[]): void {
    for (const entry of entries) {
      this.#newest.get(entry)?.leave()
      this.#newest.delete(entry)
    }
  }

  /** Makes generations the newest ones of their entries. */
  protected enter(generations: Iterable<readonly [string, Generation]>): void {
    for (const [entry, generation] of generations) {
      generation.enter()
      this.#newest.get(entry)?.leave()
      this.#newest.set(entry, generation)
    }
  }

  protected abstract evaluateReading(entries: readonly string[], reading: AdmittedReading): Promise<EvaluatedModules>

  /** Evaluates each entry by itself, so that the fault of one costs the others nothing. */
  protected async evaluateEach<Module extends EvaluatedModule, Evaluated>(
    entries: readonly string[],
    reading: AdmittedReading,
    modules: ReadonlyMap<string, Module>,
    evaluate: (module: Module, entry: string) => Promise<Evaluated>,
  ): Promise<Evaluations<Evaluated>> {
    const failed = new Map(reading.failed.map(({ entry, error }) => [entry, fromFault(error)]))
    const paths = new Map(reading.entries.map(({ entry, path }) => [entry, path]))
    const outcomes = new Map<string, Evaluated>()
    const held: Generation[] = []
    const evaluateEntry = async (entry: string): Promise<void> => {
      try {
        const path = paths.get(entry) ?? entry
        const module = modules.get(path)
        if (module === undefined) throw new Error(`the reading of ${entry} lacks it`)
        reading.admit?.(entry, path)
        const generation = this.generations.of(module)
        generation.hold()
        held.push(generation)
        outcomes.set(entry, await this.#wait(evaluate(module, entry), generation, entry))
        failed.delete(entry)
      } catch (thrown) {
        failed.set(entry, revive(thrown))
      }
    }
    const wanted = [...new Set(entries)]
    await Promise.all(wanted.filter((entry) => !failed.has(entry)).map(evaluateEntry))
    // What they required is loaded by now, for the other entry that imports it.
    await Promise.all(wanted.filter((entry) => isRequireRace(failed.get(entry)?.cause)).map(evaluateEntry))
    // In the order of the entries, whichever was ready first.
    const evaluated = new Map<string, Evaluated>()
    for (const entry of wanted) {
      const outcome = outcomes.get(entry)
      if (outcome !== undefined) evaluated.set(entry, outcome)
    }
    return { evaluated, failed, end: () => held.splice(0).forEach((generation) => generation.release()) }
  }

  /** Waits for an evaluation. It counts as a call: what goes on after its deadline is disposed after its end. */
  #wait<T>(evaluation: Promise<T>, generation: Generation, entry: string): Promise<T> {
    const end = generation.begin()
    evaluation.then(end, end)
    const ms = this.#loadTimeoutMs
    return this.#waits.within(evaluation, ms, () => moduleTimeout(entry, ms))
  }

  /** The contents of entries whose code is here already. */
  protected knownFiles(_entries: readonly string[]): readonly ModuleFile[] {
    return []
  }

  /** Gives a reading the code that its evaluation needs. */
  protected async withCode(_entries: readonly string[], reading: AdmittedReading): Promise<AdmittedReading> {
    return reading
  }

  async #evaluateNow(entries: readonly string[], given: AdmittedReading): Promise<LoadedModules> {
    const reading = await this.#waits.untilEnd(this.withCode(entries, given))
    return { ...(await this.evaluateReading(entries, reading)), filesOf: filesByEntry(reading) }
  }

  /** One load after the other: what two of them have in common is evaluated once, if the first commits it. */
  #inTurn<T>(load: () => Promise<T>): Promise<T> {
    const turn = this.#lastLoad.then(load)
    const nothing = (): void => {}
    // Without the outcome, which has all modules of the load.
    this.#lastLoad = turn.then(nothing, nothing)
    return turn
  }

  protected async read(entries: readonly string[], known: readonly ModuleFile[]): Promise<GraphReading> {
    try {
      return parseReading(await this.#native.read([...entries], contentsText(known)))
    } catch (thrown) {
      throw revive(thrown)
    }
  }
}
