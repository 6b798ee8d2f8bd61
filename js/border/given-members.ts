// Given members: reads what a caller gives, never what somebody added to `Object.prototype` (prototype pollution).

import { isObjectPrototype } from './realm'

/** A record that inherits nothing. An object of a class is faster than one of `Object.create(null)`. */
class Members {}
Object.setPrototypeOf(Members.prototype, null)

/** How far the prototypes of an object are searched: those of a proxy may be endless. */
const MOST_PROTOTYPES = 100

/** Makes an empty record. A member that it does not have is `undefined`, whatever `Object.prototype` has. */
export function emptyMembers<T extends object>(): T {
  return new Members() as T
}

/** Reads a member once: an own one, or one of a class of the caller. */
export function givenMember(owner: object, name: string): unknown {
  const value = (owner as Record<string, unknown>)[name]
  return value === undefined || Object.hasOwn(owner, name) || !isPolluted(owner, name) ? value : undefined
}

/** Reads a member of what may be no object, as `givenMember` does. */
export function givenOption(options: unknown, name: string): unknown {
  return options === null || typeof options !== 'object' ? undefined : givenMember(options, name)
}

/** Copies own members, and those of `names` that a class of the caller has. */
export function copyMembers<Name extends string>(owner: object, names: readonly Name[]): { [Key in Name]?: unknown } {
  const copy: { [Key in Name]?: unknown } = Object.assign(emptyMembers(), owner)
  // A plain object inherits nothing that counts.
  if (Object.getPrototypeOf(owner) === Object.prototype) return copy
  for (const name of names) {
    if (Object.hasOwn(copy, name)) continue
    const value = givenMember(owner, name)
    if (value !== undefined) copy[name] = value
  }
  return copy
}

/** Whether an inherited member is that of `Object.prototype`. */
function isPolluted(owner: object, name: string): boolean {
  let holder = Object.getPrototypeOf(owner) as object | null
  for (let i = 0; holder !== null && i < MOST_PROTOTYPES; i++) {
    if (Object.hasOwn(holder, name)) return isObjectPrototype(holder)
    holder = Object.getPrototypeOf(holder) as object | null
  }
  return false
}

/** The members of a map that are not undefined. */
type Defined<T> = { [Key in keyof T as undefined extends T[Key] ? never : Key]: T[Key] } & {
  [Key in keyof T as undefined extends T[Key] ? Key : never]?: Exclude<T[Key], undefined>
}

/** The members of an object that are not undefined. */
export function definedMembers<T extends object>(members: T): Defined<T> {
  // `fromEntries` loses the names of members.
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as Defined<T>
}
