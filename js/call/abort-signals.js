'use strict'

// AbortSignal: one listener for each signal of a caller, shared by all calls that wait on it.

const { invalidOption } = require('../border/options')
const { isAbortSignal } = require('../border/realm')

/**
 * One listener on the AbortSignal of a caller, shared by all waiting calls. Node warns of a leak
 * (`MaxListenersExceededWarning`) above ten listeners, and an agent easily makes more calls at once.
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

  /** Removes a callback; the last one removes the listener. @param {() => void} end */
  remove(end) {
    if (!this.#ends.delete(end) || this.#ends.size > 0 || LISTENERS.get(this.#signal) !== this) return
    LISTENERS.delete(this.#signal)
    this.#signal.removeEventListener('abort', this.#tell)
  }
}

/** One listener for each signal, for all registries of the thread. @type {WeakMap<AbortSignal, SignalListener>} */
const LISTENERS = new WeakMap()

/**
 * Calls `end` when a signal aborts. The returned function cancels that.
 * @param {AbortSignal} signal @param {() => void} end
 * @returns {() => void}
 */
function onAbort(signal, end) {
  const listener = LISTENERS.get(signal) ?? new SignalListener(signal)
  listener.add(end)
  return () => listener.remove(end)
}

/**
 * Checks the signal of a caller. A proxy of a signal passes for one and throws at the first access.
 * @param {any} signal @returns {AbortSignal | undefined}
 */
function checkSignal(signal) {
  if (signal === undefined) return undefined
  if (!isAbortSignal(signal)) throw invalidOption('signal', 'must be an AbortSignal')
  return signal
}

exports.checkSignal = checkSignal
exports.onAbort = onAbort
