// Provider source: the source of a provider's tools, with the consumer that it is for the provider.

import { createSource } from './module-source'
import type { ModuleSource } from './module-source'
import type { SourceOptions } from './module-options'
import { ProviderLease } from '../providers/provider-lease'
import type { SourceSpec } from './source-specs'

interface ProviderSourceOptions {
  /** The id of the consumer. */
  readonly consumer: string
  /** Its number among the providers of the registry, for one without a name. */
  readonly number: number
  /** Deadline of each method of the provider, in ms. */
  readonly timeoutMs: number
  readonly onChanged: (source: ModuleSource) => void
}

/** Makes the source of a provider. The consumer is added with the first load. */
export function createProviderSource(
  spec: Extract<SourceSpec, { readonly kind: 'provider' }>,
  options: SourceOptions,
  { consumer, number, timeoutMs, onChanged }: ProviderSourceOptions,
): ModuleSource {
  // Each has a location of its own: a provider never takes the name of another one.
  const unnamed = createSource(spec, options, { location: `provider ${number}` })
  const name = unnamed.name ?? `provider-${number}`
  const lease = new ProviderLease(spec.value, consumer, {
    name: `provider "${name}"`,
    timeoutMs,
    onChanged: () => onChanged(source),
  })
  const source: ModuleSource = { ...unnamed, name, lease }
  return source
}
