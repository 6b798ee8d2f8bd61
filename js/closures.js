'use strict'

// Closures: the table of closures of one registry, with the events, limits and deadlines of their calls.

const { randomUUID } = require('node:crypto')
const { Deadlines } = require('./call/deadlines')
const { Events } = require('./observe/events')
const { revive, failureOf, fromFault } = require('./border/error')
const { deepFreeze } = require('./border/freeze')
const { jsonText } = require('./border/json')
const { CallContext, CallSignal, frozenMetadata } = require('./call/context')
const { resultText } = require('./border/results')
const { collect, iteratorOf } = require('./call/streaming')
const { validateStandard } = require('./definition/standard-validation')

/**
 * @typedef {{ execute: Function, self: object, guard: import('./definition/standard-schema').Guard | undefined }} Closure a
 * closure with the Standard Schema validation of its tool
 */

/**
 * What the calls of one registry share: closures, limits, events and the native registry. A closure that captures its
 * registry makes a cycle of JavaScript objects, which the garbage collector can free; Rust holds none of them.
 */
class Closures {
  /** @type {(Closure | undefined)[]} */
  #slots = []
  /** @type {number[]} */
  #free = []
  #calls = 0
  #prefix = randomUUID().slice(0, 8)
  #draining = false
  /** Running closure calls that came from Rust threads. @type {Map<number, CallSignal>} */
  #running = new Map()
  /** Whether credential functions exist, which get the metadata of callers. */
  tellsMetadata = false
  events = new Events()
  deadlines = new Deadlines()
  /** Number of results that came after their call was over. */
  lateResults = 0

  /**
   * @param
   * {{ validate: boolean, toolErrors: import('./reply/tool-errors').ToolErrors, callerOnly: boolean, timeoutMs: number, records: boolean }}
   * limits `records`: whether the audit log records calls
   * @param {import('./observe/telemetry').Telemetry} [telemetry]
   */
  constructor(limits, telemetry) {
    this.limits = limits
    this.telemetry = telemetry
    /** @type {import('../binding').NativeRegistry} */
    this.native = /** @type {any} */ (undefined)
  }

  /**
   * Stores a closure and returns its slot.
   * @param {Function} execute
   * @param {object} self
   * @param {import('./definition/standard-schema').Guard} [guard]
   */
  keep(execute, self, guard) {
    const slot = this.#free.pop() ?? this.#slots.length
    this.#slots[slot] = { execute, self, guard }
    return slot
  }

  /** @param {number} slot */
  closure(slot) {
    return this.#slots[slot]
  }

  /** Frees the slots of closures that no revision uses. */
  tidy() {
    for (const slot of this.native.released()) {
      this.#slots[slot] = undefined
      this.#free.push(slot)
    }
  }

  /** Whether audit log, listeners or telemetry observe calls. */
  get isWatched() {
    return this.limits.records || this.events.has('call') || this.telemetry?.isOn === true
  }

  callId() {
    return `${this.#prefix}-${++this.#calls}`
  }

  /** Takes waiting messages from Rust: events in order, and calls from other threads. Never throws. */
  drain() {
    if (this.#draining) return
    this.#draining = true
    try {
      for (let waiting = this.#take(); waiting.length > 0; waiting = this.#take()) {
        for (const [kind, ...rest] of waiting) {
          if (kind === 'call') this.#run(rest)
          else if (kind === 'giveUp') this.#giveUp(rest[0], rest[1])
          else this.#tell(rest[0], rest[1])
        }
      }
      this.tidy()
    } finally {
      this.#draining = false
    }
  }

  /** @returns {any[]} */
  #take() {
    try {
      return JSON.parse(this.native.takePending())
    } catch {
      return []
    }
  }

  /** @param {string} name @param {any} event */
  #tell(name, event) {
    if (name === 'reloadFailed') event.error = revive(new Error(`toolrack:${JSON.stringify(event.error)}`))
    this.events.emit(name, deepFreeze(event))
  }

  /** Cancels a call from a Rust thread that nobody awaits. @param {number} number @param {any} fault */
  #giveUp(number, fault) {
    const abort = this.#running.get(number)
    this.#running.delete(number)
    abort?.abort(fromFault(fault))
  }

  /** Runs a call from a Rust thread; its arguments are validated and free of identity. @param {any[]} call */
  #run([number, slot, tool, revision, identity, args, callId]) {
    const abort = new CallSignal()
    this.#running.set(number, abort)
    const answer = (/** @type {boolean} */ ok, /** @type {string} */ text) => {
      if (this.#running.delete(number)) this.native.answer(number, ok, text, tool)
      else this.lateResults++
    }
    const fail = (/** @type {unknown} */ thrown) => answer(false, /** @type {string} */ (jsonText(failureOf(thrown))))
    // Errors of a validation are toolrack's; whatever the closure throws is its failure.
    const refuse = (/** @type {any} */ { details: { problems, tool: _, ...failure } }) =>
      answer(false, /** @type {string} */ (jsonText(problems === undefined ? failure : { problems })))
    // A result may throw at any access; the call is still answered and the process goes on.
    const guarded = (/** @type {() => void} */ work) => {
      try {
        work()
      } catch (thrown) {
        fail(thrown)
      }
    }
    const succeed = (/** @type {unknown} */ value) => guarded(() => answer(true, resultText(value)))
    const whole = (/** @type {any} */ value) =>
      guarded(() => {
        const iterator = iteratorOf(value)
        if (iterator === undefined) succeed(value)
        else collect(iterator, abort).then(succeed, fail)
      })
    const closure = this.#slots[slot]
    if (closure === undefined) return fail(new Error('its closure is gone'))
    const { execute, self, guard } = closure
    const begin = (/** @type {any} */ args) => {
      // The call was cancelled.
      if (!this.#running.has(number)) return
      guarded(() => {
        const who = { ...identity, metadata: frozenMetadata(identity.metadata) }
        const result = execute.call(self, args, new CallContext(who, tool, revision, callId ?? this.callId(), abort))
        if (typeof result?.then === 'function') new Promise((resolve) => resolve(result)).then(whole, fail)
        else whole(result)
      })
    }
    if (guard === undefined || !this.limits.validate) return begin(args)
    try {
      const { args: output, pending } = validateStandard(tool, guard, args)
      if (pending === undefined) begin(output)
      else pending.then(begin, refuse)
    } catch (thrown) {
      refuse(thrown)
    }
  }
}

/**
 * Makes the function that Rust calls when messages wait. It has only a weak reference, and its own scope: a closure
 * beside it that captured the registry would keep the registry alive.
 * @param {WeakRef<Closures>} reference
 */
function wakeFunction(reference) {
  return () => {
    const closures = reference.deref()
    closures?.native.woke()
    closures?.drain()
  }
}

exports.Closures = Closures
exports.wakeFunction = wakeFunction
