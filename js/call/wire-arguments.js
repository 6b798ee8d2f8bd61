'use strict'

// Wire arguments: arguments as exact JSON text, for HTTP operations and idempotency keys.

const { types } = require('node:util')
const { argumentsText } = require('./arguments')
const { ToolrackError, limitExceeded, reasonOf } = require('../border/error')
const { invalidParams } = require('./context')
const { MOST_VALUES } = require('../border/json')
const { escaped } = require('../border/json-pointer')

/** Deeper than Rust reads; Rust then reports the depth. */
const DEEPEST = 200

/**
 * Writes the arguments of a closure call with an idempotency key. Values that a closure can tell apart differ here too:
 * -0 is not 0. Values that JSON cannot hold are refused.
 * @param {{ name: string }} plan @param {any} args
 */
function exactText(plan, args) {
  return new Writer(plan, true).text(args)
}

/**
 * Writes the arguments of an HTTP operation. `JSON.stringify` silently writes null for NaN and `{}` for a Map: without
 * an idempotency key, only such output is checked.
 * @param {{ name: string }} plan @param {any} args @param {string | undefined} key
 */
function wireText(plan, args, key) {
  if (key !== undefined) return new Writer(plan, false).text(args)
  const text = argumentsText(plan, args)
  if (text.includes('null') || text.includes('{}')) new Writer(plan, false).text(args)
  return text
}

/**
 * Whether JSON would write `{}` for an object that is not empty: a Map, a Promise, an instance with only private
 * fields.
 * @param {object} value
 */
function isLost(value) {
  if (types.isMap(value) || types.isSet(value)) return true
  const prototype = Object.getPrototypeOf(value)
  // The `Object.prototype` of another realm has no prototype either.
  return prototype !== null && Object.getPrototypeOf(prototype) !== null && Object.keys(value).length === 0
}

/** Writes arguments like `JSON.stringify`, and refuses values that it would drop. */
class Writer {
  #plan
  #isExact
  #values = 0
  /** Objects being written, to find cycles. @type {Set<object>} */
  #open = new Set()

  /**
   * @param {{ name: string }} plan
   * @param {boolean} isExact whether -0 and half surrogates are kept apart from 0 and U+FFFD
   */
  constructor(plan, isExact) {
    this.#plan = plan
    this.#isExact = isExact
  }

  /** @param {any} args */
  text(args) {
    try {
      return this.#value(args, '', '') ?? 'null'
    } catch (thrown) {
      if (thrown instanceof ToolrackError) throw thrown
      throw invalidParams(this.#plan.name, '', `cannot be JSON: ${reasonOf(thrown)}`)
    }
  }

  /** @param {any} given @param {string} key @param {string} at @returns {string | undefined} nothing for undefined */
  #value(given, key, at) {
    // Shared parts count each time.
    if (++this.#values > MOST_VALUES) {
      throw limitExceeded(`number of values in the arguments of "${this.#plan.name}"`, MOST_VALUES)
    }
    const value = simple(given, key)
    switch (typeof value) {
      case 'undefined':
        return undefined
      case 'string':
        return this.#string(value, at)
      case 'boolean':
        return String(value)
      case 'number':
        if (!Number.isFinite(value)) throw this.#refusal(at, `is ${value}`)
        return this.#isExact && Object.is(value, -0) ? '-0' : String(value)
      case 'object':
        return value === null ? 'null' : this.#object(value, at)
      default:
        throw this.#refusal(at, `is a ${typeof value}`)
    }
  }

  /** @param {string} value @param {string} at */
  #string(value, at) {
    if (value.isWellFormed()) return JSON.stringify(value)
    if (this.#isExact) throw this.#refusal(at, 'has half of a surrogate pair')
    return JSON.stringify(value.toWellFormed())
  }

  /** @param {any} value @param {string} at */
  #object(value, at) {
    if (this.#open.has(value)) throw this.#refusal(at, 'is a circle')
    if (this.#open.size === DEEPEST) throw invalidParams(this.#plan.name, '', 'are nested deeper than 127 levels')
    this.#open.add(value)
    const text = Array.isArray(value) ? this.#array(value, at) : this.#map(value, at)
    this.#open.delete(value)
    return text
  }

  /** @param {any[]} items @param {string} at */
  #array(items, at) {
    const texts = []
    for (let i = 0; i < items.length; i++) {
      const text = this.#value(items[i], String(i), `${at}/${i}`)
      if (text === undefined) throw this.#refusal(`${at}/${i}`, 'is undefined')
      texts.push(text)
    }
    return `[${texts.join(',')}]`
  }

  /** @param {any} value @param {string} at */
  #map(value, at) {
    if (isLost(value)) throw this.#refusal(at, `is an instance of ${nameOf(value)}`)
    const texts = []
    for (const key of Object.keys(value)) {
      const here = `${at}/${escaped(key)}`
      const text = this.#value(value[key], key, here)
      if (text !== undefined) texts.push(`${this.#string(key, here)}:${text}`)
    }
    return `{${texts.join(',')}}`
  }

  /** @param {string} at @param {string} what */
  #refusal(at, what) {
    const message = `${what}, which cannot be JSON`
    return new ToolrackError('INVALID_PARAMS', `arguments of "${this.#plan.name}" are not valid: ${at} ${message}`, {
      tool: this.#plan.name,
      problems: [{ pointer: at.toWellFormed(), message }],
    })
  }
}

/**
 * Resolves a value as `JSON.stringify` does: `toJSON`, and boxed primitives.
 * @param {any} given
 * @param {string} key
 */
function simple(given, key) {
  let value = given
  if (
    value !== null &&
    (typeof value === 'object' || typeof value === 'bigint') &&
    typeof value.toJSON === 'function'
  ) {
    // It returns null for an invalid date.
    if (types.isDate(value) && Number.isNaN(value.getTime())) return NaN
    value = value.toJSON(key)
  }
  return types.isBoxedPrimitive(value) ? value.valueOf() : value
}

/** @param {object} value */
function nameOf(value) {
  const name = value.constructor?.name
  return typeof name === 'string' && name !== '' && name.length <= 100 ? name : 'a class'
}

exports.exactText = exactText
exports.isLost = isLost
exports.wireText = wireText
