// Kept watch: keeps what watches from being collected while a user listener waits for its events.

import type { Events } from '../observe/events'

/**
 * Watching objects with a user listener. A program may hold only a promise that a listener settles; all of it would be a
 * collectable cycle, and the program would wait forever. A watch without listeners is collected with its registry.
 */
const kept = new Set<object>()

/** Keeps one watching object. */
export class KeptWatch {
  readonly #watching: object
  readonly #events: Events
  readonly #isWatching: () => boolean
  #isClosed = false
  /** Decides anew whether the object is kept. */
  readonly update = (): void => {
    if (!this.#isClosed && this.#events.isHeard && this.#isWatching()) kept.add(this.#watching)
    else kept.delete(this.#watching)
  }

  constructor(watching: object, events: Events, isWatching: () => boolean) {
    this.#watching = watching
    this.#events = events
    this.#isWatching = isWatching
    events.turns.add(this.update)
  }

  close(): void {
    this.#isClosed = true
    this.update()
    this.#events.turns.delete(this.update)
  }
}
