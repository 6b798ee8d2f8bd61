// Document watches: which documents and directories a loader watches, and whether they keep it alive.

import type { Events } from '../observe/events'
import { KeptWatch } from './kept-watch'

/** The watches of one loader. */
export class DocumentWatches {
  readonly #documents = new Set<string>()
  readonly #directories = new Set<string>()
  readonly #kept: KeptWatch

  constructor(loader: object, events: Events) {
    this.#kept = new KeptWatch(loader, events, () => this.#documents.size + this.#directories.size > 0)
  }

  /** Names of the watched documents. */
  names(): string[] {
    return [...this.#documents]
  }

  add(document: string): void {
    this.#documents.add(document)
    this.#kept.update()
  }

  /** Adds a directory with its documents. */
  addDirectory(path: string, documents: readonly string[]): void {
    this.#directories.add(path)
    for (const document of documents) this.#documents.add(document)
    this.#kept.update()
  }

  /** Removes a document. */
  remove(document: string): void {
    this.#documents.delete(document)
    this.#kept.update()
  }

  /** Removes a document, or by its path a directory. */
  removeAny(nameOrPath: string): void {
    this.#directories.delete(nameOrPath)
    this.remove(nameOrPath)
  }

  close(): void {
    this.#kept.close()
  }
}
