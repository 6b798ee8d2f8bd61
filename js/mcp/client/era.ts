// Era of a server: whether it is modern or legacy, found by asking it (2026-07-28, "Backward Compatibility").

import type { Members } from '../../border/kind'
import { startTimer } from '../../border/timers'
import { HEADER_MISMATCH, MISSING_CAPABILITY } from '../protocol/json-rpc'
import {
  DISCOVER,
  LEGACY_DIALECT,
  MODERN_DIALECT,
  completeHandshake,
  initializeRequest,
  readDiscovery,
  readInitialization,
  readUnsupported,
} from './agreement'
import type { Agreement } from './agreement'
import type { Channel } from './channel'
import { statusOf } from './http-fault'
import { brokenFault } from './pending-request'
import type { UpstreamFault } from './upstream-connection'

/** Statuses of a legacy server that fails on a method which it does not know. */
const UNKNOWN_METHOD: ReadonlySet<unknown> = new Set([500, 501])
/** Statuses of HTTP that say nothing of the era: credentials are missing, or there are too many requests. */
const NO_VERDICT: ReadonlySet<unknown> = new Set([401, 403, 407, 429])

/** Agrees with a server; `first` is the era that is tried first. Rejects with an `UpstreamFault`. */
export async function agree(
  channel: Channel,
  first: 'modern' | 'legacy',
  { signal, probeMs }: { readonly signal: AbortSignal; readonly probeMs?: number },
): Promise<Agreement> {
  if (first === 'legacy') {
    try {
      return await handshake(channel, signal)
    } catch (thrown) {
      if (!saysLegacy(thrown as UpstreamFault)) throw thrown
    }
    const found = await discover(channel, signal)
    if (typeof found === 'object') return found
    throw found === 'initialize' ? noCommonRevision() : brokenFault('the server answers neither era of MCP')
  }
  const found = await (probeMs === undefined ? discover(channel, signal) : probe(channel, signal, probeMs))
  return typeof found === 'object' ? found : handshake(channel, signal)
}

/**
 * Asks a server of either era. One that does not answer in time gets `initialize` as well: it may be slow to start, and
 * then the answer that comes first decides.
 */
async function probe(
  channel: Channel,
  signal: AbortSignal,
  probeMs: number,
): Promise<Agreement | 'initialize' | undefined> {
  const asked = discover(channel, signal)
  let stop = (): void => {}
  const late = new Promise<'late'>((resolve) => {
    stop = startTimer(probeMs, () => resolve('late'))
  })
  try {
    const found = await Promise.race([asked, late])
    if (found !== 'late') return found
  } finally {
    stop()
  }
  return await firstAgreement(channel, signal, asked)
}

async function firstAgreement(
  channel: Channel,
  signal: AbortSignal,
  asked: Promise<Agreement | 'initialize' | undefined>,
): Promise<Agreement> {
  const opened = initialize(channel, signal)
  const modern = asked.then((found) => (typeof found === 'object' ? found : opened))
  try {
    const agreement = await Promise.any([modern, opened])
    channel.dialect = agreement.dialect
    if (agreement.dialect.era === 'legacy') await completeHandshake(channel, agreement)
    return agreement
  } catch (thrown) {
    const [modern, legacy] = (thrown as { readonly errors: readonly [UpstreamFault, UpstreamFault] }).errors
    // A server that names its revisions says more than one that does not know a method.
    throw modern.kind === 'protocol' ? modern : legacy
  }
}

/** Asks by `server/discover`: `initialize` where a legacy revision is the common one, nothing where the server is legacy. */
async function discover(channel: Channel, signal: AbortSignal): Promise<Agreement | 'initialize' | undefined> {
  const found = await askRevisions(channel, signal)
  // It refused the revision that it says it serves, as one of several servers behind an address may.
  const again = found === 'server/discover' ? await askRevisions(channel, signal) : found
  if (again === 'server/discover') throw brokenFault('the server refuses the revision of MCP that it says it serves')
  if (typeof again === 'object') channel.dialect = again.dialect
  return again
}

async function askRevisions(
  channel: Channel,
  signal: AbortSignal,
): Promise<Agreement | 'server/discover' | 'initialize' | undefined> {
  channel.dialect = MODERN_DIALECT
  let result: Members
  try {
    result = await channel.request(DISCOVER, { signal })
  } catch (thrown) {
    const fault = thrown as UpstreamFault
    const other = readUnsupported(fault)
    if (other !== undefined || saysLegacy(fault)) return other
    throw fault
  }
  return readDiscovery(result)
}

/** Whether a failure is one that a server of another era would answer with. */
function saysLegacy(fault: UpstreamFault): boolean {
  const { kind, code } = fault
  if (code === HEADER_MISMATCH || code === MISSING_CAPABILITY) return false
  const status = statusOf(fault)
  if (kind === 'refused') return !NO_VERDICT.has(status)
  return kind === 'protocol' || UNKNOWN_METHOD.has(status)
}

async function handshake(channel: Channel, signal: AbortSignal): Promise<Agreement> {
  const agreement = await initialize(channel, signal)
  await completeHandshake(channel, agreement)
  return agreement
}

async function initialize(channel: Channel, signal: AbortSignal): Promise<Agreement> {
  channel.dialect = LEGACY_DIALECT
  return readInitialization(await channel.request(initializeRequest(channel.capabilities), { signal }))
}

function noCommonRevision(): UpstreamFault {
  return brokenFault('the server names a revision with "initialize", and refuses that')
}
