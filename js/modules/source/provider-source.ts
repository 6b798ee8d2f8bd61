// Provider source: the source of a provider's tools, with the consumer that it is for the provider.

import { isDeepStrictEqual } from 'node:util'
import { invalidOption } from '../../border/options'
import { ProviderLease } from '../providers/provider-lease'
import { nameProvider } from '../providers/provider-names'
import type { SourceOptions } from '../../load/tool-sets/source-options'
import { createSource } from './module-source'
import type { ModuleSource } from './module-source'
import type { SourceSpec } from './source-specs'

interface ProviderSourceOptions {
  /** The id of the consumer. */
  readonly consumer: string
  /** The registry, whose providers have different names. */
  readonly registry: object
  /** Deadline of each method of the provider, in ms. */
  readonly timeoutMs: number
  readonly onChanged: (source: ModuleSource) => void
}

/** Makes the source of a provider. The consumer is added with the first load. */
export function createProviderSource(
  spec: Extract<SourceSpec, { readonly kind: 'provider' }>,
  options: SourceOptions,
  { consumer, registry, timeoutMs, onChanged }: ProviderSourceOptions,
): ModuleSource {
  const { name, location } = nameProvider(registry, spec.value, options.name ?? ownName(spec.value))
  const lease = new ProviderLease(spec.value, consumer, {
    name: `provider "${name}"`,
    timeoutMs,
    onChanged: () => onChanged(source),
  })
  const source: ModuleSource = { ...createSource(spec, options, { location }), name, lease }
  return source
}

/**
 * Refuses options for a provider that is added already, unless they are those that it has: it is one source, and the options
 * of a source do not change under its tools.
 */
export function checkProviderOptions({ name, options: former }: ModuleSource, options: SourceOptions): void {
  const { members, gates, watch } = options
  const isBare = Object.keys(members).length === 0 && gates.policy === undefined && watch === undefined
  const isSame =
    (options.name === undefined || options.name === name) &&
    (isBare || isDeepStrictEqual(comparable(options), comparable(former)))
  if (isSame) return
  const reason = `differ from those of the source "${name}", which has this provider already: remove the source first`
  throw invalidOption('options', reason)
}

function comparable({ members, gates, watch }: SourceOptions): unknown {
  return { members, policy: gates.policy, isAsked: gates.ask !== undefined, watch }
}

/** A provider may have a name; each is a source of its own. */
function ownName(provider: object): string | undefined {
  try {
    const { name } = provider as { readonly name?: unknown }
    return typeof name === 'string' && name.trim() !== '' ? name : undefined
  } catch {
    return undefined
  }
}
