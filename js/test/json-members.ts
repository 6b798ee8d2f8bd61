// JSON members: reads values of any shape, such as the request of an SDK.

/** A member of a value; nothing where the value is no object, or has no such member of its own. */
export function member(value: unknown, ...path: readonly string[]): unknown {
  let found = value
  for (const key of path) {
    if (found === null || typeof found !== 'object' || !Object.hasOwn(found, key)) return undefined
    found = (found as Record<string, unknown>)[key]
  }
  return found
}

/** How deep JSON may be nested: what walks over its values needs the stack. */
const DEEPEST = 200

/** Whether a value is nested too deep to be read as JSON; it is read as a text. */
export function isDeep(value: unknown, depth = 0): boolean {
  if (value === null || typeof value !== 'object') return false
  return depth === DEEPEST || Object.values(value).some((item) => isDeep(item, depth + 1))
}

/** The items of a list; none where a value is no list. */
export function items(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : []
}

/** A text; nothing where a value is none. */
export function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}

/** The texts among values. */
export function texts(values: readonly unknown[]): string[] {
  return values.filter((value) => typeof value === 'string')
}

/** The value of a JSON text; any other text is itself. */
export function parsed(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}
