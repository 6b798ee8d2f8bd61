// Source options: reads the options of a source whose tools a program gives, and keeps what Rust and JavaScript need of each.

import { checkOptions, invalidOption, oneOf, readOption, toName } from '../../border/options'
import { splitGates } from '../custom-gates'
import type { SplitGates } from '../custom-gates'
import { writeWatch } from '../load-options'
import { plainText } from '../plain-options'

/** What happens to the good tools of a load with a fault. */
export type OnError = 'refuse' | 'skip'

/** Options of a source, by the words of `SpecLoader.load`. */
const SOURCE_OPTIONS = Object.freeze([
  'name',
  'namespace',
  'version',
  'category',
  'tags',
  'scopes',
  'overrides',
  'gates',
  'targets',
  'rateLimit',
  'callLimits',
  'limits',
  'watch',
  'onError',
] as const)

/** How a source is watched. */
export interface WatchSettings {
  /** Options for Rust, as JSON. */
  readonly text: string
  /** How long a file may be missing before its tools are removed, in ms; `undefined` for ever. */
  readonly removeAfterMs: number | undefined
}

/** Checked options of one source. */
export interface SourceOptions {
  readonly name: string | undefined
  /** Options that Rust reads. */
  readonly members: Readonly<Record<string, unknown>>
  readonly gates: SplitGates
  readonly watch: WatchSettings | undefined
  readonly onError: OnError
}

/** Reads options of a source. `others` are the names of further options, which come back unread. */
export function readSourceOptions<Other extends string = never>(
  options: unknown,
  gateTimeoutMs: number,
  others: readonly Other[] = [],
): SourceOptions & { readonly others: { readonly [Name in Other]?: unknown } } {
  const read = checkOptions<string>(options, [...SOURCE_OPTIONS, ...others])
  const { name, gates, watch, onError, ...rest } = read
  oneOf('onError', onError, ['refuse', 'skip'])
  const further: Record<string, unknown> = {}
  const members: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(rest))
    if ((others as readonly string[]).includes(key)) further[key] = value
    else members[key] = value
  return {
    name: name === undefined ? undefined : readSourceName(name),
    members: copyMembers(members),
    gates: readOption('gates', () => splitGates(gates, gateTimeoutMs)),
    watch: readWatch(watch),
    onError: onError ?? 'refuse',
    others: further as { readonly [Name in Other]?: unknown },
  }
}

/** Options for Rust as JSON; `undefined` for the defaults. `keepsVersions` is for a source that does not say it. */
export function writeMembers({ members, gates }: SourceOptions, keepsVersions: boolean): string | undefined {
  const all = {
    ...members,
    ...(gates.policy !== undefined && { gates: gates.policy }),
    ...(!keepsVersions && members.limits === undefined && { limits: { versions: 0 } }),
  }
  return Object.keys(all).length === 0 ? undefined : plainText(all)
}

/** Copies options for Rust: a reload must not see what the caller changes in them later. */
function copyMembers(members: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  if (Object.keys(members).length === 0) return members
  return JSON.parse(plainText(members)) as Record<string, unknown>
}

function readSourceName(name: unknown): string {
  const text = toName('name', name)
  if (text.trim() === '') throw invalidOption('name', 'must not be empty; leave it out for the name of the file')
  return text
}

function readWatch(watch: unknown): WatchSettings | undefined {
  const text = writeWatch(watch)
  if (text === undefined) return undefined
  const { onMissing } = readOption('watch', () => (typeof watch === 'object' ? watch : {}) as { onMissing?: unknown })
  return { text, removeAfterMs: readRemoval(onMissing) }
}

/** The time after which the tools of a missing file are removed. Rust checks the option. */
function readRemoval(onMissing: unknown): number | undefined {
  if (onMissing === 'remove') return 0
  const after = (onMissing as { readonly removeAfterMs?: unknown } | null | undefined)?.removeAfterMs
  return typeof after === 'number' ? after : undefined
}
