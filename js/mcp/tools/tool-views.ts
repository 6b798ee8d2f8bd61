// Tool views: what principals see of the newest revision, and the lists of it that clients are reading.

import type { RegistryAttachment } from '../../registry/registry-attachment'
import { filterSnapshotOnce, scopesOf, viewKeyOf } from '../../snapshot'
import type { Snapshot } from '../../snapshot'
import { McpListing } from '../../snapshot/mcp-listing'
import type { HeaderArgument, McpListReport } from '../../snapshot/mcp-listing'
import type { Exposure, ExposureReport } from '../exposure/exposure'
import type { Principal } from '../principals'
import type { ListShape } from '../protocol/revisions'
import type { McpListForm } from '../../snapshot/snapshot-reader'
import { KeptListings } from './kept-listings'
import { ViewKeys } from './view-keys'
import { ViewListings } from './view-listings'

/** What a list has, and what stays away from it. */
export type ListJudgement = McpListReport & ExposureReport

/** A filter without a condition: a tool that is disabled is not listed, and must be unknown to a call too. */
const ENABLED = Object.freeze({})

/** The tools that principals see. Principals with the same filter and the same versions share a view. */
export class ToolViews {
  readonly #registry: RegistryAttachment
  /** The size from which on a page ends, in bytes. */
  readonly #pageBytes: number
  readonly #exposure: Exposure
  readonly #tellsUnscoped: boolean
  readonly #keys = new ViewKeys()
  readonly #kept = new KeptListings()
  /** Lists of a snapshot by shape, for filters that are made anew for each request and accept the same tools. */
  readonly #written = new WeakMap<Snapshot, Map<ListShape, McpListing>>()

  /** `tellsUnscoped`: lists have tools whose scopes a principal does not have. */
  constructor(registry: RegistryAttachment, pageBytes: number, exposure: Exposure, tellsUnscoped = false) {
    this.#registry = registry
    this.#pageBytes = pageBytes
    this.#exposure = exposure
    this.#tellsUnscoped = tellsUnscoped
  }

  /** The tools of the newest revision that a principal may call. Its calls have no caller of their own. */
  newest(principal: Principal): Snapshot {
    const whole = this.#whole(principal)
    return this.#bound(whole, this.#grantedScopes(principal, whole))
  }

  /** The scopes that tools need and a principal has; nothing if they bound nothing. */
  #grantedScopes({ scopes }: Principal, whole: Snapshot): readonly string[] | undefined {
    if (scopes === undefined) return undefined
    const needed = scopesOf(whole)
    const granted = needed.filter((scope) => scopes.includes(scope))
    // Scopes that no tool needs make no view of its own: principals who see the same tools share one.
    return granted.length === needed.length ? undefined : granted
  }

  #bound(whole: Snapshot, grantedScopes: readonly string[] | undefined): Snapshot {
    return grantedScopes === undefined ? whole : filterSnapshotOnce(whole, { grantedScopes })
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
    const { snapshot } = this.#view(principal, shape)
    return this.#list(snapshot, shape).headerArguments(wireName, snapshot)
  }

  /**
   * What the list of the newest revision has, and what stays away from it. Lists of two revisions may have the same
   * bytes, and leave out other tools.
   */
  judgement(principal: Principal, shape: ListShape): ListJudgement {
    const { snapshot } = this.#view(principal, shape)
    const { refused, findings, ...list } = this.#list(snapshot, shape).judgement
    const exposed = this.#exposure.report(snapshot)
    return {
      ...list,
      ...exposed,
      refused: [...refused, ...exposed.refused],
      findings: [...findings, ...exposed.findings],
    }
  }

  /** A list by its digest: the newest one, or one that was the newest a short time ago. */
  findListing(principal: Principal, shape: ListShape, digest: string): McpListing | undefined {
    return this.#view(principal, shape).find(digest)
  }

  /** The tools of the newest revision that a principal may know of: its list is of them. */
  seen(principal: Principal): Snapshot {
    return this.#tellsUnscoped ? this.#whole(principal) : this.newest(principal)
  }

  #view(principal: Principal, shape: ListShape): ViewListings {
    const whole = this.#whole(principal)
    const grantedScopes = this.#tellsUnscoped ? undefined : this.#grantedScopes(principal, whole)
    const snapshot = this.#bound(whole, grantedScopes)
    const callerKey = viewKeyOf(whole)
    const key = this.#keys.write({ shape, callerKey, filter: principal.filter, grantedScopes })
    const now = this.#registry.closures.clock.now()
    const known = this.#kept.get(key, now)
    if (known?.snapshot === snapshot) return known
    if (known !== undefined) {
      if (known.renew(snapshot, this.#list(snapshot, shape, known.newest), now)) this.#kept.trim()
      return known
    }
    const former = this.#kept.getForgotten(key)
    const newest = this.#list(snapshot, shape, former)
    const view = new ViewListings(snapshot, former?.digest === newest.digest ? former : newest)
    this.#kept.add(key, view)
    return view
  }

  /** Writes a list. Pages without a change are those of the former one, with their bytes. */
  #list(snapshot: Snapshot, shape: ListShape, former?: McpListing): McpListing {
    const written = this.#written.get(snapshot) ?? new Map<ListShape, McpListing>()
    this.#written.set(snapshot, written)
    const form = { revision: shape, limits: { pageBytes: this.#pageBytes } }
    const listing = written.get(shape) ?? this.#write(snapshot, form, former)
    written.set(shape, listing)
    return listing
  }

  #write(snapshot: Snapshot, form: McpListForm, former: McpListing | undefined): McpListing {
    const { tools, own } = this.#exposure.expose(snapshot)
    return new McpListing(tools, form, former, own)
  }
}
