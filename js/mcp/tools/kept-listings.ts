// Kept listings: the lists of all views, within limits of time, number and bytes.

import type { McpListing } from '../../snapshot/mcp-listing'
import type { ViewListings } from './view-listings'

/** Limit of views with kept lists. Over it, the one that was used least recently is forgotten. */
const MOST_VIEWS = 256
/** Limit of the bytes of all lists, beside those of the view that is used. */
const MOST_BYTES = 64 << 20
/** Limit of forgotten views whose newest list is known as long as somebody has it. */
const MOST_FORGOTTEN = 4_096

/** The lists of views, by the key of the view. */
export class KeptListings {
  /** Those used most recently last. */
  readonly #views = new Map<string, ViewListings>()
  /** Newest lists of forgotten views: a subscriber must not take the same list, made anew, for another one. */
  readonly #forgotten = new Map<string, WeakRef<McpListing>>()

  /** The lists of a view. Lists whose time is over are forgotten, of all views. */
  get(key: string, now: number): ViewListings | undefined {
    for (const view of this.#views.values()) view.expire(now)
    const found = this.#views.get(key)
    if (found !== undefined) this.#use(key, found)
    return found
  }

  /** The newest list of a view that was forgotten, if somebody has it still. */
  getForgotten(key: string): McpListing | undefined {
    return this.#forgotten.get(key)?.deref()
  }

  /** Adds a view. */
  add(key: string, view: ViewListings): void {
    this.#forgotten.delete(key)
    this.#use(key, view)
    this.trim()
  }

  /** Keeps the limits: lists that are not the newest go first, then whole views. The view used last stays. */
  trim(): void {
    const views = [...this.#views]
    const used = views.pop()
    for (const [key, view] of views.slice(0, Math.max(0, views.length + 1 - MOST_VIEWS))) this.#forget(key, view)
    const parts = new PartBytes()
    for (const view of this.#views.values()) for (const listing of view.all) parts.add(listing)
    for (const view of this.#views.values()) {
      while (parts.total > MOST_BYTES) {
        const dropped = view.dropOldest()
        if (dropped === undefined) break
        parts.remove(dropped)
      }
    }
    for (const [key, view] of this.#views) {
      if (parts.total <= MOST_BYTES || key === used?.[0]) return
      this.#forget(key, view)
      for (const listing of view.all) parts.remove(listing)
    }
  }

  #use(key: string, view: ViewListings): void {
    this.#views.delete(key)
    this.#views.set(key, view)
  }

  #forget(key: string, { newest }: ViewListings): void {
    this.#views.delete(key)
    this.#forgotten.set(key, new WeakRef(newest))
    const [oldest] = this.#forgotten.keys()
    if (this.#forgotten.size > MOST_FORGOTTEN && oldest !== undefined) this.#forgotten.delete(oldest)
  }
}

/** The bytes of the parts of lists, each part once. */
class PartBytes {
  readonly #uses = new Map<Uint8Array, number>()
  total = 0

  add({ written }: McpListing): void {
    for (const part of written) this.#count(part, 1)
  }

  remove({ written }: McpListing): void {
    for (const part of written) this.#count(part, -1)
  }

  #count(part: Uint8Array, step: number): void {
    const before = this.#uses.get(part) ?? 0
    this.#uses.set(part, before + step)
    if (before === 0) this.total += part.length
    if (before + step === 0) this.total -= part.length
  }
}
