// Native import: loads modules by Node's own `import()`, under a new address for each generation. It is the way where
// code generation from strings is forbidden. Node never frees a generation: some six times the size of the source.

import { raise } from '../../border/raised-error'
import { importUrl } from './external-module'
import { evaluationFault, placeInStack } from './module-faults'
import { reachableFrom } from './module-instance'
import { ModuleLoader } from './module-loader'
import type { AdmittedReading, EvaluatedModules } from './module-loader'
import type { GraphModule } from './module-records'
import { canRun, forgetCommonJs, generationUrl, nextGeneration, passGenerationsDown } from './native-generations'
import { NativeModule } from './native-module'

export class NativeImport extends ModuleLoader {
  readonly #current = new Map<string, NativeModule>()

  override forget(entries: readonly string[]): void {
    super.forget(entries)
    for (const entry of entries) this.#current.delete(entry)
  }

  /** Imports the entries of which a file has changed, each helper anew. Node reads the files again. */
  protected async evaluateReading(entries: readonly string[], reading: AdmittedReading): Promise<EvaluatedModules> {
    const byPath = new Map(reading.modules.map((module) => [module.path, module]))
    const generation = nextGeneration()
    const helpers = passGenerationsDown()
    const instances = NativeModule.allOf(reading.modules, helpers)
    const kept = this.#kept(entries, byPath)
    for (const module of kept) instances.set(module.path, module)
    const evaluate = async (module: NativeModule): Promise<NativeModule> => {
      if (kept.has(module)) return module
      const files = localFiles(module.record, byPath)
      await module.take(await importFresh(module.record, files, generation), generation)
      module.files = files.map(({ path, hash }) => ({ path, hash }))
      return module
    }
    const { evaluated, failed, end } = await this.evaluateEach(entries, reading, instances, evaluate)
    const modules = new Map(
      [...evaluated].map(([entry, module]) => [
        entry,
        {
          namespace: module.exports ?? {},
          files: module.files,
          helpers,
          generation: this.generations.of(module),
        },
      ]),
    )
    const commit = (which: Iterable<string> = evaluated.keys()): void => {
      for (const entry of which) {
        const module = evaluated.get(entry)
        if (module === undefined) continue
        this.#current.set(entry, module)
        this.enter([[entry, this.generations.of(module)]])
      }
    }
    return { modules, failed, commit, end }
  }

  /** The modules in use of which no file has changed. */
  #kept(entries: readonly string[], byPath: ReadonlyMap<string, GraphModule>): Set<NativeModule> {
    const kept = new Set<NativeModule>()
    for (const entry of entries) {
      const module = this.#current.get(entry)
      if (module === undefined || module.isOver) continue
      const now = byPath.get(module.path)
      if (now !== undefined && isSameContent(module, localFiles(now, byPath))) kept.add(module)
    }
    return kept
  }
}

/** The local files that a module consists of, itself first. */
function localFiles(entry: GraphModule, byPath: ReadonlyMap<string, GraphModule>): GraphModule[] {
  return [
    ...reachableFrom([entry], ({ imports, calls }) =>
      [...imports, ...calls].flatMap(({ to }) => (to?.kind === 'file' ? (byPath.get(to.path) ?? []) : [])),
    ),
  ]
}

function isSameContent({ files }: NativeModule, now: readonly GraphModule[]): boolean {
  return (
    files.length === now.length && files.every(({ path, hash }, i) => path === now[i]?.path && hash === now[i].hash)
  )
}

const NO_TYPESCRIPT =
  'this process forbids code generation from strings, or has reload: "native", and this Node runs no TypeScript: compile the file to JavaScript'

async function importFresh(
  { path, format }: GraphModule,
  files: readonly GraphModule[],
  generation: number,
): Promise<object> {
  const other = files.find((file) => !canRun(file.path))
  if (other !== undefined) throw raise('INVALID_SPEC', { location: other.path, reason: NO_TYPESCRIPT })
  for (const file of files) if (file.format === 'commonjs') forgetCommonJs(file.path)
  try {
    return await importUrl(generationUrl(path, generation), format === 'json' ? 'json' : undefined)
  } catch (thrown) {
    const named = files.map((file) => ({
      name: file.format === 'commonjs' ? file.path : generationUrl(file.path, generation),
      path: file.path,
      firstColumn: 0,
    }))
    throw evaluationFault(thrown, placeInStack(thrown, named) ?? { location: path })
  }
}
