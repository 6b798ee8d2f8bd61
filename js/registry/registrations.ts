// Registrations: tools that are registered from code, each with a handle; and what follows a change of a registry.

import type { NativeRegistry, NativeWrite } from '../border/native'
import { SUPERSEDED, callNative } from '../border/error'
import type { InspectedMembers } from '../border/inspection'
import { invalidRegistry } from '../border/package-copies'
import { raise } from '../border/raised-error'
import type { Closure, ClosureFunction } from '../call/interfaces'
import type { Closures } from '../closures'
import { checkDefinition, writeDefinition } from '../definition/definition'
import { closureOf, startOn } from '../snapshot'
import type { Snapshot } from '../snapshot'
import { ToolHandle } from '../tool-handle'
import { readGivenTool } from './given-tools'
import type { RevisionSnapshots } from './revision-snapshots'
import type { Subscriptions } from './subscriptions'

/** Registers a tool; `registry` is anything that can. */
export function registerDynamicTool(registry: unknown, definition: unknown, options?: unknown): void {
  if (!canRegister(registry)) throw invalidRegistry(registry)
  // A tool of Genkit is a function.
  if (typeof definition !== 'function') checkDefinition('registerDynamicTool(registry, definition)', definition)
  registry.register(definition, options)
}

function canRegister(value: unknown): value is { register(definition: unknown, options: unknown): unknown } {
  // Every value but these two has members, though not this one.
  return typeof (value as { readonly register?: unknown } | null | undefined)?.register === 'function'
}

/** Whether the result of a change is what Rust says of a write. */
function isWrite(result: unknown): result is NativeWrite {
  return result !== null && typeof result === 'object' && 'revision' in result
}

/** What registrations use of their registry. */
interface RegistrationHost {
  /** Throws if the registry is closed. */
  readonly checkOpen: () => void
  /** Runs a change; see `ToolRegistry`. */
  readonly write: <T>(change: () => T) => T
  readonly getNewest: () => Snapshot
  /** Starts a call on the newest revision; see `RevisionSnapshots`. */
  readonly startOnNewest: <T>(start: (newest: Snapshot, mustBeNewest: boolean) => T) => T
}

/** A definition for Rust; its closure is in a slot. */
interface NativeDefinition {
  /** The definition, as JSON. */
  readonly text: string
  readonly name: string
  readonly slot: number | undefined
  /** Problems of values that JSON cannot hold, as JSON. */
  readonly problems: string | undefined
}

/** Registers the tools of one registry. */
export class Registrations {
  readonly #closures: Closures
  readonly #native: NativeRegistry
  readonly #host: RegistrationHost

  constructor(closures: Closures, host: RegistrationHost) {
    this.#closures = closures
    this.#native = closures.native
    this.#host = host
  }

  get closures(): Closures {
    return this.#closures
  }

  checkOpen(): void {
    this.#host.checkOpen()
  }

  /** Runs a change of the registry. */
  write<T>(change: (native: NativeRegistry) => T): T {
    return this.#host.write(() => change(this.#native))
  }

  /** Registers a tool; `replaces` says that a tool of its name must exist. */
  register(definition: unknown, options: unknown, replaces: boolean): ToolHandle {
    const { write } = this.#host
    const { text, name, slot, problems } = this.#readDefinition(replaces ? 'replace' : 'register', definition, options)
    const { id } = write(() => this.#native.register(text, slot, replaces, problems))
    let closure = this.#closureIn(slot)
    return new ToolHandle(name, {
      execute: (name, params, options) => this.#execute(name, closure, params, options),
      update: (former, next, options) => {
        const { text, name, slot, problems } = this.#readDefinition('update', next, options)
        write(() => this.#native.update(id, former, text, slot, problems))
        closure = this.#closureIn(slot)
        return name
      },
      enable: (name, isEnabled) => void write(() => this.#native.setEnabled(id, name, isEnabled)),
      remove: (name) => write(() => this.#native.unregister(name, id)),
      describe: (name) => this.#describe(name, closure),
    })
  }

  #closureIn(slot: number | undefined): Closure | undefined {
    return slot === undefined ? undefined : this.#closures.getClosure(slot)
  }

  /** Describes the tool of a registration, which has this closure. */
  #describe(name: string, closure: Closure | undefined): InspectedMembers {
    const newest = this.#host.getNewest()
    const tool = newest.get(name)
    // A disabled tool has no closure that can be read.
    if (tool === undefined || (tool.enabled && closureOf(newest, name, false) !== closure)) return { removed: true }
    return { revision: tool.revision, source: tool.source, enabled: tool.enabled }
  }

  /** Calls the tool of a registration, which has this closure. */
  async #execute(name: string, closure: Closure | undefined, params: unknown, options: unknown): Promise<unknown> {
    return this.#host.startOnNewest((newest, mustBeNewest) => {
      if (closureOf(newest, name, mustBeNewest) === closure) return startOn(newest, name, params, options, mustBeNewest)
      if (mustBeNewest) throw SUPERSEDED
      throw raise('UNKNOWN_TOOL', { name, nearest: [] })
    })
  }

  /** Stores the closure of a definition and writes the rest for Rust; `method` is the one that was called. */
  #readDefinition(method: string, given: unknown, options: unknown): NativeDefinition {
    this.#host.checkOpen()
    const { definition, self, toModel } = readGivenTool(method, given, options)
    const written = writeDefinition(definition)
    const { text, name, unsaid, execute } = written
    const slot =
      typeof execute === 'function'
        ? this.#closures.store(execute as ClosureFunction, self, written, undefined, toModel)
        : undefined
    // Rust refuses a definition whose name is no text.
    return { text, name: name as string, slot, problems: unsaid }
  }
}

/** The parts of a registry that follow its changes. */
interface Followers {
  readonly closures: Closures
  readonly snapshots: RevisionSnapshots
  readonly subscriptions: Subscriptions
}

/**
 * Runs a change: listeners get its events before this returns, and unused closures are freed. A change of one tool
 * says the new revision and the unused closures itself.
 */
export function runChange<T>({ closures, snapshots, subscriptions }: Followers, change: () => T): T {
  let written: Partial<NativeWrite> = {}
  try {
    const result = callNative(change)
    if (isWrite(result)) written = result
    return result
  } finally {
    const isReleased = snapshots.releaseOutdated(written.revision)
    if (subscriptions.isListening) closures.drain()
    // A snapshot that was released may have been the last one with a closure.
    closures.freeSlots(isReleased ? undefined : written.released)
  }
}
