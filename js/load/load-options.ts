// Load options: writes options of loads, reloads and watches for Rust, and stores their functions as closures.

import type { NativeAsked, NativeAskedFor, NativeOptions, NativeSelection } from '../border/native'
import { copyMembers, givenOption } from '../border/given-members'
import { isList } from '../border/kind'
import { checkOptions, invalidOption, readOption } from '../border/options'
import { withDeadline } from '../border/timers'
import type { ReadOptions } from '../border/options'
import type { Closures } from '../closures'
import type { ProposedChange } from '../../index'
import { credentialCallback, splitAuth } from './auth'
import type { SplitAuth } from './auth'
import { splitGates } from './custom-gates'
import type { SplitGates } from './custom-gates'
import { readSource } from './document-source'
import { plainOption, plainText } from './plain-options'
import { namesOf, selectionCallback, splitSelection } from './selection-functions'
import type { SplitSelection } from './selection-functions'

/** Extra time for the answer of custom gates after their deadline, in ms. */
const GRACE_MS = 5_000

/** Options of a load, copied and unchecked. Others pass to Rust as they are. */
export type CopiedOptions = ReadOptions<'include' | 'exclude' | 'document' | 'gates' | 'auth' | 'limits' | 'watch'>

/** Options that are not there. A copy has them as own members: none is that of `Object.prototype`. */
const UNSET: CopiedOptions = Object.freeze({
  include: undefined,
  exclude: undefined,
  document: undefined,
  gates: undefined,
  auth: undefined,
  limits: undefined,
  watch: undefined,
})

/** Copies options, which may be a proxy or have getters. */
export function copyOptions(options: unknown): CopiedOptions {
  if (options !== undefined && (options === null || typeof options !== 'object'))
    throw invalidOption('options', 'must be an object')
  return readOption('options', () => ({ ...UNSET, ...options }))
}

/**
 * Writes options for Rust. Functions are stored as closures and released with their document. The returned function
 * stores them, so that refused options store none.
 */
export function writeOptions(
  { include, exclude, document, gates, auth, ...rest }: CopiedOptions,
  closures: Closures,
): () => NativeOptions {
  const { selections, functions } = splitSelection(include, exclude)
  const { overlays, others } = splitDocument(document, rest.limits)
  const { timeoutMs } = closures.limits
  const splitPolicy = readOption('gates', () => splitGates(gates, timeoutMs))
  const splitCredentials = readOption('auth', () => splitAuth(auth))
  const { policy } = splitPolicy
  const { said: credentials } = splitCredentials
  const text = plainText({
    ...wordsAlone(rest),
    ...selections,
    ...(others !== undefined && { document: others }),
    ...(policy !== undefined && { gates: policy }),
    ...(credentials !== undefined && { auth: credentials }),
  })
  // The slots of closures follow this order: selection, credentials, gates.
  return () => ({
    text,
    overlays,
    ...storeSelection(functions, closures),
    auth: storeCredentials(splitCredentials, closures),
    ...storeGates(splitPolicy, closures),
  })
}

/**
 * Options without the values that are no JSON: a function, and a misplaced `overlays`. Rust then refuses the option, as no
 * option but `watch` is a boolean, or says where it belongs.
 */
function wordsAlone(options: object): object {
  const entries: [string, unknown][] = Object.entries(options)
  return Object.fromEntries(
    entries.map(([key, value]) => [key, key === 'overlays' ? null : typeof value === 'function' ? true : value]),
  )
}

/** Separates overlays from the other members of the option `document`. */
function splitDocument(
  document: unknown,
  limits: unknown,
): { readonly overlays: (string | Uint8Array)[]; readonly others: unknown } {
  if (document === null || typeof document !== 'object' || isList(document)) return { overlays: [], others: document }
  const { overlays = [], ...others } = readOption('document', () => copyMembers(document, ['overlays']))
  return { overlays: readOverlays(overlays, limits), others }
}

function readOverlays(overlays: unknown, limits: unknown): (string | Uint8Array)[] {
  const option = 'document.overlays'
  const list = readOption(option, () => (Array.isArray(overlays) ? [...(overlays as unknown[])] : undefined))
  if (list === undefined) throw invalidOption(option, 'must be a list')
  return list.map((overlay, i) => readSource(`${option}/${i}`, overlay, limits))
}

/** Stores the functions of `include` and `exclude`, if there are any. All operations of a document cross at once. */
function storeSelection(functions: SplitSelection['functions'], closures: Closures): { selection?: NativeSelection } {
  const option = namesOf(functions)
  if (option === undefined) return {}
  const slot = closures.store(selectionCallback(functions), functions)
  return { selection: { option, asked: { slot, timeoutMs: closures.limits.timeoutMs } } }
}

/** Stores credential functions. */
export function storeCredentials({ said, functions }: SplitAuth, closures: Closures): NativeAskedFor[] {
  if (said !== null && typeof said === 'object') closures.secrets.tell(Object.values(said))
  return functions.map(([scheme, give]) => {
    closures.tellsMetadata = true
    return {
      scheme,
      asked: {
        slot: closures.store(
          credentialCallback(give, (given) => closures.secrets.tell(given)),
          give,
        ),
        timeoutMs: closures.limits.timeoutMs,
      },
    }
  })
}

/** Stores custom gates, if there are any. Each gate has its own timeout. */
function storeGates({ ask, timeoutMs }: SplitGates, closures: Closures): { gates?: NativeAsked } {
  if (ask === undefined) return {}
  const askAll = ({ change }: { readonly change: ProposedChange }) =>
    ask(change, (work, ms, late) => withDeadline(work, ms, late, closures.clock))
  return { gates: { slot: closures.store(askAll, ask), timeoutMs: timeoutMs + GRACE_MS } }
}

/** Writes the gate policy of a reload, without functions. */
export function writePolicy(options: unknown): string | undefined {
  const { gates } = checkOptions(options, ['gates'])
  const custom = readOption('gates', () => givenOption(gates, 'custom'))
  if (custom !== undefined) throw invalidOption('gates.custom', 'is an option of load, not of reload')
  return gates === undefined ? undefined : plainOption('gates', gates)
}

/** Writes watch options; nothing without a watch. */
export function writeWatch(watch: unknown = false): string | undefined {
  if (typeof watch !== 'boolean' && (watch === null || typeof watch !== 'object'))
    throw invalidOption('watch', 'must be a boolean or an object')
  return watch === false ? undefined : plainOption('watch', watch)
}
