// What holds in every runtime and test runner. Framework-free: a fact is a function that throws where it does not hold.
const rooms = [
  require('./facts/calls.cjs'),
  require('./facts/documents.cjs'),
  require('./facts/registry.cjs'),
  require('./facts/faults.cjs'),
  require('./facts/modules.cjs'),
  require('./facts/testing.cjs'),
  require('./facts/mcp.cjs'),
]

/** @param {typeof import('toolrack')} toolrack @returns {Record<string, () => Promise<void>>} */
module.exports = (toolrack) => Object.assign({}, ...rooms.map((factsOf) => factsOf(toolrack)))
