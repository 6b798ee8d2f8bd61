'use strict'

const { invalidParams } = require('./context')
const { through } = require('./error')
const { jsonText } = require('./json')

/** Judges arguments in Rust, and takes what was filled in or read as another type. @param {import('./call').Plan} plan @param {any} args @param {import('./sight').Sight} [sight] */
function judge(plan, args, sight) {
  const text = argumentsText(plan, args)
  const said = through(() => plan.native.judge(text))
  if (said === null) return args
  return taken(args, JSON.parse(said), sight)
}

/**
 * Arguments with what Rust said of them.
 * @param {any} args @param {{ arguments: any, coerced: { pointer: string, to: string }[] }} said @param {import('./sight').Sight} [sight]
 */
function taken(args, { arguments: judged, coerced }, sight) {
  if (coerced.length > 0 && sight !== undefined) sight.coerced = coerced
  return withChanges(args, judged, new Set(coerced.map((one) => one.pointer)), '')
}

/**
 * What Rust filled in or read as another type, without touching what was there: objects stay the very same ones but for those
 * that something changes in.
 * @param {any} args @param {any} judged @param {Set<string>} coerced pointers @param {string} at @returns {any}
 */
function withChanges(args, judged, coerced, at) {
  /** @type {any} */
  const merged = Array.isArray(args) ? [...args] : { ...args }
  for (const key of Object.keys(judged)) {
    const here = coerced.size > 0 ? `${at}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}` : ''
    const own = Object.hasOwn(args, key) && args[key] !== undefined && !coerced.has(here)
    const isDeeper = own && ((isPlain(args[key]) && isPlain(judged[key])) || (Array.isArray(args[key]) && hasBelow(coerced, here)))
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
  if (value === null || typeof value !== 'object') return false
  const prototype = Object.getPrototypeOf(value)
  return prototype === Object.prototype || prototype === null
}

/** @param {{ name: string }} plan @param {any} args @returns {string} */
function argumentsText(plan, args) {
  let text
  try {
    text = jsonText(args)
  } catch (cause) {
    throw invalidParams(plan.name, '', `cannot be JSON: ${/** @type {Error} */ (cause).message}`)
  }
  if (text === undefined) throw invalidParams(plan.name, '', 'cannot be JSON: they say they are nothing')
  return text
}

exports.argumentsText = argumentsText
exports.judge = judge
exports.taken = taken
