'use strict'

// Snapshot cache: lists and definitions of a revision, parsed once for all snapshots of it.

const { deepFreeze } = require('./border/freeze')

/**
 * Parsed values of one revision, shared by all its snapshots. Definitions of unchanged tools are taken from the
 * revision before.
 */
class RevisionCache {
  /** @type {Map<string, any>} */
  #values = new Map()
  /** Results of predicates. @type {WeakMap<Function, Map<string, any>>} */
  #asked = new WeakMap()
  /** Definitions by stamp, for each question. @type {Map<string, Map<string, any>>} */
  #tools = new Map()
  /** @type {Map<string, Map<string, any>>} */
  #former

  /** @param {number} revision @param {RevisionCache} [former] cache of a former revision */
  constructor(revision, former) {
    this.revision = revision
    this.#former = former === undefined ? new Map() : former.#tools
  }

  /**
   * Returns the value of a question, read once.
   * @template T
   * @param {string} question @param {() => T} read
   * @returns {T}
   */
  once(question, read) {
    const known = this.#values.get(question)
    if (known !== undefined) return known
    const value = read()
    this.#values.set(question, value)
    return value
  }

  /**
   * Returns a value that depends on a function, read once and dropped with the function.
   * @template T
   * @param {Function} asked @param {string} question @param {() => T} read
   * @returns {T}
   */
  onceOf(asked, question, read) {
    const known = this.#asked.get(asked) ?? new Map()
    this.#asked.set(asked, known)
    if (!known.has(question)) known.set(question, read())
    return known.get(question)
  }

  /**
   * Returns definitions. `read` gets the known stamps and returns each tool's stamp, with the definition if it is new.
   * @param {string} question @param {(known: string | undefined) => string} read
   */
  definitions(question, read) {
    return this.once(question, () => {
      const former = this.#former.get(question) ?? new Map()
      const request = JSON.parse(read(former.size === 0 ? undefined : [...former.keys()].join(' ')))
      const list = request[0]?.functionDeclarations ?? request
      const tools = new Map()
      for (const [i, entry] of list.entries()) {
        if (!Array.isArray(entry)) continue
        const [stamp, tool = former.get(stamp)] = entry
        tools.set(stamp, (list[i] = deepFreeze(tool)))
      }
      this.#tools.set(question, tools)
      return deepFreeze(request)
    })
  }
}

/** Limit of cached views. */
const KEPT = 16

/** Caches of the newest revision, one for each recent view. */
class SnapshotCache {
  /** By view key, most recently used last. @type {Map<string, RevisionCache>} */
  #kept = new Map()

  /** @param {string} key @param {number} revision */
  of(key, revision) {
    const known = this.#kept.get(key)
    const cache = known?.revision === revision ? known : new RevisionCache(revision, known)
    this.#kept.delete(key)
    this.#kept.set(key, cache)
    if (this.#kept.size > KEPT) this.#kept.delete(/** @type {string} */ (this.#kept.keys().next().value))
    return cache
  }

  clear() {
    this.#kept.clear()
  }
}

exports.RevisionCache = RevisionCache
exports.SnapshotCache = SnapshotCache
