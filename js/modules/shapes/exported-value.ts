// Exported value: an object or function of a module, whose members are each read once.

import { types } from 'node:util'
import { isList } from '../../border/kind'
import { isPlainObject } from '../../border/realm'

/**
 * An object or a function that may be a tool. Each member is read once: a getter may answer differently the next time,
 * and several shapes ask for the same member. Any read may throw, as the value's getters and traps do.
 */
export class ExportedValue {
  readonly value: object
  readonly isFunction: boolean
  readonly #members = new Map<PropertyKey, unknown>()
  readonly #inner: ExportedValues
  readonly #isProxy: boolean
  #isPlain: boolean | undefined

  constructor(value: object, inner: ExportedValues) {
    this.value = value
    this.#inner = inner
    this.#isProxy = types.isProxy(value)
    this.isFunction = typeof value === 'function'
  }

  get(key: PropertyKey): unknown {
    if (this.#members.has(key)) return this.#members.get(key)
    const member: unknown = (this.value as Record<PropertyKey, unknown>)[key]
    // Most members that shapes ask for are missing: a note of each would cost more than the rest of the reading.
    if (member !== undefined || this.#isProxy || key in this.value) this.#members.set(key, member)
    return member
  }

  /** The member as an object to read; undefined where it is none. */
  objectAt(key: PropertyKey): ExportedValue | undefined {
    return this.#inner.read(this.get(key))
  }

  isMethod(key: PropertyKey): boolean {
    return typeof this.get(key) === 'function'
  }

  isText(key: PropertyKey): boolean {
    return typeof this.get(key) === 'string'
  }

  /** Whether the value has the member, own or inherited. */
  isGiven(key: PropertyKey): boolean {
    return this.get(key) !== undefined
  }

  /** Whether it is an object literal, of any realm, or an object without a prototype. */
  get isPlain(): boolean {
    return (this.#isPlain ??= !this.isFunction && !isList(this.value) && isPlainObject(this.value))
  }

  /** Names of its own enumerable members. */
  keys(): string[] {
    return Object.keys(this.value)
  }

  /** A copy of its own enumerable members, `__proto__` too. */
  ownMembers(): Record<string, unknown> {
    return Object.fromEntries(this.keys().map((key) => [key, this.get(key)]))
  }
}

/** The values of one module, so that one object which is met twice is still read once. */
export class ExportedValues {
  readonly #known = new Map<object, ExportedValue>()

  /** An object or function, to be read; undefined for a primitive. */
  read(value: unknown): ExportedValue | undefined {
    if (typeof value !== 'function' && (typeof value !== 'object' || value === null)) return undefined
    let exported = this.#known.get(value)
    if (exported === undefined) this.#known.set(value, (exported = new ExportedValue(value, this)))
    return exported
  }

  /** Forgets a value that is not read again. */
  forget(value: object): void {
    this.#known.delete(value)
  }
}

/** Whether a function is a class, which cannot be called without `new`. */
export function isClass(value: object): boolean {
  // A proxy has the text of a native function.
  return /^class\b/.test(Function.prototype.toString.call(value))
}
