// Loader attachment: what a registry and its loader use of each other.

import type { ChangeSet, SpecLoader } from '../../index'
import type { NativeRegistry } from '../border/native'
import type { Closures } from '../closures'

/** A loader, as its registry uses it. */
export type AttachedLoader = Pick<SpecLoader, 'sources' | 'close'>

/** A registry, as its loader uses it. */
export interface LoaderAttachment {
  readonly native: NativeRegistry
  readonly closures: Closures
  /** Adds a listener of the registry's changes that is none of the user's; the returned function removes it. */
  readonly onChange: (listener: (change: ChangeSet) => void) => () => void
  readonly detach: () => void
}
