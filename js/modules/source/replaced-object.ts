// Replaced object: an object that is added again takes the place of the former one, unless tools would be lost.

import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import { portableName } from '../shapes/portable-name'
import type { ModuleSource } from './module-source'

/** An object whose tools are read. */
interface ReadObject {
  readonly source: ModuleSource
  readonly toolNames: readonly string[]
  readonly toolExports: ReadonlyMap<string, string>
}

/**
 * The error of an object that has the first tool of another one by chance: it would remove the other tools of that one,
 * or replace one whose key is another (`crm.get` and `crm/get`). An object that is given a name replaces whatever object
 * has that name.
 */
export function lostTools(
  { source, toolNames: tools, toolExports }: ReadObject,
  former: ModuleSource | undefined,
): ToolrackError | undefined {
  const { name, location, toolNames } = former ?? source
  if (former === undefined || source.options.name !== undefined || !isObject(source) || !isObject(former))
    return undefined
  // One that its owner has changed since.
  if (source.spec.value === former.spec.value) return undefined
  const isKept = (tool: string): boolean =>
    tools.includes(tool) && keyOf(tool, toolExports) === keyOf(tool, former.toolExports)
  if (toolNames.every(isKept)) return undefined
  const names = `${location} with the tools ${toolNames.join(', ')}`
  return raise('NAME_TAKEN', { name: String(name), location: names })
}

/** The key that gives a tool its name; the name of a tool that names itself. */
function keyOf(tool: string, toolExports: ReadonlyMap<string, string>): string {
  const path = toolExports.get(tool) ?? ''
  const starts = [0, ...Array.from(path.matchAll(/\//g), ({ index }) => index + 1)]
  return starts.map((start) => path.slice(start)).find((key) => key !== '' && portableName(key) === tool) ?? tool
}

type ObjectSource = ModuleSource & { readonly spec: { readonly kind: 'value' | 'namespace'; readonly value: unknown } }

function isObject(source: ModuleSource): source is ObjectSource {
  return source.spec.kind === 'value' || source.spec.kind === 'namespace'
}
