// Kind of a value: what a message says was given, and objects of JSON.

/** Members of an object that may hold anything. */
export type Members = Readonly<Record<string, unknown>>

/** Whether a value of JSON is an object. */
export function isMembers(value: unknown): value is Members {
  return value !== null && typeof value === 'object' && !Array.isArray(value)
}

/** The kind of a value with its article: `a string`, `nothing`. A proxy may be revoked. */
export function kindOf(value: unknown): string {
  if (value === undefined) return 'nothing'
  if (value === null) return 'null'
  if (typeof value !== 'object') return `a ${typeof value}`
  return isList(value) ? 'a list' : 'an object'
}

/** Whether a value is a list; false for a revoked proxy. */
export function isList(value: unknown): boolean {
  try {
    return Array.isArray(value)
  } catch {
    return false
  }
}
