// Module loaders: the graph, or Node's own import where code generation is forbidden or the user wants it.

import type { NativeModuleGraph } from '../../border/native'
import { canEvaluateText } from '../graph/code-evaluation'
import { ModuleGraph } from '../graph/module-graph'
import type { LoaderOptions, ModuleLoader } from '../graph/module-loader'
import { NativeImport } from '../graph/native-import'

/** Makes a loader that is chosen at its first load. `degraded` is told why it is not the graph, once. */
export function createLoader(
  native: NativeModuleGraph,
  options: LoaderOptions,
  isNative: boolean,
  degraded: (reason: string) => void,
): Pick<ModuleLoader, 'load' | 'evaluate' | 'forget'> {
  let chosen: ModuleLoader | undefined
  const choose = (): ModuleLoader => (chosen ??= make())
  const make = (): ModuleLoader => {
    if (isNative) return new NativeImport(native, options)
    if (canEvaluateText()) return new ModuleGraph(native, options)
    degraded('this process forbids code generation from strings: modules are imported by Node, which never frees them')
    return new NativeImport(native, options)
  }
  return {
    load: (entries, admit) => choose().load(entries, admit),
    evaluate: (entries, reading) => choose().evaluate(entries, reading),
    forget: (entries) => chosen?.forget(entries),
  }
}
