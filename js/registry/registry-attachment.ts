// Registry attachment: what a registry and its parts (loaders, modules, servers) use of each other.

import type { ChangeSet, SourceStatus } from '../../index'
import type { NativeRegistry } from '../border/native'
import type { Closures } from '../closures'
import type { Snapshot } from '../snapshot'

/** A part of a registry, as the registry uses it. */
export interface AttachedPart {
  /** The sources that the part has loaded. */
  sources(): SourceStatus[]
  /** Called when the registry closes. */
  close(): void
}

/** A registry, as its parts use it. */
export interface RegistryAttachment {
  readonly native: NativeRegistry
  readonly closures: Closures
  /** Adds a listener of the registry's changes that is none of the user's; the returned function removes it. */
  readonly onChange: (listener: (change: ChangeSet) => void) => () => void
  /**
   * Returns the newest revision as a caller sees it, through a filter; cached for later calls. Its calls have no caller
   * of their own.
   */
  readonly view: (context: unknown, filter: unknown) => Snapshot
  readonly detach: () => void
}
