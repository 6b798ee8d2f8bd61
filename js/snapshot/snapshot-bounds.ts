// Snapshot bounds: the filter, the caller and the view of a snapshot.

import type { BoundCaller } from '../call/bound-caller'
import type { RevisionCache } from './snapshot-cache'

/** What a snapshot is bound to. */
export interface SnapshotBounds {
  /** A filter with a predicate; Rust knows only conditions. */
  readonly filter?: unknown
  /** The caller of all calls on it. */
  readonly caller?: BoundCaller | undefined
  /** The key of the view within its revision: what it was chosen and filtered by. */
  readonly viewKey?: string
}

/** Returns the cache of a filtered snapshot, by its conditions. */
export type FilterCache = (conditions: string) => RevisionCache
