// Tool views: what principals see of the newest revision, and the lists of it that clients are reading.

import type { RegistryAttachment } from '../../registry/registry-attachment'
import { filterSnapshotOnce, scopesOf, viewKeyOf } from '../../snapshot'
import type { Snapshot } from '../../snapshot'
import { McpListing } from '../../snapshot/mcp-listing'
import type { HeaderArgument } from '../../snapshot/mcp-listing'
import type { Principal } from '../principals'
import type { ListShape } from '../protocol/revisions'

/** How long a list that is not the newest can be read on, in ms. */
const KEPT_MS = 60_000
/** How many lists that are not the newest are kept, for each view and shape. */
const MOST_KEPT = 8
/** Limit of views with kept lists. Over it, the one that was used least recently is forgotten. */
const MOST_VIEWS = 256

/** A filter without a condition: a tool that is disabled is not listed, and must be unknown to a call too. */
const ENABLED = Object.freeze({})

/** A list that is not the newest. */
interface FormerListing {
  readonly listing: McpListing
  /** When it is forgotten, by the clock of the registry. */
  readonly until: number
}

/** The lists of one view in one shape. */
interface ViewListings {
  /** The snapshot that the newest list is of. */
  snapshot: Snapshot
  newest: McpListing
  former: readonly FormerListing[]
}

/** The tools that principals see. Principals with the same filter and the same versions share a view. */
export class ToolViews {
  readonly #registry: RegistryAttachment
  /** The size from which on a page ends, in bytes. */
  readonly #pageBytes: number
  readonly #tellsUnscoped: boolean
  /** By view and shape, those used most recently last. */
  readonly #listings = new Map<string, ViewListings>()

  /** `tellsUnscoped`: lists have tools whose scopes a principal does not have. */
  constructor(registry: RegistryAttachment, pageBytes: number, tellsUnscoped = false) {
    this.#registry = registry
    this.#pageBytes = pageBytes
    this.#tellsUnscoped = tellsUnscoped
  }

  /** The tools of the newest revision that a principal may call. Its calls have no caller of their own. */
  newest(principal: Principal): Snapshot {
    const { scopes } = principal
    const whole = this.#whole(principal)
    if (scopes === undefined) return whole
    const needed = scopesOf(whole)
    const grantedScopes = needed.filter((scope) => scopes.includes(scope))
    // Scopes that no tool needs make no view of its own: principals who see the same tools share one.
    return grantedScopes.length === needed.length ? whole : filterSnapshotOnce(whole, { grantedScopes })
  }

  /** Returns the scopes of a tool by its wire name, if a principal may not call it although its filter has it. */
  missingScopes(principal: Principal, wireName: string): readonly string[] | undefined {
    const { scopes: granted = [] } = principal
    const whole = this.#whole(principal)
    const name = whole.resolve(wireName, 'mcp')
    const { scopes = [] } = (name === undefined ? undefined : whole.get(name)) ?? {}
    return scopes.every((scope) => granted.includes(scope)) ? undefined : scopes
  }

  /** The tools of a principal's filter, with those whose scopes it does not have. */
  #whole({ context, filter = ENABLED }: Principal): Snapshot {
    return this.#registry.view(context, filter)
  }

  /** The list of the newest revision. */
  listing(principal: Principal, shape: ListShape): McpListing {
    return this.#view(principal, shape).newest
  }

  /** The arguments of a tool, by its wire name, that clients repeat in headers. */
  headerArguments(principal: Principal, shape: ListShape, wireName: string): readonly HeaderArgument[] {
    const { newest, snapshot } = this.#view(principal, shape)
    return newest.headerArguments(wireName, snapshot)
  }

  /** A list by its digest: the newest one, or one that was the newest a short time ago. */
  findListing(principal: Principal, shape: ListShape, digest: string): McpListing | undefined {
    const { newest, former } = this.#view(principal, shape)
    if (newest.digest === digest) return newest
    const now = this.#registry.closures.clock.now()
    return former.find(({ listing, until }) => listing.digest === digest && until > now)?.listing
  }

  #view(principal: Principal, shape: ListShape): ViewListings {
    const snapshot = this.#tellsUnscoped ? this.#whole(principal) : this.newest(principal)
    const key = `${shape}\n${viewKeyOf(snapshot)}`
    const known = this.#listings.get(key)
    if (known !== undefined) this.#listings.delete(key)
    const view = known === undefined ? this.#open(snapshot, shape) : this.#renew(known, snapshot, shape)
    this.#listings.set(key, view)
    if (this.#listings.size > MOST_VIEWS) {
      const [oldest] = this.#listings.keys()
      if (oldest !== undefined) this.#listings.delete(oldest)
    }
    return view
  }

  #open(snapshot: Snapshot, shape: ListShape): ViewListings {
    return { snapshot, newest: this.#list(snapshot, shape), former: [] }
  }

  /** Makes the list of a new revision. One with the same bytes has the same digest: whoever reads it goes on. */
  #renew(view: ViewListings, snapshot: Snapshot, shape: ListShape): ViewListings {
    if (view.snapshot === snapshot) return view
    const listing = view.newest
    view.newest = this.#list(snapshot, shape, listing)
    view.snapshot = snapshot
    if (view.newest.digest === listing.digest) return view
    const now = this.#registry.closures.clock.now()
    const kept = view.former.filter(({ until }) => until > now)
    view.former = [{ listing, until: now + KEPT_MS }, ...kept].slice(0, MOST_KEPT)
    return view
  }

  /** Writes a list. Pages without a change are those of the former one, with their bytes. */
  #list(snapshot: Snapshot, shape: ListShape, former?: McpListing): McpListing {
    return new McpListing(snapshot, { revision: shape, limits: { pageBytes: this.#pageBytes } }, former)
  }
}
