'use strict'

// Snapshot cache: lists and definitions of a revision, parsed once for all snapshots of it.

const { deepFreeze } = require('./freeze')

/**
 * What was read of one revision: it is the same for ever, and all snapshots of the revision share it. Of definitions,
 * those of tools that the revision before had as they are need not be read again.
 */
class RevisionCache {
  /** @type {Map<string, any>} */
  #values = new Map()
  /** What predicates said. @type {WeakMap<Function, Map<string, any>>} */
  #asked = new WeakMap()
  /** Definitions by their stamps, for each question that was asked. @type {Map<string, Map<string, any>>} */
  #tools = new Map()
  /** @type {Map<string, Map<string, any>>} */
  #former

  /** @param {number} revision @param {RevisionCache} [former] those of a revision before it */
  constructor(revision, former) {
    this.revision = revision
    this.#former = former === undefined ? new Map() : former.#tools
  }

  /**
   * The value of a question, read when it is first asked.
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
   * What a function comes to that is asked once for a question, and gone with the function.
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
   * Definitions: `read` is told the stamps of those that are known, and gives for each tool its stamp and, where that
   * is news, the tool.
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

/** Views of which cache are kept at most. */
const KEPT = 16

/** What was read of the newest revision, for each view of it that was asked for lately. */
class SnapshotCache {
  /** By the key of the view, the one that was asked for last behind. @type {Map<string, RevisionCache>} */
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
