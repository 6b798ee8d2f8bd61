// Subscription: the request `subscriptions/listen` of a modern connection, which stays open.

import type { Members } from '../../border/kind'
import type { Channel } from './channel'
import { statusOf } from './http-fault'
import { UpstreamFault } from './upstream-connection'

/** Asks a modern server to tell changes of its lists. */
export class Subscription {
  readonly #channel: Pick<Channel, 'request'>
  readonly #onEnd: (fault: UpstreamFault) => void
  #isOpen = false

  /** `onEnd` is called once where it ends, and not where the server refuses it: then the list is known by its age alone. */
  constructor(channel: Pick<Channel, 'request'>, onEnd: (fault: UpstreamFault) => void) {
    this.#channel = channel
    this.#onEnd = onEnd
  }

  /** `notifications` are those that are asked for; without any it stays closed. */
  open(notifications: Members): void {
    if (this.#isOpen || Object.keys(notifications).length === 0) return
    this.#isOpen = true
    const request = { method: 'subscriptions/listen', params: { notifications } }
    // It lasts as long as the connection.
    this.#channel.request(request, { signal: new AbortController().signal }).then(
      () => this.#end(new UpstreamFault('lost', 'the server has ended the stream of changes')),
      (fault: UpstreamFault) => this.#end(fault),
    )
  }

  #end(fault: UpstreamFault): void {
    const isRefused = fault.kind === 'refused' || fault.kind === 'protocol' || statusOf(fault) !== undefined
    if (!isRefused) this.#onEnd(fault)
  }
}
