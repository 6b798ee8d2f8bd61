// Options of a call on a registry: those that choose the snapshot, and those of the call itself.

import { readOption } from '../border/options'

/** Options of a call on a registry, split; none of them is checked. */
export interface SplitCallOptions {
  readonly context?: unknown
  readonly versions?: unknown
  readonly filter?: unknown
  /** Options of the call on the snapshot. */
  readonly rest?: unknown
}

/** Empty options. */
const NOTHING: SplitCallOptions = Object.freeze({})

/**
 * Splits call options into those that choose the snapshot and the rest. `keys` are those that the snapshot does not
 * know.
 */
export function splitCallOptions(options: unknown, keys: readonly string[] = ['versions']): SplitCallOptions {
  if (options === undefined) return NOTHING
  return readOption('options', () => {
    // A primitive has members as well, and is refused by the snapshot.
    const { context, versions, filter } = (options ?? {}) as SplitCallOptions
    if (options === null || typeof options !== 'object' || !keys.some((key) => key in options))
      return { context, versions, filter, rest: options }
    const rest: Record<string, unknown> = { ...options }
    for (const key of keys) delete rest[key]
    return { context, versions, filter, rest }
  })
}
