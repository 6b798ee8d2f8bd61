'use strict'

// Events: calls the listeners of a registry, each isolated from the failures of others.

const { invalidOption, describeValue } = require('./options')

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

/** Tells listeners in order, each by itself: one that throws becomes an event and harms no other. */
class Events {
  /** @type {Map<string, Set<(event: any) => void>>} */
  #listeners = new Map()
  #heard = 0
  /** Are told when the first of the user's listeners comes and when the last goes. @type {Set<() => void>} */
  turns = new Set()

  /** Whether a listener of the user's is there. */
  get isHeard() {
    return this.#heard > 0
  }

  /**
   * @param {string} name
   * @param {(event: any) => void} listener
   * @param {boolean} [isOwn] of toolrack itself
   * @returns {() => void}
   */
  on(name, listener, isOwn = false) {
    if (!NAMES.includes(name)) throw invalidOption('event', `${describeValue(name)} is none of ${NAMES.join(', ')}`)
    if (typeof listener !== 'function') throw invalidOption('listener', 'must be a function')
    // A wrapper of its own, so that a function that listens twice is told twice and leaves once at a time.
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
