// Subscriptions: listeners of a registry's events, and loops over its changes.

import type { ChangeSet, RegistryEvents } from '../../index'
import { checkOptions } from '../border/options'
import { checkSignal } from '../call/abort-signals'
import type { Closures } from '../closures'
import { Changes } from '../observe/changes'

/** Events that registry changes cause. Rust sends them from the first listener on. */
const REVISION_EVENTS: readonly unknown[] = Object.freeze(['change', 'versionReturned', 'versionMissing'])

/** Reads the options of a loop over changes: the signal that ends it. */
export function readSignal(options: unknown): AbortSignal | undefined {
  return checkSignal(checkOptions(options, ['signal']).signal)
}

/** Listeners and change loops of one registry. */
export class Subscriptions {
  readonly #closures: Closures
  #isListening = false
  /** Ends loops over changes. */
  readonly #loops = new Set<() => void>()

  constructor(closures: Closures) {
    this.#closures = closures
  }

  /** Whether Rust sends the events that registry changes cause. */
  get isListening(): boolean {
    return this.#isListening
  }

  /** Adds a listener; the returned function removes it. */
  on<Name extends keyof RegistryEvents>(event: Name, listener: (event: RegistryEvents[Name]) => void): () => void {
    const off = this.#closures.events.on(event, listener)
    if (REVISION_EVENTS.includes(event)) this.#listen()
    return off
  }

  /** Adds a listener of changes for toolrack itself; the returned function removes it. */
  onOwnChange(listener: (change: ChangeSet) => void): () => void {
    const off = this.#closures.events.on('change', listener, true)
    this.#listen()
    return off
  }

  #listen(): void {
    if (this.#isListening) return
    this.#isListening = true
    this.#closures.native.listen()
  }

  /** Opens a loop over changes. */
  changes(signal: AbortSignal | undefined): Changes {
    return new Changes((event, listener) => this.on(event, listener), signal, this.#loops)
  }

  /** Ends all loops over changes; each removes itself from the set. */
  endLoops(): void {
    for (const end of this.#loops) end()
  }
}
