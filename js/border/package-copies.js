'use strict'

// Package copies: explains a registry that comes from another copy of toolrack, or is none.

const { dirname } = require('node:path')
const { types } = require('node:util')
const { version } = require('../../package.json')
const { invalidOption } = require('./options')

/** Symbol under which a registry has its copy of toolrack. */
const COPY = Symbol.for('toolrack.copy')
const HERE = Object.freeze({ version, path: dirname(dirname(__dirname)) })

/** Makes the error of a value that is no registry of this copy. @param {any} value */
function invalidRegistry(value) {
  return invalidOption('registry', `must be a ToolRegistry, ${describeKind(value)}`)
}

/** @param {any} value @returns {string} */
function describeKind(value) {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return `is ${value === null ? 'null' : typeof value}`
  if (typeof value === 'function') return 'is a function or a class: make an instance of it'
  if (types.isProxy(value)) return 'is a Proxy around something: hand over the registry itself'
  try {
    const copy = value[COPY]
    if (typeof copy?.path === 'string') return describeCopy(copy)
    if (Object.getPrototypeOf(value) === Object.prototype) {
      return 'is an object literal: a registry cannot be copied, spread or sent to another thread; make one where it is needed'
    }
    return `is an instance of ${String(value.constructor?.name).slice(0, 100)}`
  } catch {
    return 'is an object that cannot be read'
  }
}

/** @param {{ version: unknown, path: string }} copy */
function describeCopy({ version, path }) {
  if (path === HERE.path)
    return `is one of toolrack as it was loaded before (${path}): take both classes from one import, in one module registry`
  return `is one of another copy of toolrack (${version} at ${path}; this one is ${HERE.version} at ${HERE.path}): install one copy, for instance with npm dedupe`
}

exports.COPY = COPY
exports.HERE = HERE
exports.invalidRegistry = invalidRegistry
