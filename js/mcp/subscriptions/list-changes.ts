// List changes: tells subscribers when the list of tools that they would get is another one, and not more often than a
// client can follow.

import type { Clock } from '../../border/clock'
import { startIdleTimerOf } from '../../border/timers'
import type { RegistryAttachment } from '../../registry/registry-attachment'
import type { OwnFaults } from '../own-faults'
import type { McpListing } from '../../snapshot/mcp-listing'
import type { Principal } from '../principals'
import type { ListShape } from '../protocol/revisions'
import type { ToolViews } from '../tools/tool-views'

/**
 * How long a change waits for more, in ms (debounce): a program that registers 500 tools one by one is one notification.
 */
const GATHER_MS = 10

/**
 * How long lists are looked at before anything else may run, in ms. A list of many tools takes some ms, and callers with
 * filters of their own have one each.
 */
const SLICE_MS = 5

/** The message that a list fails for, as the program is told. */
const METHOD = 'notifications/tools/list_changed'

/** Those who would get the same list: one principal, in one shape. */
class Topic {
  readonly principal: Principal
  readonly shape: ListShape
  readonly subscribers = new Set<() => void>()
  /**
   * The list that they know of; `undefined` before the first look. Not its digest: a list that somebody has read since,
   * and that was undone, must be told too. Views keep a list until somebody has seen another one.
   */
  listing: McpListing | undefined
  /** Whether the registry has changed since the last look. */
  isChanged = false
  /** When they were notified last. */
  notifiedAt = -Infinity
  /** Stops the timer of the next look, if one is due. */
  stopTimer: (() => void) | undefined

  constructor(principal: Principal, shape: ListShape) {
    this.principal = principal
    this.shape = shape
  }
}

/** Watches the lists of subscribers. */
export class ListChanges {
  readonly #registry: RegistryAttachment
  readonly #views: ToolViews
  /** The least time between two notifications, in ms. */
  readonly #notifyMs: number
  /** Gets lists that cannot be made. Nobody waits for an answer then. */
  readonly #faults: OwnFaults
  readonly #topics = new Map<Principal, Map<ListShape, Topic>>()
  #stopListening: (() => void) | undefined
  /** Topics that are to be looked at now, in order. */
  readonly #due = new Set<Topic>()
  /** Stops the timer that looks at them. */
  #stopTurn: (() => void) | undefined

  constructor(registry: RegistryAttachment, views: ToolViews, notifyMs: number, faults: OwnFaults) {
    this.#registry = registry
    this.#views = views
    this.#notifyMs = notifyMs
    this.#faults = faults
  }

  /** Calls `notify` when the list of a principal is another one. The returned function ends that. */
  subscribe(principal: Principal, shape: ListShape, notify: () => void): () => void {
    const topic = this.#topic(principal, shape)
    topic.subscribers.add(notify)
    this.#stopListening ??= this.#registry.onChange(() => this.#markChanged())
    // What the list is now is looked at soon, but not before the answer that the client waits for.
    if (topic.listing === undefined) this.#schedule(topic)
    return () => {
      topic.subscribers.delete(notify)
      if (topic.subscribers.size === 0) this.#forget(topic)
    }
  }

  close(): void {
    this.#stopListening?.()
    this.#stopListening = undefined
    for (const shapes of this.#topics.values()) for (const topic of shapes.values()) this.#stopLooking(topic)
    this.#topics.clear()
    this.#stopTurn?.()
    this.#stopTurn = undefined
  }

  #topic(principal: Principal, shape: ListShape): Topic {
    const shapes = this.#topics.get(principal) ?? new Map<ListShape, Topic>()
    this.#topics.set(principal, shapes)
    const topic = shapes.get(shape) ?? new Topic(principal, shape)
    shapes.set(shape, topic)
    return topic
  }

  #forget(topic: Topic): void {
    this.#stopLooking(topic)
    const shapes = this.#topics.get(topic.principal)
    if (shapes?.get(topic.shape) !== topic) return
    shapes.delete(topic.shape)
    if (shapes.size === 0) this.#topics.delete(topic.principal)
    if (this.#topics.size > 0) return
    this.#stopListening?.()
    this.#stopListening = undefined
  }

  #markChanged(): void {
    for (const shapes of this.#topics.values()) {
      for (const topic of shapes.values()) {
        topic.isChanged = true
        this.#schedule(topic)
      }
    }
  }

  /** Looks at a list soon: at once if the last notification is long ago, else when the next one is due. */
  #schedule(topic: Topic): void {
    if (topic.stopTimer !== undefined || this.#due.has(topic)) return
    const due = topic.notifiedAt + this.#notifyMs - this.#clock.now()
    topic.stopTimer = startIdleTimerOf(this.#clock, Math.max(GATHER_MS, due), () => {
      topic.stopTimer = undefined
      this.#due.add(topic)
      this.#startTurn()
    })
  }

  /** Looks at what is due, a slice at a time: requests are answered between two. */
  #startTurn(): void {
    this.#stopTurn ??= startIdleTimerOf(this.#clock, 0, () => {
      this.#stopTurn = undefined
      const end = this.#clock.now() + SLICE_MS
      for (const topic of this.#due) {
        this.#due.delete(topic)
        this.#look(topic)
        if (this.#clock.now() >= end) break
      }
      if (this.#due.size > 0) this.#startTurn()
    })
  }

  #look(topic: Topic): void {
    const { isChanged, listing: known } = topic
    topic.isChanged = false
    try {
      topic.listing = this.#views.listing(topic.principal, topic.shape)
    } catch (thrown) {
      // The known list stays known: the next change is compared with it.
      topic.isChanged ||= isChanged
      this.#faults.tell(thrown, { method: METHOD })
      return
    }
    // Without a known list, a change may be one of what the client has just read.
    if (!isChanged || topic.listing === known) return
    topic.notifiedAt = this.#clock.now()
    for (const notify of topic.subscribers) this.#notify(notify)
  }

  /** Notifies one subscriber. Its fault is none of the others. */
  #notify(notify: () => void): void {
    try {
      notify()
    } catch (thrown) {
      this.#faults.tell(thrown, { method: METHOD })
    }
  }

  #stopLooking(topic: Topic): void {
    topic.stopTimer?.()
    topic.stopTimer = undefined
    this.#due.delete(topic)
  }

  get #clock(): Clock {
    return this.#registry.closures.clock
  }
}
