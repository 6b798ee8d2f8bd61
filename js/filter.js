'use strict'

// Filter: separates conditions, which Rust checks, from a predicate function.

const { ToolrackError, ignoreRejection } = require('./border/error')
const { invalidOption, readOption } = require('./border/options')

/**
 * Splits a filter into conditions, which Rust checks, and a predicate function, which is called here.
 * @param {any} filter
 * @returns {{ conditions: any, predicate: Function | undefined }}
 */
function splitFilter(filter) {
  return readOption('filter', () => splitTerms(filter))
}

/** @param {any} filter */
function splitTerms(filter) {
  if (filter === null || typeof filter !== 'object' || Array.isArray(filter) || filter.predicate === undefined) {
    return { conditions: filter, predicate: undefined }
  }
  const { predicate, ...conditions } = filter
  if (typeof predicate !== 'function') throw invalidOption('filter.predicate', 'must be a function')
  return { conditions, predicate }
}

/**
 * The names of the tools that a predicate accepts. A predicate that throws or does not return a boolean fails the call.
 * @param {Function} predicate @param {readonly any[]} tools @returns {string[]}
 */
function namesOf(predicate, tools) {
  return tools.filter((tool) => matchesPredicate(predicate, tool)).map((tool) => tool.name)
}

/** @param {Function} predicate @param {any} tool @returns {boolean} */
function matchesPredicate(predicate, tool) {
  let answer
  try {
    answer = predicate(tool)
  } catch (cause) {
    const reason = `failed for tool "${tool.name}"`
    throw new ToolrackError(
      'INVALID_OPTIONS',
      `option "filter.predicate": ${reason}`,
      { option: 'filter.predicate', reason },
      { cause },
    )
  }
  if (typeof answer === 'boolean') return answer
  // A promise is truthy; its value would come too late.
  ignoreRejection(answer)
  const what = typeof answer === 'object' && answer !== null ? 'an object or a promise' : typeof answer
  throw invalidOption(
    'filter.predicate',
    `must answer true or false at once, and answered ${what} for tool "${tool.name}"`,
  )
}

exports.splitFilter = splitFilter
exports.namesOf = namesOf
