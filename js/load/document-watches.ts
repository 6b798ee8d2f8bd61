// Document watches: which documents and directories a loader watches, and whether they keep it alive.

import type { Events } from '../observe/events'

/**
 * Loaders with a watch and a user listener. A program may hold only a promise that a listener settles; listener,
 * promise and registry would be a collectable cycle, and the program would wait forever. A watch without listeners is
 * collected with its registry.
 */
const keptLoaders = new Set<object>()

/** The watches of one loader. */
export class DocumentWatches {
  readonly #loader: object
  readonly #events: Events
  readonly #documents = new Set<string>()
  readonly #directories = new Set<string>()
  #isClosed = false
  /** Decides anew whether the loader is kept. */
  readonly #update = (): void => {
    const isWatching = !this.#isClosed && this.#documents.size + this.#directories.size > 0
    if (isWatching && this.#events.isHeard) keptLoaders.add(this.#loader)
    else keptLoaders.delete(this.#loader)
  }

  constructor(loader: object, events: Events) {
    this.#loader = loader
    this.#events = events
    events.turns.add(this.#update)
  }

  /** Names of the watched documents. */
  names(): string[] {
    return [...this.#documents]
  }

  add(document: string): void {
    this.#documents.add(document)
    this.#update()
  }

  /** Adds a directory with its documents. */
  addDirectory(path: string, documents: readonly string[]): void {
    this.#directories.add(path)
    for (const document of documents) this.#documents.add(document)
    this.#update()
  }

  /** Removes a document. */
  remove(document: string): void {
    this.#documents.delete(document)
    this.#update()
  }

  /** Removes a document, or by its path a directory. */
  removeAny(nameOrPath: string): void {
    this.#directories.delete(nameOrPath)
    this.remove(nameOrPath)
  }

  close(): void {
    this.#isClosed = true
    this.#update()
    this.#events.turns.delete(this.#update)
  }
}
