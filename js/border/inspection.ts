// Inspection: the line that `console.log` and `util.inspect` write of an object with private fields.

import { isFault } from './error'

/** The key of the method that `util.inspect` calls. */
export const INSPECT = Symbol.for('nodejs.util.inspect.custom')

/** Limit of names in a line. */
const MOST_NAMES = 5
/** Length limit of a name, in characters. */
const LONGEST_NAME = 60

/** The members of a line; those that are undefined are left out. */
export type InspectedMembers = Readonly<Record<string, number | boolean | string | readonly string[] | undefined>>

/**
 * Writes an object as one line: `Snapshot { revision: 4, tools: 3, sources: [ 'code', 'crm' ] }`. `read` reads its
 * members; where that fails because the object is closed, the line says so beside the `lasting` members. Never throws.
 */
export function inspectedLine(
  className: string,
  read: () => InspectedMembers,
  lasting: () => InspectedMembers = () => ({}),
): string {
  try {
    return lineOf(className, read())
  } catch (thrown) {
    return lineOf(className, lastingMembers(lasting, isFault(thrown) && thrown.code === 'CLOSED'))
  }
}

/** The tools of a registry or of a snapshot. */
interface ToolReading {
  readonly revision: number
  readonly size: number
  summary(): { readonly sources: object }
}

/** Writes a registry or a snapshot as one line. */
export function inspectedTools(className: string, reading: ToolReading): string {
  return inspectedLine(
    className,
    // The size comes first: that of a closed snapshot cannot be read, while its summary may be cached.
    () => ({ revision: reading.revision, tools: reading.size, sources: Object.keys(reading.summary().sources) }),
    () => ({ revision: reading.revision }),
  )
}

/** The members of a closed object. A prototype has none: it lacks the private fields. */
function lastingMembers(lasting: () => InspectedMembers, closed: boolean): InspectedMembers {
  try {
    return closed ? { ...lasting(), closed } : lasting()
  } catch {
    return {}
  }
}

function lineOf(className: string, members: InspectedMembers): string {
  const parts = Object.entries(members)
    .filter(([, value]) => value !== undefined)
    .map(([key, value]) => `${key}: ${typeof value === 'object' ? listOf(value) : valueOf(value)}`)
  return parts.length === 0 ? `${className} {}` : `${className} { ${parts.join(', ')} }`
}

function listOf(names: readonly string[]): string {
  const parts = names.slice(0, MOST_NAMES).map(valueOf)
  if (names.length > MOST_NAMES) parts.push(`… ${names.length - MOST_NAMES} more`)
  return parts.length === 0 ? '[]' : `[ ${parts.join(', ')} ]`
}

/** Writes a value as `util.inspect` does; a line has no line breaks. */
function valueOf(value: unknown): string {
  if (typeof value !== 'string') return String(value)
  const text = value.length > LONGEST_NAME ? `${value.slice(0, LONGEST_NAME)}…` : value
  return `'${JSON.stringify(text).slice(1, -1).replaceAll('\\"', '"').replaceAll("'", "\\'")}'`
}
