'use strict'

// State file: its options.

const { checkOptions, invalidOption, oneOf, toText } = require('../border/options')

/**
 * Writes the options of a state file for Rust: a path, or an object.
 * @param {any} state
 * @returns {string | undefined}
 */
function stateText(state) {
  if (state === undefined) return undefined
  const { path, onBroken } = typeof state === 'string' ? { path: state } : checkOptions(state, ['path', 'onBroken'])
  if (typeof path !== 'string' || path === '') throw invalidOption('state', 'must be a path, or an object that has one')
  oneOf('onBroken', onBroken, ['refuse', 'begin'])
  return toText('state', { path, onBroken })
}

exports.stateText = stateText
