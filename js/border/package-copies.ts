// Package copies: explains a registry that comes from another copy of toolrack, or is none.

import { dirname } from 'node:path'
import { types } from 'node:util'
import type { ToolrackError } from './error'
import { invalidOption } from './options'
import { version } from './package-version'

/** A copy of toolrack. */
interface PackageCopy {
  readonly version: unknown
  readonly path: string
}

/** Symbol under which a registry has its copy of toolrack. */
export const COPY = Symbol.for('toolrack.copy')
export const HERE: PackageCopy = Object.freeze({ version, path: dirname(dirname(__dirname)) })

/** Makes the error of a value that is no registry of this copy. */
export function invalidRegistry(value: unknown): ToolrackError {
  return invalidOption('registry', `must be a ToolRegistry, ${describeKind(value)}`)
}

/** Makes the error of a value that is neither a registry nor a snapshot of this copy. */
export function invalidSource(value: unknown): ToolrackError {
  return invalidOption('source', `must be a ToolRegistry or a Snapshot, ${describeKind(value)}`)
}

function describeKind(value: unknown): string {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function'))
    return `is ${value === null ? 'null' : typeof value}`
  if (typeof value === 'function') return 'is a function or a class: make an instance of it'
  if (types.isProxy(value)) return 'is a Proxy around something: hand over the registry itself'
  try {
    const copy = Reflect.get(value, COPY) as Partial<PackageCopy> | null | undefined
    if (typeof copy?.path === 'string') return describeCopy(copy as PackageCopy)
    if (Object.getPrototypeOf(value) === Object.prototype) {
      return 'is an object literal: a registry cannot be copied, spread or sent to another thread; make one where it is needed'
    }
    return `is an instance of ${String(value.constructor?.name).slice(0, 100)}`
  } catch {
    return 'is an object that cannot be read'
  }
}

function describeCopy({ version, path }: PackageCopy): string {
  if (path === HERE.path)
    return `is one of toolrack as it was loaded before (${path}): take both classes from one import, in one module registry`
  // oxlint-disable-next-line typescript/restrict-template-expressions -- a symbol throws, and cannot be read
  const other = `${version} at ${path}`
  const here = `${String(HERE.version)} at ${HERE.path}`
  return (
    `is one of another copy of toolrack (${other}; this one is ${here}): ` +
    'install one copy, for instance with npm dedupe'
  )
}
