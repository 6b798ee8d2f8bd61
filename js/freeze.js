'use strict'

const { isError } = require('./realm')

/**
 * Plain data that nobody can change any more. What is frozen already is not looked through again.
 * @template T
 * @param {T} value
 * @returns {T}
 */
function deepFreeze(value) {
  if (value === null || typeof value !== 'object' || isError(value) || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

exports.deepFreeze = deepFreeze
