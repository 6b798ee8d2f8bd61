// Session: a legacy client over HTTP, from `initialize` to DELETE, and its stream of notifications.

import type { McpListing } from '../../snapshot/mcp-listing'
import type { ContentSubscriber, SendNotice } from '../content/content-subscriber'
import type { ServerState } from '../methods/method'
import type { Principal } from '../principals'
import { writeNotification } from '../protocol/answers'
import { Connection } from '../protocol/connection'
import { ListStream } from '../subscriptions/list-stream'
import type { EventStream } from './events'

/** What a session needs of those that keep it. */
export interface SessionParts {
  readonly server: ServerState
  /** Called when its stream has ended. */
  readonly onStreamEnd: (session: Session) => void
}

/** A session of a legacy client. */
export class Session {
  readonly id: string
  /** The key of the principal that opened it: it serves no other one. */
  readonly owner: string
  readonly connection: Connection
  readonly #server: ServerState
  readonly #onStreamEnd: (session: Session) => void
  /** When it was in use last. */
  usedAt: number
  /**
   * The list that the client was told of last; `undefined` before it is ready. A view keeps its list until somebody has
   * seen another one: a list that is gone was another one.
   */
  #known: WeakRef<McpListing> | undefined
  /** Ends the open stream. */
  #endStream: (() => void) | undefined
  /** Whether it takes no stream any more: it has ended, or its server ends. */
  #isEnding = false

  constructor(id: string, principal: Principal, { server, onStreamEnd }: SessionParts) {
    this.id = id
    this.owner = principal.key
    this.#server = server
    this.#onStreamEnd = onStreamEnd
    this.usedAt = server.registry.closures.clock.now()
    this.connection = new Connection(() => {
      this.#remember(principal)
      this.#openContent(principal)
    })
  }

  /** Whether it has no request under way and no stream. */
  get isIdle(): boolean {
    return this.#endStream === undefined && !this.connection.hasRequests
  }

  /**
   * Opens its stream. One that is open already ends: its client has lost it. The returned function ends this one.
   */
  open(stream: EventStream, principal: Principal, leave: () => void): () => void {
    this.#endStream?.()
    // It has ended between the request and its response.
    if (this.#isEnding) {
      leave()
      stream.end()
      return () => {}
    }
    const { agreed } = this.connection
    const list = new ListStream(stream, writeNotification('notifications/tools/list_changed'))
    // A session exists from the moment that its revision is agreed on.
    const shape = agreed?.shape ?? '2025-06-18'
    const stop = this.#server.changes.subscribe(principal, shape, () => {
      this.#remember(principal)
      list.notify()
    })
    const content = this.#openContent(principal)
    const send: SendNotice = (method, params) => list.notify(writeNotification(method, params))
    content?.attach(principal, send)
    let isEnded = false
    const end = () => {
      if (isEnded) return
      isEnded = true
      if (this.#endStream === end) this.#endStream = undefined
      stop()
      content?.detach(send)
      list.end()
      leave()
      this.#onStreamEnd(this)
      stream.end()
    }
    this.#endStream = end
    // The list may have changed while no stream was open.
    const known = this.#known
    this.#remember(principal)
    if (known !== undefined && known.deref() !== this.#known?.deref()) list.notify()
    return end
  }

  /** Ends its stream: the server ends. Calls go on. */
  endStream(): void {
    this.#isEnding = true
    this.#endStream?.()
  }

  /** Ends it: its calls are cancelled. */
  close(): void {
    this.endStream()
    this.connection.close()
  }

  /** Returns the list that a principal gets now; nothing before the revision is agreed on. */
  look(principal: Principal): McpListing | undefined {
    const { agreed } = this.connection
    return agreed && this.#server.views.listing(principal, agreed.shape)
  }

  /** What tells the client of changed resources and prompts: it outlives a stream. */
  #openContent(principal: Principal): ContentSubscriber | undefined {
    const { content } = this.#server
    return content && (this.connection.content ??= content.subscriber(principal, ['resources', 'prompts']))
  }

  #remember(principal: Principal): void {
    const listing = this.look(principal)
    this.#known = listing && new WeakRef(listing)
  }
}
