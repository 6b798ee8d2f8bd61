// Recognition: which tools a module exports, or a value holds.

import type { Problem } from '../../../index'
import { escaped } from '../../border/json-pointer'
import type { ToolrackError } from '../../border/error'
import { allOf, chain, outcomeOf } from '../../border/maybe-promise'
import type { MaybePromise } from '../../border/maybe-promise'
import { noneOf } from '../../border/nearest'
import { ExportedValues } from './exported-value'
import { ModuleExports } from './module-exports'
import type { Place, RecognisedTool } from './shape'
import { ShapeFault, exportError, moduleError } from './shape-faults'
import { findSpecModule, readSpecModule } from './spec-module'
import type { SpecModule } from './spec-module'
import { ToolCollection } from './tool-collection'
import type { FoundTool, OtherValue } from './tool-collection'
import { settleTool } from './settled-tool'

/** Where a module comes from, and what is taken of it. */
export interface ModuleOrigin {
  /** The name of its file without the ending. */
  readonly stem: string
  /** What the user gave, for messages: a path or a package specifier. */
  readonly specifier: string
  /** The only export to take. */
  readonly exportName?: string
}

/** The tools of a module. */
export interface Recognition {
  readonly tools: readonly { readonly export: string; readonly tool: RecognisedTool }[]
  /** Exports that are no tools. */
  readonly passedOver: readonly string[]
  readonly failed: readonly { readonly export: string; readonly error: ToolrackError }[]
}

/** What a module exports in place of what was seen. */
const WANTED = 'export const NAME = { description, parameters, execute }'

/**
 * Reads the tools that a module exports. Everything is read before this returns its promise, but for input schemas that
 * are promises: those are awaited without a deadline. Rejects with `INVALID_DEFINITION` where no export is meant as a
 * tool.
 */
export async function recogniseExports(namespace: object, origin: ModuleOrigin): Promise<Recognition> {
  const exports = openExports(namespace, origin)
  const collection = new ToolCollection(exports.values)
  const spec = findSpecModule(exports, origin.stem)
  const names = chosenNames(exports, origin, spec)
  if (spec !== undefined && [spec.specName, spec.functionName].some((name) => names.includes(name ?? ''))) {
    const place = placeOf(spec.functionName ?? spec.specName, origin, origin.stem)
    const parts = [spec.spec.value, exports.get(place.path)]
    collection.add(place, () => readSpecModule(spec, exports, place), parts)
  }
  for (const name of names) collection.collect(() => exports.read(name), placeOf(name, origin))
  if (collection.found.length === 0) throw withoutTool(origin, collection.others)
  const passedOver = collection.others.map(({ place }) => place.path).filter((name) => !hasMeaning(name, exports))
  return { ...(await settle(collection.found)), passedOver }
}

/** Where a value comes from that was given by itself. */
export interface ValueOrigin {
  /** What the value is in messages: `add[2]`. */
  readonly specifier: string
  /** The name of a tool that has none itself. */
  readonly name?: string
}

/** Reads the tools of a value: a tool, or a record or list of tools. What is no tool is in `failed`. Never rejects. */
export function recogniseValue(value: unknown, { specifier, name }: ValueOrigin): MaybePromise<Recognition> {
  const collection = new ToolCollection(new ExportedValues())
  const place = { specifier, path: '', name }
  collection.collect(() => value, place)
  const others = collection.others.filter(({ isExport }) => isExport !== true)
  const faults = others.map(({ place, kind }) => ({ place, thrown: notTool(kind) }))
  const passedOver = collection.others.filter(({ isExport }) => isExport === true).map(({ place }) => place.path)
  return chain(settle([...collection.found, ...faults]), (settled) => ({ ...settled, passedOver }))
}

function notTool(kind: string): ShapeFault {
  return new ShapeFault(`is no tool but ${kind}: give { name, description, inputSchema, execute }`)
}

function openExports(namespace: object, { specifier }: ModuleOrigin): ModuleExports {
  try {
    return new ModuleExports(namespace)
  } catch (thrown) {
    throw exportError(thrown, { specifier, path: '', name: undefined })
  }
}

/** The exports to read: all that are not private, or the one that was asked for. */
function chosenNames(exports: ModuleExports, origin: ModuleOrigin, spec: SpecModule | undefined): string[] {
  const { exportName, specifier } = origin
  const all = exports.names
  // The default export of a CommonJS module may have been replaced by its members.
  const isAll = exportName === undefined || (exportName === 'default' && !exports.has('default'))
  if (isAll) return all.filter((name) => !name.startsWith('_'))
  if (exports.has(exportName)) return [exportName]
  if (spec !== undefined && spec.toolName === exportName) return [spec.specName]
  const message = all.length === 0 ? 'is not there: the module exports nothing' : noneOf(exportName, all)
  throw exportError(new ShapeFault(message), { specifier, path: exportName, name: undefined })
}

function placeOf(name: string, { specifier, stem }: ModuleOrigin, toolName = name): Place {
  return { specifier, path: name, name: toolName === 'default' ? stem : toolName }
}

/** Whether an export is meant for the loader: the function that ends what the module holds, or its version. */
function hasMeaning(name: string, exports: ModuleExports): boolean {
  const type = typeof exports.get(name)
  return (name === 'dispose' && type === 'function') || (name === 'version' && type === 'string')
}

function withoutTool({ specifier, exportName }: ModuleOrigin, others: readonly OtherValue[]): ToolrackError {
  const [only] = others
  if (exportName !== undefined && only !== undefined)
    return exportError(new ShapeFault(`is no tool but ${only.kind}: ${WANTED}`), only.place)
  const seen = others.map(({ place, kind }): Problem => ({ pointer: `/${escaped(place.path)}`, message: `is ${kind}` }))
  return moduleError(specifier, [{ pointer: '', message: `exports no tool: ${WANTED}` }, ...seen])
}

/** Reads input schemas, all at once: one that is awaited must not leave another one's rejection unhandled. */
function settle(found: readonly FoundTool[]): MaybePromise<Pick<Recognition, 'tools' | 'failed'>> {
  return chain(allOf(found.map(settleOne)), (settled) => ({
    tools: settled.flatMap((one) => ('tool' in one ? [one] : [])),
    failed: settled.flatMap((one) => ('error' in one ? [one] : [])),
  }))
}

type SettledExport =
  | { readonly export: string; readonly tool: RecognisedTool }
  | { readonly export: string; readonly error: ToolrackError }

function settleOne({ place, draft, thrown }: FoundTool): MaybePromise<SettledExport> {
  if (draft === undefined) return { export: place.path, error: exportError(thrown, place) }
  const { name } = draft.definition
  return outcomeOf<RecognisedTool, SettledExport>(
    () => settleTool(draft),
    (tool) => ({ export: place.path, tool }),
    (thrown) => ({ export: place.path, error: exportError(thrown, place, typeof name === 'string' ? name : '') }),
  )
}
