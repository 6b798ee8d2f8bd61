// State file: its options.

import { oneOf, pathOptions, toText } from '../border/options'

/** Writes the options of a state file for Rust: a path, or an object. */
export function stateText(state: unknown): string | undefined {
  if (state === undefined) return undefined
  const { path, onBroken } = pathOptions('state', state, ['path', 'onBroken'])
  oneOf('onBroken', onBroken, ['refuse', 'begin'])
  return toText('state', { path, onBroken })
}
