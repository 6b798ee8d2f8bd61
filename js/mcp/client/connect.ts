// Connect: what is configured of an MCP server → the function that opens a connection to it.

import type { Members } from '../../border/kind'
import { onAbort } from '../../call/abort-signals'
import { startTimer } from '../../border/timers'
import { AddressGuard } from './address-guard'
import { LEGACY_DIALECT, MODERN_DIALECT } from './agreement'
import type { Agreement } from './agreement'
import type { Channel } from './channel'
import { CLIENT_LIMITS } from './client-limits'
import type { ClientLimits } from './client-limits'
import { listenFilter } from './content-client'
import { agree } from './era'
import { FetchSender } from './fetch-sender'
import type { FetchFunction } from './fetch-sender'
import { HttpChannel } from './http-channel'
import type { ConfiguredHeaders } from './http-headers'
import { NodeSender } from './node-sender'
import { connectOfficial } from './official-client'
import type { ProcessSpec } from './server-process'
import { StdioChannel } from './stdio-channel'
import { UpstreamFault } from './upstream-connection'
import type { UpstreamConnection, UpstreamConnector } from './upstream-connection'
import { Upstream } from './upstream'

/** A server over HTTP. */
export interface HttpSpec {
  readonly url: string
  /** The same for all requests, or made for each. */
  readonly headers?: ConfiguredHeaders
  /** Sends the requests. Addresses are then its own matter: the guard sees the URL alone. */
  readonly fetch?: FetchFunction | undefined
  /** Private hosts that may be reached, as `name` or `name:port`. By default the host of the URL, if it says that it is private. */
  readonly allowPrivate?: readonly string[] | undefined
}

/** A connected client of an official SDK. */
export interface ClientSpec {
  readonly client: object
}

/** What is configured of a server. */
export type UpstreamSpec = (ProcessSpec | HttpSpec | ClientSpec) & {
  /** The era that is tried first: what was found the last time. @default 'modern' */
  readonly eraFirst?: 'modern' | 'legacy' | undefined
  readonly limits?: Partial<ClientLimits> | undefined
  /** Whether the connection is for calls alone: changes of the list are not asked for. @default false */
  readonly isForCalls?: boolean | undefined
}

/** Makes the function that opens a connection. Nothing is started before it is called. */
export function connectorOf(spec: UpstreamSpec): UpstreamConnector {
  const limits: ClientLimits = { ...CLIENT_LIMITS, ...spec.limits }
  const first = spec.eraFirst ?? 'modern'
  // Who has opened a client has said what it may be asked, and answers.
  if ('client' in spec) return (signal) => connectOfficial(spec.client, limits, signal)
  const open = 'command' in spec ? stdioOpener(spec, limits, first) : httpOpener(spec, limits, first)
  const isForCalls = spec.isForCalls === true
  return (signal, capabilities = {}) => opened((ending) => open(ending, capabilities), { limits, isForCalls }, signal)
}

/** Opens a channel and agrees with the server. What it has opened is closed where it rejects. */
type Opener = (
  signal: AbortSignal,
  capabilities: Members,
) => Promise<{ readonly channel: Channel; readonly agreement: Agreement }>

/** Opens a connection within its deadline. */
async function opened(
  open: (signal: AbortSignal) => ReturnType<Opener>,
  { limits, isForCalls }: { readonly limits: ClientLimits; readonly isForCalls: boolean },
  signal: AbortSignal,
): Promise<UpstreamConnection> {
  const { connectMs } = limits
  const ending = new AbortController()
  let isLate = false
  const abort = (): void => ending.abort()
  const stopAbort = onAbort(signal, abort)
  if (signal.aborted) abort()
  const stop = startTimer(connectMs, () => {
    isLate = true
    abort()
  })
  try {
    const { channel, agreement } = await open(ending.signal)
    if (ending.signal.aborted) {
      void channel.close().catch(() => {})
      throw new UpstreamFault('aborted', 'the connection is not wanted any more')
    }
    const upstream = new Upstream(channel, agreement, limits)
    channel.listen(isForCalls ? {} : listenFilter(agreement.capabilities))
    return upstream
  } catch (thrown) {
    if (isLate) throw new UpstreamFault('timeout', `the server did not answer within ${connectMs} ms`)
    throw openingFault(thrown as UpstreamFault)
  } finally {
    stop()
    stopAbort()
    // What was asked twice has one answer that nobody waits for.
    abort()
  }
}

/** To open a connection again is safe, whatever the server has read. */
function openingFault(fault: UpstreamFault): UpstreamFault {
  if (fault.kind !== 'lost' && fault.kind !== 'refused') return fault
  return Object.assign(new UpstreamFault('down', fault.message, fault as { code?: number; data?: unknown }), {
    status: (fault as { readonly status?: number }).status,
  })
}

function stdioOpener(spec: ProcessSpec, limits: ClientLimits, first: 'modern' | 'legacy'): Opener {
  const attempt = async (era: 'modern' | 'legacy', signal: AbortSignal, capabilities: Members) => {
    const channel = new StdioChannel(spec, era === 'modern' ? MODERN_DIALECT : LEGACY_DIALECT, limits, capabilities)
    try {
      return { channel, agreement: await agree(channel, era, { signal, probeMs: limits.probeMs }) }
    } catch (thrown) {
      const closed = channel.close()
      // One that has ended is started once more, when nothing of it is left. Who gave up waits for nothing.
      if ((thrown as UpstreamFault).kind === 'lost') await closed
      else void closed.catch(() => {})
      throw thrown
    }
  }
  return async (signal, capabilities) => {
    try {
      return await attempt(first, signal, capabilities)
    } catch (thrown) {
      // A server may end on a method of the other era: it is started once more.
      if ((thrown as UpstreamFault).kind !== 'lost') throw thrown
      return attempt(first === 'modern' ? 'legacy' : 'modern', signal, capabilities)
    }
  }
}

function httpOpener(
  { url: address, headers, fetch, allowPrivate }: HttpSpec,
  limits: ClientLimits,
  first: 'modern' | 'legacy',
): Opener {
  return async (signal, capabilities) => {
    const url = parseAddress(address)
    const guard = new AddressGuard(url, allowPrivate)
    const sender = fetch === undefined ? new NodeSender(guard) : new FetchSender(fetch, guard)
    const channel = new HttpChannel({ url, headers, sender, limits, capabilities }, MODERN_DIALECT)
    const renew = async (): Promise<void> => {
      await agree(channel, 'legacy', { signal: AbortSignal.timeout(limits.connectMs) })
      channel.listen({})
      channel.listener?.onRenewed()
    }
    try {
      const agreement = await agree(channel, first, { signal })
      channel.renew = renew
      return { channel, agreement }
    } catch (thrown) {
      void channel.close().catch(() => {})
      throw thrown
    }
  }
}

/** Reads the address of a server. A login in it would be a secret in a place where it is not looked for. */
function parseAddress(address: string): URL {
  if (!URL.canParse(address)) throw new UpstreamFault('down', 'the url of the server is malformed')
  const url = new URL(address)
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw new UpstreamFault('down', 'the url of the server must be http or https')
  if (url.username !== '' || url.password !== '')
    throw new UpstreamFault(
      'down',
      'the url of the server must have no user or password: give the header authorization',
    )
  url.hash = ''
  return url
}
