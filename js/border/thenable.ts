// Thenables: promises of any library and any realm.

/** Whether a value has a method `then`. A getter may throw. */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof (value as { readonly then?: unknown } | null | undefined)?.then === 'function'
}
