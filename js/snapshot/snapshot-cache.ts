// Snapshot cache: lists and definitions of a revision, parsed once for all snapshots of it.

import { deepFreeze } from '../border/freeze'

/** A tool's entry in the definitions of Rust: its stamp, and the definition unless the stamp is known. */
type StampedDefinition = [stamp: string, definition?: unknown]

/** Definitions by stamp; a stamp changes with its definition. */
type DefinitionsByStamp = Map<string, unknown>

/**
 * Parsed values of one revision, shared by all its snapshots. Definitions of unchanged tools are taken from the
 * revision before.
 */
export class RevisionCache {
  readonly revision: number
  readonly #values = new Map<string, unknown>()
  /** Large values by key, each as long as it is used or the garbage collector leaves it. */
  readonly #largeValues = new Map<string, WeakRef<object>>()
  /** Values that depend on a function; the function's end frees them. */
  readonly #valuesByFunction = new WeakMap<object, Map<string, unknown>>()
  /** By key of the request. */
  readonly #definitions = new Map<string, DefinitionsByStamp>()
  /** Definitions of the former revision. */
  readonly #former: ReadonlyMap<string, DefinitionsByStamp>

  constructor(revision: number, former?: RevisionCache) {
    this.revision = revision
    this.#former = former === undefined ? new Map<string, DefinitionsByStamp>() : former.#definitions
  }

  /** Returns the value of a key, read once. A key stands for values of one type. */
  readOnce<T>(key: string, read: () => T): T {
    const known = this.#values.get(key)
    if (known !== undefined) return known as T
    const value = read()
    this.#values.set(key, value)
    return value
  }

  /** Returns a value that is too large to be kept until the next revision. Calls that follow each other share it. */
  readLarge<T extends object>(key: string, read: () => T): T {
    const known = this.#largeValues.get(key)?.deref()
    if (known !== undefined) return known as T
    const value = read()
    this.#largeValues.set(key, new WeakRef(value))
    return value
  }

  /** Returns a value that depends on a function, read once. A key stands for values of one type. */
  readOnceFor<T>(dependency: object, key: string, read: () => T): T {
    const known = this.#valuesByFunction.get(dependency) ?? new Map<string, unknown>()
    this.#valuesByFunction.set(dependency, known)
    if (!known.has(key)) known.set(key, read())
    return known.get(key) as T
  }

  /** Returns definitions. `read` gets the known stamps and returns the request as JSON, its tools as entries. */
  readDefinitions(key: string, read: (known: string | undefined) => string): unknown[] {
    return this.readOnce(key, () => {
      const former = this.#former.get(key) ?? new Map<string, unknown>()
      const request = JSON.parse(read(former.size === 0 ? undefined : [...former.keys()].join(' '))) as unknown[]
      const list = getEntries(request)
      const definitions: DefinitionsByStamp = new Map()
      for (const [i, entry] of list.entries()) {
        if (!isStamped(entry)) continue
        const [stamp, definition = former.get(stamp)] = entry
        definitions.set(stamp, (list[i] = deepFreeze(definition)))
      }
      this.#definitions.set(key, definitions)
      return deepFreeze(request)
    })
  }
}

/** The list of tools in a request: the request itself, or its `functionDeclarations` (Gemini). */
function getEntries(request: unknown[]): unknown[] {
  // A tool's entry is a list and has no such member.
  const first = request[0] as { readonly functionDeclarations?: unknown[] } | undefined
  return first?.functionDeclarations ?? request
}

/** Whether an entry is a tool; others (Bedrock's cache point) are no lists. */
function isStamped(entry: unknown): entry is StampedDefinition {
  return Array.isArray(entry)
}

/** Limit of cached views. */
const MOST_VIEWS = 16

/** Caches of the newest revision, one for each recent view. */
export class SnapshotCache {
  /** By view key, most recently used last. */
  readonly #caches = new Map<string, RevisionCache>()

  getCache(key: string, revision: number): RevisionCache {
    const known = this.#caches.get(key)
    const cache = known?.revision === revision ? known : new RevisionCache(revision, known)
    this.#caches.delete(key)
    this.#caches.set(key, cache)
    if (this.#caches.size > MOST_VIEWS) {
      const [oldest] = this.#caches.keys()
      if (oldest !== undefined) this.#caches.delete(oldest)
    }
    return cache
  }

  clear(): void {
    this.#caches.clear()
  }
}
