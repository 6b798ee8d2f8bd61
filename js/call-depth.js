'use strict'

// Call depth: limits nested synchronous calls of closures before the stack overflows.

const { ToolrackError } = require('./error')

/**
 * Closures that are being called right now, each from within the one before. A stack belongs to a thread, and so does
 * this count: two registries whose tools call each other fill one stack. A closure that has returned its promise is not
 * on the stack any more.
 */
let depth = 0

/**
 * Refuses a call of a closure that would stand too deep: stacks end at some 300 of them, and not in an error that names
 * the tool.
 * @param {{ name: string, depth: number }} plan
 */
function checkDepth({ name, depth: limit }) {
  if (depth < limit) return
  const message = `call of "${name}" stands in ${depth} other calls, each made by the tool before: call depth is over the limit of ${limit} (callLimits.depth); a tool that calls itself needs an end`
  throw new ToolrackError('LIMIT_EXCEEDED', message, { what: 'call depth', limit, tool: name })
}

/** A closure is called, and calls from within it stand one deeper until {@link ascend}. */
function descend() {
  depth++
}

function ascend() {
  depth--
}

exports.ascend = ascend
exports.checkDepth = checkDepth
exports.descend = descend
