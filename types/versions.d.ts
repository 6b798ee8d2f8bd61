// Versions of a source side by side: routes, canary shares, fallback.
import type { ContextOf, RegistryTypes } from './tool'

/** The choice of versions for a call or a snapshot: by caller, or explicit. */
export interface VersionOptions<Types extends RegistryTypes = {}> {
  /** The caller: routes choose by its user and tenant. */
  context?: ContextOf<Types>
  /**
   * Versions by source, before any route: a label (`'2'` for `crm@2`), a source name (`'crm@2'`) or a range (`'^2'`).
   * An unknown source is `UNKNOWN_SOURCE`; a version that no source meets is `INVALID_OPTIONS`.
   * @default as routes decide
   * @see [version selection](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#version-selection)
   */
  versions?: Readonly<Record<string, string>>
}

/**
 * A route: which version of a source a caller is shown. The order is: `versions` of the call, tenant, share, `use`.
 * @see [routes](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#routes)
 */
export interface Route {
  /**
   * The active version, for callers without another rule. A range follows newer versions as they are loaded.
   * @default the first that was loaded; if that one is unloaded, the newest
   */
  use?: string
  /**
   * Versions by tenant: by the text or number that the context's metadata has under `tenantKey`.
   * @default none
   */
  tenants?: Readonly<Record<string, string>>
  /**
   * The metadata key of the tenant, for rate limits and idempotency keys too.
   * @default 'tenant'
   */
  tenantKey?: string
  /**
   * Canary shares by version, from 0 to 1, together at most 1: `{ '2.x': 0.1 }`. They hash the `userId`.
   * A caller without a user has no share.
   * @default none
   * @see [canary](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#canary-shares)
   */
  shares?: Readonly<Record<string, number>>
  /**
   * The salt of the hash: another salt selects other users for the shares.
   * @default ''
   */
  salt?: string
  /**
   * The fallback: no rule selects a version that fails too often, until a route is set again (`versionReturned`).
   * The default version, which is active without a route, takes over.
   * @default none
   * @see [fallback](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#fallback)
   */
  fallback?: Fallback
}

/**
 * The failure rate at which a version is left. Only faults of the version count, not those of the caller.
 * @see [fallback](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#fallback)
 */
export interface Fallback {
  /**
   * The share of calls that may fail, from 0 to below 1.
   * @default 0.2
   */
  failureRate?: number
  /**
   * The sliding window, in ms.
   * @default 60000
   */
  windowMs?: number
  /**
   * The calls in the window below which the rate is not judged.
   * @default 20
   */
  minCalls?: number
}

/** A source with several versions, or with a route. */
export interface RouteStatus {
  /** The name without a label: `crm`. */
  source: string
  /** The active version. */
  standing: string
  /** The versions, in the order of loading. */
  versions: VersionStatus[]
  /** The route with its defaults, if there is one. */
  route?: Route
}

/** One version of a source. */
export interface VersionStatus {
  /** The name with its label: `crm@2`. */
  source: string
  /** The version number for ranges: the document's version if it fits the label, else the label. */
  version?: string
  /** Whether it is the active version. */
  standing: boolean
  /** Whether the fallback left it: no rule selects it. */
  returned: boolean
}
