// Server options: what `createMcpServer` takes, read once and checked.

import type { CallerContext } from '../../index'
import {
  checkOptions,
  invalidOption,
  milliseconds,
  oneOf,
  readOption,
  readStateKey,
  toBoolean,
  toName,
} from '../border/options'
import type { ReadOptions } from '../border/options'
import { isThenable } from '../border/thenable'
import { checkContext } from '../call/context'
import { readExposure } from './exposure/exposure-options'
import type { ExposureRule } from './exposure/exposure-options'
import { readAuth } from './auth/auth-options'
import type { AuthSettings } from './auth/auth-options'
import { readHosts, readOrigins } from './http/host-guard'
import { MOST_RESULT_BYTES } from './protocol/answers'
import type { FaultListener } from './own-faults'
import type { CallerRule } from './principals'

/** Options of what is served beside tools. They are checked where they are opened. */
export type ContentOption = 'resources' | 'resourceTemplates' | 'prompts' | 'passThrough'

const NAMES = Object.freeze([
  'name',
  'version',
  'title',
  'instructions',
  'filter',
  'expose',
  'tokenBudget',
  'pinned',
  'context',
  'auth',
  'approval',
  'page',
  'legacy',
  'ttlMs',
  'notifyMs',
  'hosts',
  'origins',
  'sessions',
  'insecure',
  'wireLimits',
  'ready',
  'stateKey',
  'onError',
  'resources',
  'resourceTemplates',
  'prompts',
  'passThrough',
] as const)

/** Defaults of the limits, by their names in the option `wireLimits`. */
const WIRE_LIMITS = Object.freeze({
  bodyBytes: 4 << 20,
  depth: 64,
  calls: 256,
  callsEach: 16,
  streams: 1_024,
  streamsEach: 16,
  sessions: 1_000,
  idleMs: 30 * 60_000,
  receiveMs: 30_000,
})

export type WireLimits = { readonly [Name in keyof typeof WIRE_LIMITS]: number }

/** The size of a page, in bytes, by default. */
const PAGE_BYTES = 4 << 20
const TTL_MS = 10_000
const NOTIFY_MS = 1_000

/** Checked options of a server. */
export interface ServerSettings {
  /** Resources, templates, prompts and the loader whose upstreams have more, as they were given. */
  readonly content: ReadOptions<ContentOption>
  /** Name and version, as JSON. */
  readonly serverInfo: string
  readonly instructions: string | undefined
  readonly callers: CallerRule
  /** Which tools are listed. */
  readonly exposure: ExposureRule
  /** Who may connect over HTTP; `undefined`: whoever can. */
  readonly auth: AuthSettings | undefined
  /** Whether clients approve calls; else what listens to the registry does. */
  readonly asksClients: boolean
  readonly pageBytes: number
  readonly hasLegacy: boolean
  readonly ttlMs: number
  readonly notifyMs: number
  readonly wireLimits: WireLimits
  readonly hosts: readonly string[]
  readonly origins: readonly string[]
  /** Whether legacy clients get sessions over HTTP. */
  readonly hasSessions: boolean
  /** Whether other machines may connect without authorization. */
  readonly isInsecure: boolean
  readonly ready: PromiseLike<unknown> | undefined
  readonly onFault: FaultListener
  /** Seals the states of calls that ask; `undefined`: a key of the process does. */
  readonly stateKey: string | Uint8Array | undefined
}

export function readServerOptions(options: unknown): ServerSettings {
  const read = checkOptions(options, NAMES)
  const auth = readAuth(read.auth)
  const { name = 'toolrack', version = '0.0.0', title, instructions, page, ready, onError = () => {} } = read
  if (ready !== undefined && !readOption('ready', () => isThenable(ready)))
    throw invalidOption('ready', 'must be a promise')
  if (typeof onError !== 'function') throw invalidOption('onError', 'must be a function')
  const { resources, resourceTemplates, prompts, passThrough } = read
  return {
    content: { resources, resourceTemplates, prompts, passThrough },
    serverInfo: JSON.stringify({
      name: toName('name', name),
      ...(title !== undefined && { title: toName('title', title) }),
      version: toName('version', version),
    }),
    instructions: instructions === undefined ? undefined : toName('instructions', instructions),
    callers: readCallerRule(read),
    exposure: readExposure(read),
    auth,
    asksClients: readApproval(read.approval),
    pageBytes: readPageBytes(page),
    hasLegacy: toBoolean('legacy', read.legacy, true),
    ttlMs: read.ttlMs === 0 ? 0 : Math.round(milliseconds('ttlMs', read.ttlMs, TTL_MS)),
    notifyMs: milliseconds('notifyMs', read.notifyMs, NOTIFY_MS),
    wireLimits: readWireLimits(read.wireLimits),
    // A server that says by which name it is known is served by that name.
    hosts: [...readHosts(read.hosts), ...(auth === undefined ? [] : [auth.resource.hostname])],
    origins: readOrigins(read.origins),
    hasSessions: toBoolean('sessions', read.sessions, true),
    isInsecure: toBoolean('insecure', read.insecure, false),
    ready: ready as PromiseLike<unknown> | undefined,
    onFault: onError as FaultListener,
    stateKey: readStateKey(read.stateKey),
  }
}

function readApproval(approval: unknown): boolean {
  oneOf('approval', approval, ['client', 'registry'])
  return approval !== 'registry'
}

/** Reads the options that say who calls, and what a caller sees. */
export function readCallerRule({ context, filter }: ReadOptions<'context' | 'filter'>): CallerRule {
  return {
    // A copy: the caller of a server stays who it is.
    context: typeof context === 'function' ? (context as CallerRule['context']) : checkCaller(context),
    filter,
  }
}

function checkCaller(context: unknown): CallerContext {
  return context === undefined ? {} : checkContext(context)
}

function readWireLimits(option: unknown): WireLimits {
  const names = Object.keys(WIRE_LIMITS) as (keyof WireLimits)[]
  const read = checkOptions(option, names, 'wireLimits')
  const limits = names.map((name) => [name, toCount(`wireLimits.${name}`, read[name], WIRE_LIMITS[name])])
  // The names are all of them.
  return Object.fromEntries(limits) as WireLimits
}

/** Reads the option `page`. */
export function readPageBytes(page: unknown): number {
  const { bytes } = checkOptions(page, ['bytes'], 'page')
  const count = toCount('page.bytes', bytes, PAGE_BYTES)
  if (count > MOST_RESULT_BYTES) throw invalidOption('page.bytes', `must be at most ${MOST_RESULT_BYTES}`)
  return count
}

/** Reads a whole number above zero. */
function toCount(option: string, value: unknown, fallback: number): number {
  if (value === undefined) return fallback
  if (typeof value === 'number' && Number.isSafeInteger(value) && value > 0) return value
  throw invalidOption(option, 'must be a whole number above zero')
}
