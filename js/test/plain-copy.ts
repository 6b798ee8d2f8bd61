// Plain copy: a copy of plain data, which later changes of the original do not reach.

import { isPlainArray, isPlainObject } from '../border/realm'

/** Copies lists and object literals at each depth. Other objects stay the same. */
export function plainCopy<T>(value: T): T {
  try {
    return copyOf(value, new Map())
  } catch {
    // A getter that throws, or data that is nested too deep.
    return value
  }
}

function copyOf<T>(value: T, known: Map<object, unknown>): T {
  if (value === null || typeof value !== 'object') return value
  const before = known.get(value)
  if (before !== undefined) return before as T
  if (isPlainArray(value)) {
    const list: unknown[] = []
    known.set(value, list)
    for (const item of value) list.push(copyOf(item, known))
    return list as T
  }
  if (!isPlainObject(value)) return value
  const copy = {}
  known.set(value, copy)
  for (const [key, member] of Object.entries(value))
    // By definition: an own key may be `__proto__`.
    Object.defineProperty(copy, key, {
      value: copyOf(member as unknown, known),
      enumerable: true,
      writable: true,
      configurable: true,
    })
  return copy as T
}
