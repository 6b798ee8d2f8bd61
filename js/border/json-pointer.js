'use strict'

// JSON pointer (RFC 6901): escaping of a key.

/** Escapes a key for a JSON pointer (RFC 6901). @param {string} key */
function escaped(key) {
  return key.replaceAll('~', '~0').replaceAll('/', '~1')
}

exports.escaped = escaped
