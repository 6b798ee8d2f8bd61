// View listings: the newest list of one view, and those before it that clients read on.

import type { Snapshot } from '../../snapshot'
import type { McpListing } from '../../snapshot/mcp-listing'

/** How long a list that is not the newest can be read on, in ms. */
const KEPT_MS = 60_000
/** How many lists that are not the newest are kept. */
const MOST_KEPT = 8

/** A list that is not the newest. */
interface FormerListing {
  readonly listing: McpListing
  /** When it is forgotten, by the clock of the registry. */
  readonly until: number
}

/** The lists of one view in one shape. */
export class ViewListings {
  #snapshot: Snapshot
  #newest: McpListing
  /** The newest first. */
  #former: readonly FormerListing[] = []

  constructor(snapshot: Snapshot, newest: McpListing) {
    this.#snapshot = snapshot
    this.#newest = newest
  }

  get newest(): McpListing {
    return this.#newest
  }

  /** All lists, the newest first. */
  get all(): readonly McpListing[] {
    return [this.#newest, ...this.#former.map(({ listing }) => listing)]
  }

  /** The newest snapshot that has the newest list. */
  get snapshot(): Snapshot {
    return this.#snapshot
  }

  /** Finds a list by its digest. */
  find(digest: string): McpListing | undefined {
    return this.all.find((listing) => listing.digest === digest)
  }

  /** Takes the list of another revision. One with the same bytes is not taken: whoever reads the known one goes on. */
  renew(snapshot: Snapshot, listing: McpListing, now: number): boolean {
    this.#snapshot = snapshot
    if (listing.digest === this.#newest.digest) return false
    this.#former = [{ listing: this.#newest, until: now + KEPT_MS }, ...this.#former].slice(0, MOST_KEPT)
    this.#newest = listing
    return true
  }

  /** Forgets lists whose time is over. */
  expire(now: number): void {
    if (this.#former.length > 0) this.#former = this.#former.filter(({ until }) => until > now)
  }

  /** Forgets the oldest list that is not the newest, and returns it. */
  dropOldest(): McpListing | undefined {
    const oldest = this.#former.at(-1)
    if (oldest !== undefined) this.#former = this.#former.slice(0, -1)
    return oldest?.listing
  }
}
