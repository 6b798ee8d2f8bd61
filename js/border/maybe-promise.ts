// Maybe a promise: a value that is known now, or later.
//
// Most work of this kind has all its values at once, and a promise for each of 20,000 costs more than the work.

import { isPromise } from './realm'

export type MaybePromise<T> = T | Promise<T>

/** Whether a value is known later. */
export function isLater<T>(value: MaybePromise<T>): value is Promise<T> {
  return isPromise(value)
}

/** Goes on with a value, at once where it is known. */
export function chain<T, U>(value: MaybePromise<T>, follow: (value: T) => U): MaybePromise<U> {
  return isLater(value) ? value.then(follow) : follow(value)
}

/** All values, at once where all are known. */
export function allOf<T>(values: readonly MaybePromise<T>[]): MaybePromise<T[]> {
  return values.some(isLater) ? Promise.all(values) : (values as T[])
}

/** The outcome of work, at once where it is known; `failed` takes what it throws or rejects with. */
export function outcomeOf<T, U>(
  work: () => MaybePromise<T>,
  succeeded: (value: T) => U,
  failed: (thrown: unknown) => U,
): MaybePromise<U> {
  let value: MaybePromise<T>
  try {
    value = work()
  } catch (thrown) {
    return failed(thrown)
  }
  return isLater(value) ? value.then(succeeded, failed) : succeeded(value)
}
