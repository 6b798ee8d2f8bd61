// Opening a registry: checks its options, and gives each to Rust or to the calls here.

import { NativeRegistry } from '../border/native'
import type { AuditOptions } from '../../index'
import { callNative } from '../border/error'
import {
  checkOptions,
  invalidOption,
  milliseconds,
  oneOf,
  readStateKey,
  registryLimits,
  toText,
} from '../border/options'
import { Closures } from '../closures'
import { auditText } from '../observe/audit'
import { Telemetry } from '../observe/telemetry'
import { checkToolErrors } from '../reply/tool-errors'
import type * as searchModule from '../search/search-settings'
import type { RegistryCallSettings } from './registry-call-settings'
import type { TestHooks } from './test-hooks'

const OPTIONS = Object.freeze([
  'onConflict',
  'contextFrom',
  'validateParams',
  'timeoutMs',
  'coerce',
  'enforceRateLimits',
  'rateLimit',
  'callLimits',
  'hiddenUnicode',
  'limits',
  'names',
  'audit',
  'telemetry',
  'toolErrors',
  'stateKey',
  'approvalTimeoutMs',
  'maxApprovals',
  'search',
] as const)
const TIMEOUT_MS = 60_000
const APPROVAL_MS = 300_000
/** The longest time that a call waits for its approval: a week. */
const MOST_APPROVAL_MS = 7 * 86_400_000
const MAX_APPROVALS = 1_000
/** Longest timeout that Rust takes, in ms. */
const MOST_TIMEOUT_MS = 1e12

/** The options of a registry, checked. */
interface RegistrySettings {
  /** What stays here for calls. */
  readonly calls: RegistryCallSettings
  readonly telemetry: Telemetry | undefined
  readonly search: searchModule.SearchSettings | undefined
  /** Options for Rust, as JSON. */
  readonly native: string
  /** A saved name ledger, as JSON. */
  readonly names: string | undefined
  /** Options of the audit log, as JSON. */
  readonly audit: string | undefined
}

/**
 * Opens a registry. It has a scope of its own: a closure of the registry's constructor would keep the texts for Rust,
 * and saved names are long.
 */
export function openRegistry(options: unknown, hooks: TestHooks | undefined): Closures {
  const { calls, telemetry, search, native, names, audit } = readRegistryOptions(options)
  const clock = hooks?.clock.native
  const open = (wake: () => void) => callNative(() => new NativeRegistry(wake, native, names, audit, clock))
  const closures = new Closures(calls, telemetry, open, hooks)
  closures.embedder = search?.open(closures)
  return closures
}

/** Reads the options of a registry; each of them once. */
function readRegistryOptions(options: unknown): RegistrySettings {
  const {
    onConflict,
    contextFrom,
    validateParams = true,
    timeoutMs,
    coerce = false,
    enforceRateLimits = false,
    rateLimit,
    callLimits,
    hiddenUnicode,
    limits,
    names,
    audit,
    telemetry,
    toolErrors,
    stateKey,
    approvalTimeoutMs,
    maxApprovals = MAX_APPROVALS,
    search,
    state,
  } = checkOptions(options, [...OPTIONS, 'state'], undefined, OPTIONS)
  if (state !== undefined)
    throw invalidOption('state', 'belongs to what loads tools: new SpecLoader(registry, { state: path })')
  oneOf('onConflict', onConflict, ['refuse', 'replace'])
  oneOf('hiddenUnicode', hiddenUnicode, ['keep', 'flag', 'strip'])
  oneOf('contextFrom', contextFrom, ['params', 'caller'])
  if (typeof validateParams !== 'boolean') throw invalidOption('validateParams', 'must be a boolean')
  if (typeof coerce !== 'boolean') throw invalidOption('coerce', 'must be a boolean')
  if (typeof enforceRateLimits !== 'boolean') throw invalidOption('enforceRateLimits', 'must be a boolean')
  const auditJson = auditText(audit)
  const calls = {
    validate: validateParams,
    toolErrors: checkToolErrors(toolErrors),
    callerOnly: contextFrom === 'caller',
    timeoutMs: milliseconds('timeoutMs', timeoutMs, TIMEOUT_MS),
    approvalTimeoutMs: readApprovalTimeout(approvalTimeoutMs),
    maxApprovals: readMaxApprovals(maxApprovals),
    records: auditJson !== undefined && recordsCalls(auditJson),
    stateKey: readStateKey(stateKey),
  }
  const tracing = Telemetry.of(telemetry)
  const searches = search === undefined ? undefined : loadSearch().readSearchSettings(search)
  const native = toText('options', {
    onConflict,
    contextFrom,
    coerce,
    timeoutMs: Math.min(calls.timeoutMs, MOST_TIMEOUT_MS),
    enforceRateLimits,
    rateLimit,
    callLimits,
    hiddenUnicode,
    limits: registryLimits(limits),
    search: searches?.native,
  })
  return { calls, telemetry: tracing, search: searches, native, names: toText('names', names), audit: auditJson }
}

function readApprovalTimeout(option: unknown): number {
  const ms = milliseconds('approvalTimeoutMs', option, APPROVAL_MS)
  if (ms <= MOST_APPROVAL_MS) return ms
  throw invalidOption('approvalTimeoutMs', `must be at most ${MOST_APPROVAL_MS} ms, which is a week`)
}

function readMaxApprovals(option: unknown): number {
  if (Number.isSafeInteger(option) && (option as number) > 0) return option as number
  throw invalidOption('maxApprovals', 'must be a whole number above zero')
}

/** Whether an audit log has calls. */
function recordsCalls(auditJson: string): boolean {
  return (JSON.parse(auditJson) as AuditOptions).calls === true
}

/** Few programs say how tools are searched. */
function loadSearch(): typeof searchModule {
  return require('../search/search-settings') as typeof searchModule
}
