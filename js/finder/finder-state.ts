// Finder state: the loaded tools as plain data, which outlives the process. What comes back may be forged.

import type { FinderState } from '../../index'
import { isMembers } from '../border/kind'
import { checkOptions, invalidOption, ownJson, toRevision } from '../border/options'
import { limitExceeded } from '../border/raised-error'

/** A loaded tool, by its own name. */
export type StateEntry = FinderState['loaded'][number]

/** The most tools of a state: as many as a request of any provider has. */
const MOST_LOADED = 10_000
/** The most characters of a name or a hash: no tool has a longer one. */
const LONGEST = 1_024

/** Reads a state. Of two entries of one tool the first counts. */
export function readState(given: unknown): StateEntry[] {
  if (given === undefined) return []
  const copy = ownJson('state', given)
  if (!isMembers(copy)) throw invalidOption('state', 'must be finder.state, or what JSON.parse makes of it')
  const { loaded, revision } = checkOptions(copy, ['loaded', 'revision'], 'state')
  if (!Array.isArray(loaded)) throw invalidOption('state.loaded', 'must be a list of { name, schemaHash }')
  if (loaded.length > MOST_LOADED) throw limitExceeded('tools in option "state"', MOST_LOADED)
  toRevision('state.revision', revision)
  const entries = new Map<string, StateEntry>()
  for (const [i, one] of (loaded as unknown[]).entries()) {
    const { name, schemaHash } = checkOptions(one ?? null, ['name', 'schemaHash'], `state.loaded/${i}`)
    const entry = {
      name: toShort(`state.loaded/${i}/name`, name),
      schemaHash: toShort(`state.loaded/${i}/schemaHash`, schemaHash),
    }
    if (!entries.has(entry.name)) entries.set(entry.name, entry)
  }
  return [...entries.values()]
}

function toShort(option: string, value: unknown): string {
  if (typeof value === 'string' && value.length <= LONGEST) return value
  throw invalidOption(option, `must be a string of ${LONGEST} characters at most`)
}

/** Writes a state. It is frozen. */
export function writeState(loaded: Iterable<StateEntry>, revision: number): FinderState {
  const entries = Array.from(loaded, ({ name, schemaHash }) => Object.freeze({ name, schemaHash }))
  return Object.freeze({ loaded: Object.freeze(entries), revision })
}
