'use strict'

// AbortSignal: one listener for each signal of a caller, shared by all calls that wait on it.

const { invalidOption } = require('./options')
const { isAbortSignal } = require('./realm')

/**
 * The AbortSignal of a caller, and one listener of it for all who wait on it. Node warns of a leak
 * (`MaxListenersExceededWarning`) where a signal has more than ten listeners, and a turn of an agent easily makes more
 * calls at once.
 */
class SignalListener {
  #signal
  /** @type {Set<() => void>} */
  #ends = new Set()
  #tell = () => {
    LISTENERS.delete(this.#signal)
    for (const end of [...this.#ends]) end()
  }

  /** @param {AbortSignal} signal */
  constructor(signal) {
    this.#signal = signal
    LISTENERS.set(signal, this)
    signal.addEventListener('abort', this.#tell, { once: true })
  }

  /** @param {() => void} end */
  add(end) {
    this.#ends.add(end)
  }

  /** The last one to go takes the listener along. @param {() => void} end */
  remove(end) {
    if (!this.#ends.delete(end) || this.#ends.size > 0 || LISTENERS.get(this.#signal) !== this) return
    LISTENERS.delete(this.#signal)
    this.#signal.removeEventListener('abort', this.#tell)
  }
}

/** Of all registries of the thread, which may share a signal. @type {WeakMap<AbortSignal, SignalListener>} */
const LISTENERS = new WeakMap()

/**
 * Has something told when a signal aborts, unless what this returns is called before.
 * @param {AbortSignal} signal @param {() => void} end
 * @returns {() => void}
 */
function onAbort(signal, end) {
  const listener = LISTENERS.get(signal) ?? new SignalListener(signal)
  listener.add(end)
  return () => listener.remove(end)
}

/**
 * A signal that a caller gave. A proxy of one passes for a signal, and throws at the first question.
 * @param {any} signal @returns {AbortSignal | undefined}
 */
function checkSignal(signal) {
  if (signal === undefined) return undefined
  if (!isAbortSignal(signal)) throw invalidOption('signal', 'must be an AbortSignal')
  return signal
}

exports.checkSignal = checkSignal
exports.onAbort = onAbort
