// Spec module: a file that exports a `toolSpec` and the function of the tool (E2).

import { isClass } from './exported-value'
import type { ExportedValue } from './exported-value'
import type { ModuleExports } from './module-exports'
import type { Place, ToolDraft } from './shape'
import { ShapeFault } from './shape-faults'
import { draftOfSpec } from './tool-spec'

/** Names of the export that holds the spec, the first one first. */
const SPEC_NAMES: readonly string[] = Object.freeze(['toolSpec', 'TOOL_SPEC'])

/** The parts of a file with a spec. */
export interface SpecModule {
  readonly specName: string
  readonly spec: ExportedValue
  /** The name that the spec gives its tool. */
  readonly toolName: string | undefined
  /** The export that is the function; undefined where there is none. */
  readonly functionName: string | undefined
}

/**
 * Finds the spec of a module and its function: of the tool's name, of the file's, or the default export. A spec that
 * cannot be read is none: it is reported as an export.
 */
export function findSpecModule(exports: ModuleExports, stem: string): SpecModule | undefined {
  try {
    return SPEC_NAMES.map((name) => specOf(name, exports, stem)).find((found) => found !== undefined)
  } catch {
    return undefined
  }
}

function specOf(specName: string, exports: ModuleExports, stem: string): SpecModule | undefined {
  const spec = exports.values.read(exports.get(specName))
  if (spec === undefined || spec.isFunction) return undefined
  const toolName = spec.isText('name') ? (spec.get('name') as string) : undefined
  const names = [...(toolName === undefined ? [] : [toolName]), stem, 'default']
  return { specName, spec, toolName, functionName: names.find((name) => isCallable(exports.get(name))) }
}

function isCallable(value: unknown): boolean {
  return typeof value === 'function' && !isClass(value)
}

export function readSpecModule(module: SpecModule, exports: ModuleExports, place: Place): ToolDraft {
  const { spec, toolName = place.name, functionName } = module
  if (functionName === undefined)
    throw new ShapeFault(`is a spec with no function to call: export one as "${toolName}" or as default`)
  return draftOfSpec(spec, exports.get(functionName), exports.namespace, place)
}
