// Provider: an object that loads tools and counts who uses it.

import type { ToolProvider } from '../../../index'

/** A method of a provider; it may answer now or by a promise. */
type Method = (...args: readonly unknown[]) => unknown

/** The methods of a provider, each read once. They keep their `this`. */
export interface ProviderMethods {
  readonly loadTools: () => unknown
  readonly addConsumer: (id: string) => unknown
  readonly removeConsumer: (id: string) => unknown
  readonly onChanged: ((listener: () => void) => unknown) | undefined
}

/** Whether a value is a provider: by its methods, since a provider may be iterable too. */
export function isProvider(value: unknown): value is ToolProvider {
  return readProvider(value) !== undefined
}

/** Reads the methods of a provider; undefined for another value, also for one that cannot be read. */
export function readProvider(value: unknown): ProviderMethods | undefined {
  if (value === null || (typeof value !== 'object' && typeof value !== 'function')) return undefined
  try {
    const { loadTools, addConsumer, removeConsumer, onChanged } = value as {
      readonly [Name in keyof ToolProvider]: unknown
    }
    if (!isMethod(loadTools) || !isMethod(addConsumer) || !isMethod(removeConsumer)) return undefined
    return {
      loadTools: () => loadTools.call(value),
      addConsumer: (id) => addConsumer.call(value, id),
      removeConsumer: (id) => removeConsumer.call(value, id),
      onChanged: isMethod(onChanged) ? (listener) => onChanged.call(value, listener) : undefined,
    }
  } catch {
    return undefined
  }
}

function isMethod(value: unknown): value is Method {
  return typeof value === 'function'
}
