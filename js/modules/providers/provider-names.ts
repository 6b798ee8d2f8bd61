// Provider names: what the source of a provider is called, and where its tools come from in reports.

/** The name of a source of a provider, and its location. */
export interface ProviderName {
  readonly name: string
  readonly location: string
}

/** Names of the providers of one registry, which may have several `ToolModules`. */
class ProviderNames {
  #unnamed = 0
  readonly #counts = new Map<string, number>()
  readonly #named = new WeakMap<object, ProviderName>()

  of(provider: object, name: string | undefined): ProviderName {
    if (name === undefined) {
      const number = ++this.#unnamed
      return { name: `provider-${number}`, location: `provider ${number}` }
    }
    const known = this.#named.get(provider)
    if (known?.name === name) return known
    const count = (this.#counts.get(name) ?? 0) + 1
    this.#counts.set(name, count)
    // Each has a location of its own: a provider never takes the name of another one.
    const named = { name, location: count === 1 ? `provider "${name}"` : `provider "${name}" (${count})` }
    this.#named.set(provider, named)
    return named
  }
}

const NAMES = new WeakMap<object, ProviderNames>()

/** The name and location of a provider's source. One without a name gets a number. */
export function nameProvider(registry: object, provider: object, name: string | undefined): ProviderName {
  let names = NAMES.get(registry)
  if (names === undefined) NAMES.set(registry, (names = new ProviderNames()))
  return names.of(provider, name)
}
