'use strict'

// Uncloneable: makes `structuredClone` and `postMessage` refuse an object.

/** What every WeakRef below leads to: nothing that anybody needs. */
const NOTHING = Object.freeze({})

/**
 * A class whose instances cannot be cloned: `structuredClone` and `postMessage` throw a `DataCloneError` that names the
 * class, where they would make `{}` of private fields. An object is refused for what it was born as and not for its
 * members, so that it is born as a WeakRef, and has nothing of one: no member, no tag, no other look in `util.inspect`.
 * It costs 6 us an object, so that it is for those that are few. `markAsUncloneable` of Node says the same, from Node
 * 22 on.
 */
class Uncloneable {
  constructor() {
    return Reflect.construct(WeakRef, [NOTHING], new.target)
  }
}

exports.Uncloneable = Uncloneable
