'use strict'

// Events: calls the listeners of a registry, each isolated from the failures of others.

const { invalidOption, describeValue } = require('../border/options')

const NAMES = Object.freeze([
  'change',
  'reloaded',
  'reloadFailed',
  'sourceMissing',
  'held',
  'settled',
  'downgrade',
  'quarantined',
  'watchPolling',
  'watchBlind',
  'versionReturned',
  'versionMissing',
  'auditFailed',
  'stateFailed',
  'call',
  'spoofAttempt',
  'idempotencyEvicted',
  'missed',
  'listenerFailed',
])

/** Calls listeners in order. One that throws becomes an event and does not stop the others. */
class Events {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map()
  #heard = 0
  /** Called when the first user listener is added and the last is removed. @type {Set<() => void>} */
  turns = new Set()

  /** Whether a user listener exists. */
  get isHeard() {
    return this.#heard > 0
  }

  /**
   * @param {string} name
   * @param {(event: any) => void} listener
   * @param {boolean} [isOwn] whether it is internal
   * @returns {() => void}
   */
  on(name, listener, isOwn = false) {
    if (!NAMES.includes(name)) throw invalidOption('event', `${describeValue(name)} is none of ${NAMES.join(', ')}`)
    if (typeof listener !== 'function') throw invalidOption('listener', 'must be a function')
    // A wrapper for each: a function that is added twice is called twice and removed one at a time.
    const entry = (/** @type {any} */ event) => listener(event)
    const entries = this.#listeners.get(name) ?? new Set()
    this.#listeners.set(name, entries.add(entry))
    if (!isOwn) this.#count(1)
    return () => void (entries.delete(entry) && !isOwn && this.#count(-1))
  }

  /** @param {number} more */
  #count(more) {
    const before = this.isHeard
    this.#heard += more
    if (this.isHeard !== before) for (const turn of this.turns) turn()
  }

  /** @param {string} name */
  has(name) {
    return (this.#listeners.get(name)?.size ?? 0) > 0
  }

  /** @param {string} name @param {any} event */
  emit(name, event) {
    const entries = this.#listeners.get(name)
    if (entries === undefined) return
    for (const entry of [...entries]) {
      try {
        const returned = /** @type {any} */ (entry(event))
        if (typeof returned?.then === 'function')
          returned.then(
            () => {},
            (/** @type {unknown} */ error) => this.#failed(name, error),
          )
      } catch (error) {
        this.#failed(name, error)
      }
    }
  }

  /** @param {string} event @param {unknown} error */
  #failed(event, error) {
    if (event !== 'listenerFailed') this.emit('listenerFailed', Object.freeze({ event, error }))
  }
}

exports.Events = Events
exports.NAMES = NAMES
