// Thenables: promises of any library and any realm.

/** Whether a promise would follow a value: an object or a function with a method `then`. A getter may throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return false
  return typeof (value as { readonly then?: unknown }).then === 'function'
}
