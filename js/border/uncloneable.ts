// Uncloneable: makes `structuredClone` and `postMessage` refuse an object.

/** The target of every WeakRef below. */
const NOTHING = Object.freeze({})

/**
 * A class whose instances cannot be cloned: `structuredClone` and `postMessage` throw a `DataCloneError` with the class
 * name, where they would make `{}` of private fields. Cloning looks at the internal type of an object, so instances are
 * created as a WeakRef without its members, tag or `util.inspect` form. That costs 6 µs an object. Node has
 * `markAsUncloneable` from version 22 on.
 */
export class Uncloneable {
  constructor() {
    return Reflect.construct(WeakRef, [NOTHING], new.target) as Uncloneable
  }
}
