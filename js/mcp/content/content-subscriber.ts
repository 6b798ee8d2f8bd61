// Content subscriber: one client that is told of changed lists and updated resources, not more often than it can follow.

import type { Clock } from '../../border/clock'
import { startIdleTimerOf } from '../../border/timers'
import type { Principal } from '../principals'
import { MOST_WATCHED } from '../subscriptions/list-stream'
import { CHANGED_KINDS } from './content-view'
import type { ChangedKind } from './content-view'

/** How long a change waits for more, in ms (debounce). */
const GATHER_MS = 10

/** Sends a notification to the client. */
export type SendNotice = (method: string, params: object) => void

/** What a subscriber needs of its server. */
export interface SubscriberHost {
  readonly clock: Clock
  /** The least time between two rounds of notifications, in ms. */
  readonly notifyMs: number
  /** Another text where a principal would be listed something else; nothing before the first lists are known. */
  digest(principal: Principal, kind: ChangedKind): string | undefined
  /** Whether a principal may know of a resource. */
  sees(principal: Principal, uri: string): boolean
  /** Subscribes to the updates of a resource at its upstream. The returned function ends that. */
  watch(principal: Principal, uri: string): () => void
  /** Gets what a round of notifications fails with: nobody waits for it. */
  onFault(thrown: unknown): void
  /** Calls at the end of a subscriber. */
  forget(subscriber: ContentSubscriber): void
}

export class ContentSubscriber {
  readonly #host: SubscriberHost
  #principal: Principal
  /** The lists whose changes are told, with what the client knows of them. */
  readonly #known = new Map<ChangedKind, string | undefined>()
  /** The resources whose updates are told; each with what ends that. */
  readonly #watched = new Map<string, () => void>()
  readonly #updated = new Set<string>()
  #hasChanged = false
  #send: SendNotice | undefined
  #sentAt = -Infinity
  #stopTimer: (() => void) | undefined

  constructor(host: SubscriberHost, principal: Principal, kinds: readonly ChangedKind[]) {
    this.#host = host
    this.#principal = principal
    for (const kind of kinds) this.#known.set(kind, host.digest(principal, kind))
  }

  /** From now on there is a way to the client. What has changed before is told now. */
  attach(principal: Principal, send: SendNotice): void {
    this.#principal = principal
    this.#send = send
    this.#schedule()
  }

  /** The way to the client is gone; `send` says which. Changes wait for another one. */
  detach(send: SendNotice): void {
    if (this.#send !== send) return
    this.#send = undefined
    this.#stop()
  }

  /** Tells updates of a resource from now on. False where there are too many. */
  watch(uri: string): boolean {
    if (this.#watched.has(uri)) return true
    if (this.#watched.size >= MOST_WATCHED) return false
    this.#watched.set(uri, this.#host.watch(this.#principal, uri))
    return true
  }

  unwatch(uri: string): void {
    this.#watched.get(uri)?.()
    this.#watched.delete(uri)
    this.#updated.delete(uri)
  }

  /** The first lists are known: what comes later is a change. */
  learn(): void {
    for (const [kind, known] of this.#known)
      if (known === undefined) this.#known.set(kind, this.#host.digest(this.#principal, kind))
  }

  /** A list may have changed. */
  listsChanged(): void {
    this.#hasChanged = true
    this.#schedule()
  }

  /** A resource was updated. */
  updated(uri: string): void {
    if (!this.#watched.has(uri)) return
    this.#updated.add(uri)
    this.#schedule()
  }

  close(): void {
    this.#stop()
    this.#send = undefined
    for (const release of this.#watched.values()) release()
    this.#watched.clear()
    this.#host.forget(this)
  }

  #stop(): void {
    this.#stopTimer?.()
    this.#stopTimer = undefined
  }

  #schedule(): void {
    const isIdle = !this.#hasChanged && this.#updated.size === 0
    if (isIdle || this.#send === undefined || this.#stopTimer !== undefined) return
    const { clock, notifyMs } = this.#host
    const wait = Math.max(GATHER_MS, this.#sentAt + notifyMs - clock.now())
    this.#stopTimer = startIdleTimerOf(clock, wait, () => {
      this.#stopTimer = undefined
      try {
        this.#tell()
      } catch (thrown) {
        this.#host.onFault(thrown)
      }
    })
  }

  #tell(): void {
    const send = this.#send
    if (send === undefined) return
    if (this.#hasChanged) this.#watchAnew()
    const kinds = this.#hasChanged ? CHANGED_KINDS.filter((kind) => this.#isNew(kind)) : []
    this.#hasChanged = false
    const uris = [...this.#updated].filter((uri) => this.#host.sees(this.#principal, uri))
    this.#updated.clear()
    if (kinds.length + uris.length === 0) return
    this.#sentAt = this.#host.clock.now()
    for (const kind of kinds) send(`notifications/${kind}/list_changed`, {})
    for (const uri of uris) send('notifications/resources/updated', { uri })
  }

  /** A resource may be of another upstream now: that one is subscribed to before the former one is unsubscribed from. */
  #watchAnew(): void {
    for (const [uri, release] of this.#watched) {
      this.#watched.set(uri, this.#host.watch(this.#principal, uri))
      release()
    }
  }

  #isNew(kind: ChangedKind): boolean {
    const known = this.#known.get(kind)
    if (known === undefined) return false
    const digest = this.#host.digest(this.#principal, kind)
    this.#known.set(kind, digest)
    return digest !== known
  }
}
