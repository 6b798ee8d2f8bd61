// Derived snapshots: views and filtered snapshots that calls use, kept with the snapshot they come from.

/** Limit of cached snapshots. */
const MOST_SNAPSHOTS = 16

/** A cache of derived snapshots. It releases each snapshot that it removes. */
export class DerivedSnapshots<Snapshot extends { release(): void }> {
  /** By key, the oldest first. */
  readonly #snapshots = new Map<string, Snapshot>()

  get(key: string): Snapshot | undefined {
    return this.#snapshots.get(key)
  }

  /** Adds a snapshot. Over the limit, the cache removes the oldest one. */
  add(key: string, snapshot: Snapshot): Snapshot {
    this.#snapshots.set(key, snapshot)
    if (this.#snapshots.size > MOST_SNAPSHOTS) {
      const [oldest] = this.#snapshots
      if (oldest !== undefined) {
        this.#snapshots.delete(oldest[0])
        oldest[1].release()
      }
    }
    return snapshot
  }

  release(): void {
    for (const snapshot of this.#snapshots.values()) snapshot.release()
    this.#snapshots.clear()
  }
}
