// State file: its options.

import { checkOptions, invalidOption, oneOf, toText } from '../border/options'

/** Writes the options of a state file for Rust: a path, or an object. */
export function stateText(state: unknown): string | undefined {
  if (state === undefined) return undefined
  const { path, onBroken } = typeof state === 'string' ? { path: state } : checkOptions(state, ['path', 'onBroken'])
  if (typeof path !== 'string' || path === '') throw invalidOption('state', 'must be a path, or an object that has one')
  oneOf('onBroken', onBroken, ['refuse', 'begin'])
  return toText('state', { path, onBroken })
}
