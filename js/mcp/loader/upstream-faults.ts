// Upstream faults: what the requests of an MCP server failed with → errors of calls and of loads.

import { failureOf } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { raise, raiseForCall } from '../../border/raised-error'
import { statusOf } from '../client/http-fault'
import { UpstreamFault } from '../client/upstream-connection'

/** Longest text of a server in an error, in characters. */
const LONGEST_REASON = 1_000

/** JSON-RPC errors with which a server says that it has not run the tool. */
const NOT_RUN: ReadonlySet<number | undefined> = new Set([
  -32_700, -32_600, -32_601, -32_602, -32_020, -32_021, -32_022,
])

/** What names the upstream of a call. */
export interface CalledTool {
  /** The name in the registry. */
  readonly tool: string
  /** The name of the source. */
  readonly upstream: string
}

/** Since when an upstream is down, and why. */
export interface DownState {
  /** In ms since 1970. */
  readonly since: number
  readonly reason: string
  /** The status of HTTP that the reason came with. */
  readonly status?: number | undefined
}

/** A thrown value as a fault. What is none is a bug of the connection: it may have sent the request. */
export function faultOf(thrown: unknown): UpstreamFault {
  return thrown instanceof UpstreamFault ? thrown : new UpstreamFault('lost', failureOf(thrown, 0).message)
}

/** The error of a call whose upstream cannot be reached. Nothing was sent. */
export function upstreamDown({ tool, upstream }: CalledTool, { since, reason }: DownState): ToolrackError {
  const details = { tool, upstream, since, reason: bounded(reason) }
  return raiseForCall('UPSTREAM_DOWN', details, { ...details, since: new Date(since).toISOString() })
}

/** The error of a call whose caller has no credentials, or that the upstream refuses for those. It did not run. */
export function noCredentials(
  { tool, upstream }: CalledTool,
  { reason, status }: { readonly reason: string; readonly status?: number },
): ToolrackError {
  const details = { tool, upstream, reason: bounded(reason) }
  return raiseForCall('AUTH_FAILED', { ...details, ...(status !== undefined && { status }) }, details)
}

/** The status with which an upstream refuses the credentials of a request, and does not carry it out. */
export function refusedStatus(fault: UpstreamFault): number | undefined {
  const status = statusOf(fault)
  return status === 401 || status === 403 ? status : undefined
}

/** The error of a call that gets no connection of its own. */
export function tooManyCallers({ tool, upstream }: CalledTool, limit: number): ToolrackError {
  return raiseForCall('BUSY', { tool, upstream, limit })
}

/** The error of a call that its upstream did not carry out. */
export function upstreamFailed({ tool, upstream }: CalledTool, fault: UpstreamFault): ToolrackError {
  const { kind, code } = fault
  const mayHaveRun = kind !== 'down' && !(kind === 'refused' && NOT_RUN.has(code))
  const details = { tool, upstream, kind, reason: bounded(fault.message), mayHaveRun }
  return raiseForCall('UPSTREAM_FAILED', { ...details, ...(code !== undefined && { rpcCode: code }) }, details)
}

/** The error of a load whose upstream gave no list. */
export function unreadableUpstream(location: string, fault: UpstreamFault): ToolrackError {
  return raise('SOURCE_UNREADABLE', { location, reason: bounded(fault.message) })
}

/** Whether an upstream could not be read: a gate or an option that refuses says nothing about the connection. */
export function isUnreadable(thrown: unknown): boolean {
  return failureOf(thrown, 0).code === 'SOURCE_UNREADABLE'
}

function bounded(text: string): string {
  return text.length <= LONGEST_REASON ? text : `${text.slice(0, LONGEST_REASON)}…`
}
