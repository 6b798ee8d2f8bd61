'use strict'

// Argument validation: the core validates, fills in defaults and coerces; objects keep their identity.

const { types } = require('node:util')
const { invalidParams } = require('./context')
const { reasonOf, callNative } = require('../border/error')
const { ownText, unwritable } = require('../border/json')
const { escaped } = require('../border/json-pointer')
const { isPlainArray, isPlainObject } = require('../border/realm')

/**
 * Validates arguments in Rust, and applies defaults and coerced values.
 * @param {import('./call').Plan} plan
 * @param {any} args
 * @param {import('../observe/observation').Observation} [observation]
 */
function validateArguments(plan, args, observation) {
  const text = argumentsText(plan, args)
  const said = callNative(() => plan.native.validate(text))
  if (said === null) return args
  return applyCorrections(plan, args, JSON.parse(said), observation)
}

/**
 * Applies what Rust returned for the arguments.
 * @param {{ name: string }} plan
 * @param {any} args
 * @param {{ arguments: any, coerced: { pointer: string, to: string }[] }} said
 * @param {import('../observe/observation').Observation} [observation]
 */
function applyCorrections(plan, args, { arguments: judged, coerced }, observation) {
  if (coerced.length > 0 && observation !== undefined) observation.coerced = coerced
  return readAgain(plan, () => withChanges(args, judged, new Set(coerced.map((one) => one.pointer)), ''))
}

/**
 * Reads arguments again; a getter that throws now refuses them.
 * @template T
 * @param {{ name: string }} plan
 * @param {() => T} read
 * @returns {T}
 */
function readAgain(plan, read) {
  try {
    return read()
  } catch (thrown) {
    throw invalidParams(plan.name, '', `cannot be read: ${reasonOf(thrown)}`)
  }
}

/**
 * Merges defaults and coerced values. Objects keep their identity, except those that contain a change.
 * @param {any} args @param {any} judged @param {Set<string>} coerced pointers @param {string} at @returns {any}
 */
function withChanges(args, judged, coerced, at) {
  /** @type {any} */
  const merged = Array.isArray(args) ? [...args] : { ...args }
  for (const key of Object.keys(judged)) {
    const here = coerced.size > 0 ? `${at}/${escaped(key)}` : ''
    const own = Object.hasOwn(args, key) && args[key] !== undefined && !coerced.has(here)
    const isDeeper =
      own && ((isPlain(args[key]) && isPlain(judged[key])) || (Array.isArray(args[key]) && hasBelow(coerced, here)))
    const value = isDeeper ? withChanges(args[key], judged[key], coerced, here) : own ? args[key] : judged[key]
    Object.defineProperty(merged, key, { value, writable: true, enumerable: true, configurable: true })
  }
  return merged
}

/** @param {Set<string>} pointers @param {string} at */
function hasBelow(pointers, at) {
  for (const pointer of pointers) if (pointer.startsWith(`${at}/`)) return true
  return false
}

/** @param {any} value */
function isPlain(value) {
  return value !== null && typeof value === 'object' && isPlainObject(value)
}

/**
 * Copies the arguments of a waiting call, so that later changes by the caller do not reach it. Only plain lists and
 * maps are copied; class instances and bytes keep their identity.
 * @param {{ name: string }} plan @param {any} args @returns {any}
 */
function copyArguments(plan, args) {
  return readAgain(plan, () => copyArgument(args, new Map()))
}

/**
 * @param {any} value
 * @param {Map<object, any>} known copies by original; keeps shared parts and cycles
 * @returns {any}
 */
function copyArgument(value, known) {
  if (value === null || typeof value !== 'object' || types.isProxy(value)) return value
  const isList = isPlainArray(value)
  if (!isList && !isPlainObject(value)) return value
  const made = known.get(value)
  if (made !== undefined) return made
  /** @type {any} */
  const copy = isList ? [] : Object.create(Object.getPrototypeOf(value))
  known.set(value, copy)
  for (const key of Object.keys(value)) {
    Object.defineProperty(copy, key, {
      value: copyArgument(value[key], known),
      writable: true,
      enumerable: true,
      configurable: true,
    })
  }
  if (isList) copy.length = value.length
  return copy
}

/** @param {{ name: string }} plan @param {any} args the call's own map @returns {string} */
function argumentsText(plan, args) {
  let text
  try {
    text = ownText(args)
  } catch (thrown) {
    throw unwritable(thrown, `the arguments of "${plan.name}"`, (reason) => invalidParams(plan.name, '', reason))
  }
  if (text === undefined) throw invalidParams(plan.name, '', 'cannot be JSON: they say they are nothing')
  return text
}

exports.argumentsText = argumentsText
exports.copyArguments = copyArguments
exports.validateArguments = validateArguments
exports.applyCorrections = applyCorrections
