// Load options: writes options of loads, reloads and watches for Rust, and stores their functions as closures.

import type { NativeAsked, NativeAskedFor, NativeOptions } from '../border/native'
import { deepFreeze } from '../border/freeze'
import { checkOptions, invalidOption, readOption, toText } from '../border/options'
import type { ReadOptions } from '../border/options'
import type { Closures } from '../closures'
import type { ProposedChange } from '../../index'
import { credentialCallback, splitAuth } from './auth'
import type { SplitAuth } from './auth'
import { splitGates } from './custom-gates'
import type { SplitGates } from './custom-gates'
import { readSource } from './document-source'

/** Extra time for the answer of custom gates after their deadline, in ms. */
const GRACE_MS = 5_000

/** Options of a load, copied and unchecked. Others pass to Rust as they are. */
export type CopiedOptions = ReadOptions<'filter' | 'overlays' | 'gates' | 'auth' | 'limits' | 'watch'>

/** A filter of operations. Rust checks what it answers. */
type OperationFilter = (operation: unknown) => unknown

/** Copies options, which may be a proxy or have getters. */
export function copyOptions(options: unknown): CopiedOptions {
  if (options !== undefined && (options === null || typeof options !== 'object'))
    throw invalidOption('options', 'must be an object')
  return readOption('options', () => ({ ...options }))
}

/**
 * Writes options for Rust. Functions are stored as closures and released with their document. The returned function
 * stores them, so that refused options store none.
 */
export function writeOptions(
  { filter, overlays = [], gates, auth, ...rest }: CopiedOptions,
  closures: Closures,
): () => NativeOptions {
  if (filter !== undefined && typeof filter !== 'function') throw invalidOption('filter', 'must be a function')
  const sources = readOverlays(overlays, rest.limits)
  const { timeoutMs } = closures.limits
  const splitPolicy = readOption('gates', () => splitGates(gates, timeoutMs))
  const splitCredentials = readOption('auth', () => splitAuth(auth))
  const { policy } = splitPolicy
  const { said: credentials } = splitCredentials
  const text = toText('options', {
    ...rest,
    ...(policy !== undefined && { gates: policy }),
    ...(credentials !== undefined && { auth: credentials }),
  })
  // The slots of closures follow this order: filter, credentials, gates.
  return () => ({
    text,
    overlays: sources,
    // Any function can be called with an operation.
    ...(filter !== undefined && { filter: storeFilter(filter as OperationFilter, closures) }),
    auth: storeCredentials(splitCredentials, closures),
    ...storeGates(splitPolicy, closures),
  })
}

function readOverlays(overlays: unknown, limits: unknown): (string | Uint8Array)[] {
  const list = readOption('overlays', () => (Array.isArray(overlays) ? [...(overlays as unknown[])] : undefined))
  if (list === undefined) throw invalidOption('overlays', 'must be a list')
  return list.map((overlay, i) => readSource(`overlays/${i}`, overlay, limits))
}

/** Stores a filter of operations. All operations of a document cross at once. */
function storeFilter(filter: OperationFilter, closures: Closures): NativeAsked {
  // Async: a filter that throws after another has rejected must leave no unhandled rejection.
  const filterAll = ({ operations }: { readonly operations: readonly unknown[] }) =>
    Promise.all(operations.map(async (operation) => filter(deepFreeze(operation))))
  return { slot: closures.store(filterAll, filter), timeoutMs: closures.limits.timeoutMs }
}

/** Stores credential functions. */
function storeCredentials({ functions }: SplitAuth, closures: Closures): NativeAskedFor[] {
  return functions.map(([scheme, give]) => {
    closures.tellsMetadata = true
    return {
      scheme,
      asked: { slot: closures.store(credentialCallback(give), give), timeoutMs: closures.limits.timeoutMs },
    }
  })
}

/** Stores custom gates, if there are any. Each gate has its own timeout. */
function storeGates({ ask, timeoutMs }: SplitGates, closures: Closures): { gates?: NativeAsked } {
  if (ask === undefined) return {}
  const askAll = ({ change }: { readonly change: ProposedChange }) => ask(change)
  return { gates: { slot: closures.store(askAll, ask), timeoutMs: timeoutMs + GRACE_MS } }
}

/** Writes the gate policy of a reload, without functions. */
export function writePolicy(options: unknown): string | undefined {
  const { gates } = checkOptions(options, ['gates'])
  const custom = readOption('gates', () => (gates as ReadOptions<'custom'> | null | undefined)?.custom)
  if (custom !== undefined) throw invalidOption('gates.custom', 'is an option of load alone')
  return toText('gates', gates)
}

/** Writes watch options; nothing without a watch. */
export function writeWatch(watch: unknown = false): string | undefined {
  if (typeof watch !== 'boolean' && (watch === null || typeof watch !== 'object'))
    throw invalidOption('watch', 'must be a boolean or an object')
  return watch === false ? undefined : toText('watch', watch)
}
