// Freezing: immutable plain data, and copies that a caller may change.

import { isError } from './realm'

/** Freezes plain data deeply. Frozen objects are not visited again. */
export function deepFreeze<T>(value: T): T {
  if (value === null || typeof value !== 'object' || isError(value) || Object.isFrozen(value)) return value
  for (const inner of Object.values(value)) deepFreeze(inner)
  return Object.freeze(value)
}

/** Copies JSON data for a caller who may change it. */
export function ownCopy<T>(value: T): T {
  if (value === null || typeof value !== 'object') return value
  // `fromEntries` keeps an own key `__proto__`; a DOM in JavaScript may lack `structuredClone`.
  const copy: unknown = Array.isArray(value)
    ? value.map(ownCopy)
    : Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, ownCopy(inner)]))
  return copy as T
}
