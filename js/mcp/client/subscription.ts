// Subscription: the request `subscriptions/listen` of a modern connection, which stays open.

import type { Channel } from './channel'
import { UpstreamFault } from './upstream-connection'

/** Asks a modern server to tell changes of its list. */
export class Subscription {
  readonly #channel: Pick<Channel, 'request'>
  readonly #onEnd: (fault: UpstreamFault) => void
  #ending: AbortController | undefined

  /** `onEnd` is called once where it ends, and not where the server refuses it: then the list is known by its age alone. */
  constructor(channel: Pick<Channel, 'request'>, onEnd: (fault: UpstreamFault) => void) {
    this.#channel = channel
    this.#onEnd = onEnd
  }

  open(): void {
    if (this.#ending !== undefined) return
    const ending = new AbortController()
    this.#ending = ending
    const request = { method: 'subscriptions/listen', params: { notifications: { toolsListChanged: true } } }
    this.#channel.request(request, { signal: ending.signal }).then(
      () => this.#end(ending.signal, new UpstreamFault('lost', 'the server has ended the stream of changes')),
      (fault: UpstreamFault) => this.#end(ending.signal, fault),
    )
  }

  close(): void {
    this.#ending?.abort()
  }

  #end({ aborted }: AbortSignal, fault: UpstreamFault): void {
    if (!aborted && fault.kind !== 'refused' && fault.kind !== 'protocol') this.#onEnd(fault)
  }
}
