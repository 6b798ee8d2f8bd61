// Options of a call on a registry: those that choose the snapshot, and those of the call itself.

import { copyMembers, emptyMembers, givenMember } from '../border/given-members'
import { readOption } from '../border/options'
import { RESPOND_OPTIONS } from './option-names'

/** Options of a call on a registry, split; none of them is checked. */
export interface SplitCallOptions {
  readonly context?: unknown
  readonly versions?: unknown
  readonly filter?: unknown
  /** Options of the call on the snapshot. */
  readonly rest?: unknown
}

/** Empty options. */
const NOTHING: SplitCallOptions = Object.freeze(emptyMembers<SplitCallOptions>())

/**
 * Splits call options into those that choose the snapshot and the rest. `keys` are those that the snapshot does not
 * know.
 */
export function splitCallOptions(options: unknown, keys: readonly string[] = ['versions']): SplitCallOptions {
  if (options === undefined) return NOTHING
  return readOption('options', () => {
    // The snapshot refuses what is no object.
    if (options === null || typeof options !== 'object')
      return Object.assign(emptyMembers<SplitCallOptions>(), { rest: options })
    const [context, versions, filter] = [
      givenMember(options, 'context'),
      givenMember(options, 'versions'),
      givenMember(options, 'filter'),
    ]
    if (!keys.some((key) => key in options)) return { context, versions, filter, rest: options }
    const rest: Record<string, unknown> = copyMembers(options, RESPOND_OPTIONS)
    for (const key of keys) delete rest[key]
    return { context, versions, filter, rest }
  })
}
