// Revision snapshots: the newest revision of a registry as snapshots, for its own reads and for callers.

import type { NativeRegistry, NativeSnapshot } from '../border/native'
import { SUPERSEDED, callNative } from '../border/error'
import { toText } from '../border/options'
import type { ReadOptions } from '../border/options'
import { BoundCaller } from '../call/bound-caller'
import { callerText } from '../call/caller'
import { checkContext } from '../call/context'
import type { Closures } from '../closures'
import { Snapshot, filterSnapshot } from '../snapshot'
import { SnapshotCache } from '../snapshot/snapshot-cache'

/** The options of `ToolRegistry.snapshot`, unchecked. */
type SnapshotOptions = ReadOptions<'filter' | 'context' | 'versions'>

/** The view of a revision for a caller. */
interface CallerView {
  /** The key of the view; empty if it is the revision itself. */
  readonly key: string
  readonly native: NativeSnapshot
}

/** Takes snapshots of the newest revision of one registry. */
export class RevisionSnapshots {
  readonly #closures: Closures
  readonly #native: NativeRegistry
  /** The registry's own snapshot of the newest revision. */
  #newest: Snapshot | undefined
  readonly #caches = new SnapshotCache()

  constructor(closures: Closures) {
    this.#closures = closures
    this.#native = closures.native
  }

  /** Returns the registry's own snapshot of the newest revision. */
  getNewest(): Snapshot {
    const revision = this.#native.revision
    if (this.#newest === undefined || this.#newest.revision !== revision) {
      this.#newest?.release()
      const native = this.#native.snapshot()
      this.#newest = new Snapshot(this.#closures, native, this.#caches.getCache('', native.revision))
    }
    return this.#newest
  }

  /**
   * Starts a call on the newest revision. It starts on the known revision without asking whether that is the newest:
   * the call asks together with its validation. It throws `SUPERSEDED` before anything is done, and is started again.
   */
  startOnNewest<T>(start: (newest: Snapshot, mustBeNewest: boolean) => T): T {
    const known = this.#newest
    // An observation must not begin twice, and a call that nobody validates asks Rust for nothing.
    if (known === undefined || this.#closures.isWatched || !this.#closures.limits.validate)
      return start(this.getNewest(), false)
    try {
      return start(known, true)
    } catch (thrown) {
      if (thrown !== SUPERSEDED) throw thrown
      return start(this.getNewest(), false)
    }
  }

  /** Takes a snapshot for a caller of the package, who releases it. */
  take({ filter, context, versions }: SnapshotOptions): Snapshot {
    // Read once: who the tools are shown to is who calls them.
    const identity = context === undefined ? undefined : checkContext(context)
    const { native, key } =
      identity === undefined && versions === undefined
        ? { native: this.#native.snapshot(), key: '' }
        : this.#view(identity ?? {}, versions)
    const caller =
      identity === undefined ? undefined : new BoundCaller(identity, callNative(() => native.looksAt()) ?? [])
    const cacheOf = (conditions: string) => this.#caches.getCache(key + conditions, native.revision)
    const whole = new Snapshot(this.#closures, native, cacheOf(''), { caller })
    if (filter === undefined) return whole
    try {
      return filterSnapshot(whole, filter, caller, cacheOf)
    } finally {
      whole.release()
    }
  }

  #view(context: unknown, versions: unknown): CallerView {
    const [callerJson, versionsJson] = [callerText(context), toText('versions', versions)]
    const native = this.#native.snapshot()
    try {
      return {
        key: callNative(() => native.choose(callerJson, versionsJson)),
        native: callNative(() => native.view(callerJson, versionsJson)),
      }
    } finally {
      native.release()
    }
  }

  /** Releases the registry's own snapshot if it is not of the newest revision. Returns whether it did. */
  releaseOutdated(newest: number = this.#native.revision): boolean {
    if (this.#newest === undefined || this.#newest.revision === newest) return false
    this.#releaseNewest()
    return true
  }

  release(): void {
    this.#releaseNewest()
    this.#caches.clear()
  }

  #releaseNewest(): void {
    this.#newest?.release()
    this.#newest = undefined
  }
}
