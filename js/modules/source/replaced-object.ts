// Replaced object: an object that is added again takes the place of the former one, unless tools would be lost.

import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import type { ModuleSource } from './module-source'

/**
 * The error of an object that has the first tool of another one by chance: it would remove the other tools of that one.
 * An object that is given a name replaces whatever object has that name.
 */
export function lostTools(
  source: ModuleSource,
  tools: readonly string[],
  former: ModuleSource | undefined,
): ToolrackError | undefined {
  const { name, location, toolNames } = former ?? source
  if (former === undefined || source.options.name !== undefined || !isObject(source) || !isObject(former))
    return undefined
  // One that its owner has changed since.
  if (source.spec.value === former.spec.value || toolNames.every((tool) => tools.includes(tool))) return undefined
  const names = `${location} with the tools ${toolNames.join(', ')}`
  return raise('NAME_TAKEN', { name: String(name), location: names })
}

type ObjectSource = ModuleSource & { readonly spec: { readonly kind: 'value' | 'namespace'; readonly value: unknown } }

function isObject(source: ModuleSource): source is ObjectSource {
  return source.spec.kind === 'value' || source.spec.kind === 'namespace'
}
