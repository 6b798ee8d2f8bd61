// Versions of a source side by side: routes, canary shares, fallback.
import type { ContextOf, RegistryTypes } from './tool'

/** The versions of sources for a call or a snapshot: chosen by routes for its caller, or set explicitly. */
export interface VersionOptions<Types extends RegistryTypes = {}> {
  /** The context of the caller. Routes choose versions by its user and tenant. */
  context?: ContextOf<Types>
  /**
   * Versions, by source: a label (`'2'` for `crm@2`), a source name (`'crm@2'`) or a range (`'^2'`). For these sources,
   * routes are not used. An unknown source is `UNKNOWN_SOURCE`, an unknown version `INVALID_OPTIONS`.
   * @default routes choose
   * @see [version selection](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#version-selection)
   */
  versions?: Readonly<Record<string, string>>
}

/**
 * A route: which version of a source a caller gets. The first rule that applies decides, in this order: `versions` of
 * the call, `tenants`, `shares`, `use`, the default version.
 * @see [routes](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#routes)
 */
export interface Route {
  /**
   * The active version: for callers to whom no other rule applies. A range selects a newer version when it is loaded.
   * @default the version that was loaded first; if it is unloaded, the newest
   */
  use?: string
  /**
   * Versions, by tenant. The tenant is a text or number in the `metadata` of the context, under the key `tenantKey`.
   * @default none
   */
  tenants?: Readonly<Record<string, string>>
  /**
   * The key of the tenant in `metadata`. Rate limits and idempotency keys use it too.
   * @default 'tenant'
   */
  tenantKey?: string
  /**
   * Canary release: the share of users for each version, 0 to 1, in sum at most 1: `{ '2.x': 0.1 }`.
   * A hash of the `userId` decides. A caller without a user is in no share.
   * @default none
   * @see [canary](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#canary-shares)
   */
  shares?: Readonly<Record<string, number>>
  /**
   * The salt of that hash: another salt selects other users for the shares.
   * @default ''
   */
  salt?: string
  /**
   * Fallback: a version that fails too often is not selected any more, until a route is set again (`versionReturned`).
   * Its callers get the default version, which the fallback never leaves.
   * @default none
   * @see [fallback](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#fallback)
   */
  fallback?: Fallback
}

/**
 * The rules of a fallback. A version is left if more than `failureRate` of its calls fail. Only errors of the version
 * are failures, such as a timeout or a status 500; errors of the caller are not, such as a status 401 or 404.
 * @see [fallback](https://github.com/toolrack/toolrack/blob/main/docs/versions.md#fallback)
 */
export interface Fallback {
  /**
   * The failure rate: the share of calls that may fail, from 0 to below 1.
   * @default 0.2
   */
  failureRate?: number
  /**
   * The sliding window in which calls are counted, in ms.
   * @default 60000
   */
  windowMs?: number
  /**
   * The minimum number of calls in the window. With fewer calls, no version is left.
   * @default 20
   */
  minCalls?: number
}

/** A source with several versions, or with a route. */
export interface RouteStatus {
  /** The name of the source without a label: `crm`. */
  source: string
  /** The active version. */
  standing: string
  /** The versions, in the order of loading. */
  versions: VersionStatus[]
  /** The route, with its default values. Absent: the source has no route. */
  route?: Route
}

/** One version of a source. */
export interface VersionStatus {
  /** The name of the source with its label: `crm@2`. */
  source: string
  /** The version that ranges are compared with: the document's version if it fits the label, else the label. */
  version?: string
  /** Whether it is the active version. */
  standing: boolean
  /** Whether the fallback left this version: no rule selects it. */
  returned: boolean
}
