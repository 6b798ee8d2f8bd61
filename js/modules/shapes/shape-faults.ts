// Shape faults: what is wrong with an export, and the public error that names it.

import type { Problem } from '../../../index'
import { isFault, reasonOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { raise } from '../../border/raised-error'
import type { Place } from './shape'

/** Faults that this copy of toolrack made: a thrown value may be a proxy, which no `instanceof` survives. */
const FAULTS = new WeakSet<object>()

/** What is wrong with one export, before it is known which one that is. */
export class ShapeFault extends Error {
  readonly problems: Problem[]

  constructor(problems: Problem[] | string, options?: ErrorOptions) {
    super('is no usable tool', options)
    this.problems = typeof problems === 'string' ? [{ pointer: '', message: problems }] : problems
    FAULTS.add(this)
  }
}

function isShapeFault(thrown: unknown): thrown is ShapeFault {
  return typeof thrown === 'object' && thrown !== null && FAULTS.has(thrown)
}

/** Makes the error of an export from whatever was thrown while it was read. */
export function exportError(thrown: unknown, place: Place, tool = ''): ToolrackError {
  if (isFault(thrown)) return thrown
  if (!isShapeFault(thrown)) {
    const problems = [{ pointer: '', message: `cannot be read: ${reasonOf(thrown)}` }]
    return invalidExport(problems, place, tool, { cause: thrown })
  }
  return invalidExport(thrown.problems, place, tool, 'cause' in thrown ? { cause: thrown.cause } : {})
}

function invalidExport(problems: Problem[], place: Place, tool: string, options: ErrorOptions): ToolrackError {
  const details = { tool, source: place.specifier, export: place.path, problems }
  return raise('INVALID_DEFINITION', details, { words: { ...details, function: describePlace(place) }, ...options })
}

/** A place in messages: `export "tools/0" of ./crm.js`. */
function describePlace({ specifier, path }: Place): string {
  return path === '' ? specifier : `export "${path}" of ${specifier}`
}

/** Makes the error of a module without a tool; each thing seen there is a problem. */
export function moduleError(specifier: string, problems: Problem[]): ToolrackError {
  const details = { tool: '', source: specifier, problems }
  return raise('INVALID_DEFINITION', details, { words: { ...details, function: specifier } })
}
