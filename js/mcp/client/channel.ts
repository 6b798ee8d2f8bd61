// Channel: carries requests to a server and their answers back, whatever the transport.

import type { Members } from '../../border/kind'
import type { ClientRequest, Dialect } from './envelope'
import type { Patience } from './pending-request'
import type { UpstreamFault } from './upstream-connection'

/** What a channel tells. */
export interface ChannelListener {
  /** A notification that belongs to no call. */
  onNotice(method: string, params: Members): void
  /** A legacy session was over, and there is another one. */
  onRenewed(): void
  /** The channel is over. It is told once, and not after `close`. */
  onChannelClosed(fault: UpstreamFault): void
}

/** A way to a server. */
export interface Channel {
  /** The revision in which requests are written. */
  dialect: Dialect
  /** Whether messages go over HTTP, with headers that repeat what they say. */
  readonly isHttp: boolean
  listener: ChannelListener | undefined
  /** What a legacy server is told that it may ask. */
  readonly capabilities: Members
  /** Sends a request; resolves with its result. Rejects with an `UpstreamFault`. */
  request(request: ClientRequest, patience: Patience): Promise<Members>
  /** Sends a notification. Resolves when it is on its way; rejects with an `UpstreamFault`. */
  notify(method: string, params?: Members): Promise<void>
  /** Starts to hear what the server says by itself. A modern one is asked for `notifications`; without any it is not asked. */
  listen(notifications: Members): void
  /** Ends it. Resolves when nothing of it is left. */
  close(): Promise<void>
}

/** Whether a legacy server was told that it may ask. */
export function canBeAsked({ capabilities }: Pick<Channel, 'capabilities'>): boolean {
  return Object.keys(capabilities).length > 0
}
