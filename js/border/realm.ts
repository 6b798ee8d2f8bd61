// Realms: recognizes errors, promises, signals and bytes of any JavaScript realm (Jest, Vitest, vm).
//
// Jest and Vitest's vm pools run this code in its own realm, while the addon and Node make promises, errors and bytes in
// another one, so `instanceof` fails.

import { types } from 'node:util'

// Taken once: a test may replace the method of the prototype later.
// oxlint-disable-next-line typescript/unbound-method -- `call` binds it
const toString = Object.prototype.toString

/** The `Symbol.toStringTag` of a value. A proxy or a getter may throw. */
function tagOf(value: unknown): string {
  try {
    return toString.call(value).slice(8, -1)
  } catch {
    return ''
  }
}

/** A member of a value that may be anything. */
function member(value: object, key: string): unknown {
  return (value as Record<string, unknown>)[key]
}

export function isError(value: unknown): value is Error {
  return types.isNativeError(value) || tagOf(value) === 'DOMException'
}

/** Whether a value is an async generator function. */
export function isAsyncGenerator(value: unknown): boolean {
  return types.isGeneratorFunction(value) && types.isAsyncFunction(value)
}

/** Whether a value is an AbortSignal of the host, of a DOM in JavaScript or of a polyfill. */
export function isAbortSignal(value: unknown): value is AbortSignal {
  if (value === null || typeof value !== 'object' || tagOf(value) !== 'AbortSignal') return false
  try {
    return (
      typeof member(value, 'aborted') === 'boolean' &&
      typeof member(value, 'addEventListener') === 'function' &&
      typeof member(value, 'removeEventListener') === 'function'
    )
  } catch {
    return false
  }
}

/** Whether a value is a `Blob` or a `File` that can be read. */
export function isBlob(value: unknown): value is Blob {
  try {
    // The property check comes first: reading a tag is slower, and arguments are searched completely.
    return (
      typeof (value as Partial<Blob> | null | undefined)?.arrayBuffer === 'function' &&
      ['Blob', 'File'].includes(tagOf(value))
    )
  } catch {
    return false
  }
}

export function isUrl(value: unknown): value is URL {
  if (value === null || typeof value !== 'object' || tagOf(value) !== 'URL') return false
  try {
    return typeof member(value, 'href') === 'string'
  } catch {
    return false
  }
}

/** Whether an object is an object literal, or has no prototype. */
export function isPlainObject(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return true
  return isObjectPrototype(prototype as object)
}

/** Whether a value is the `Object.prototype` of any realm: it has no prototype, and own members that only it has. */
export function isObjectPrototype(value: object): boolean {
  return Object.getPrototypeOf(value) === null && Object.hasOwn(value, 'isPrototypeOf')
}

/**
 * Whether a list is a plain array: `Array.prototype` of every realm is an array itself, that of a subclass is not.
 */
export function isPlainArray(value: object): value is unknown[] {
  return Array.isArray(value) && Array.isArray(Object.getPrototypeOf(value))
}

/** The time of a `Date` in ms, without a replaced `getTime`. */
export function timeOf(date: Date): number {
  return Date.prototype.getTime.call(date)
}

/** A timer of Node. */
interface NodeTimer {
  readonly unref?: () => unknown
  readonly ref?: () => unknown
}

/** A timer as the host makes it. Timers of a DOM in JavaScript are numbers; a replaced `setTimeout` may return null. */
type Timer = NodeTimer | number | null | undefined

/** Lets the process end before a timer. */
export function unref(timer: Timer): void {
  // A number has no such member.
  ;(timer as NodeTimer | null | undefined)?.unref?.()
}

/** Keeps the process for a timer. */
export function ref(timer: Timer): void {
  // A number has no such member.
  ;(timer as NodeTimer | null | undefined)?.ref?.()
}

export const isArrayBuffer = types.isAnyArrayBuffer
export const isDate = types.isDate
export const isPromise = types.isPromise
export const isUint8Array = types.isUint8Array
