'use strict'

// Credentials: separates credential functions from plain values and reads environment variables.

const { deepFreeze } = require('../border/freeze')
const { invalidOption } = require('../border/options')
const { isDate, timeOf } = require('../border/realm')

/**
 * Separates credential functions from plain credentials, and reads environment variables. A worker may have its own
 * environment, which Rust does not see.
 * @param {any} auth
 * @returns {{ said: any, functions: [string, Function][] }}
 */
function splitAuth(auth) {
  if (auth === undefined || auth === false) return { said: auth, functions: [] }
  if (auth === null || typeof auth !== 'object' || Array.isArray(auth))
    throw invalidOption('auth', 'must be a map of security schemes to credentials, or false')
  const entries = Object.entries(auth)
  /** @type {[string, Function][]} */
  const functions = []
  for (const [scheme, given] of entries) if (typeof given === 'function') functions.push([scheme, given])
  const known = new Map()
  const said = entries
    .filter(([, given]) => typeof given !== 'function')
    .map(([scheme, given]) => [scheme, resolveEnvironment(given, known)])
  // `fromEntries` gives `__proto__` as a key of its own.
  return { said: Object.fromEntries(said), functions }
}

/**
 * Adds the value of an environment variable to `{ env: name }`.
 * @param {any} given
 * @param {Map<object, any>} known resolved values by original; shared objects are read once
 * @returns {any}
 */
function resolveEnvironment(given, known) {
  if (given === null || typeof given !== 'object' || Array.isArray(given)) return given
  if (!known.has(given)) known.set(given, readCredential(given, known))
  return known.get(given)
}

/** @param {any} given @param {Map<object, any>} known */
function readCredential(given, known) {
  if (Object.hasOwn(given, 'env'))
    return { ...given, value: typeof given.env === 'string' ? process.env[given.env] : undefined }
  return Object.fromEntries(Object.entries(given).map(([key, value]) => [key, resolveEnvironment(value, known)]))
}

/**
 * Wraps a credential function for calls from Rust.
 * @param {Function} give
 */
function credentialCallback(give) {
  return async (
    /** @type {{ request: any }} */ { request },
    /** @type {import('../call/context').CallContext} */ context,
  ) => {
    const given = await give(context, deepFreeze(request))
    if (given === null || typeof given !== 'object' || !isDate(given.expiresAt)) return given
    return { ...given, expiresAt: timeOf(given.expiresAt) }
  }
}

exports.splitAuth = splitAuth
exports.credentialCallback = credentialCallback
