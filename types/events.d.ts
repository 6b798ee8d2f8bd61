// Events of a registry.
import type { CallEvent } from './call'
import type { ToolrackError } from './errors'
import type { LoadReport, TargetJudgement } from './load-report'
import type { HeldChange } from './review'

/**
 * The changes of one revision. A tool is in one list at most.
 * @see [change events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#change-events)
 */
export interface ChangeSet {
  /** The number of the revision. */
  readonly revision: number
  /** The document that changed, if one did. */
  readonly source?: string
  /** New tools. */
  readonly added: readonly string[]
  /** Changed tools. */
  readonly updated: readonly string[]
  /** Removed tools. */
  readonly removed: readonly string[]
  /** Tools that became stale: their operation cannot be read any more. */
  readonly stale: readonly string[]
}

/**
 * The events of a registry, with the object that listeners get. The objects are frozen.
 * @see [events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#events)
 */
export interface RegistryEvents {
  /** A new revision, once it can be read. */
  change: ChangeSet
  /** A call has ended: with a result, an error or a refusal. */
  call: CallEvent
  /** A watched document, or one of a webhook delivery, was reloaded. */
  reloaded: LoadReport
  /**
   * A watched document, or one of a webhook delivery, cannot be read, or a gate refused it. Its tools stay as they are.
   * A watch emits it once for each content and for each fault of a server.
   * @see [reload events](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#reload-events)
   */
  reloadFailed: { readonly source: string; readonly error: ToolrackError }
  /** The file of a watched document is missing. Emitted once, until it is back. */
  sourceMissing: { readonly source: string; readonly location: string }
  /** A change is held: `loader.approve(id)` or `loader.reject(id)` decides. Emitted once for each change. */
  held: HeldChange
  /** A held change is settled. `superseded`: a later load of the document replaced it. */
  settled: HeldChange & { readonly outcome: 'approved' | 'rejected' | 'expired' | 'superseded' }
  /** The version of a document decreased. */
  downgrade: { readonly source: string; readonly from: string; readonly to: string }
  /** Targets of the option `targets` would refuse tools of a load, or do not take them in strict mode. */
  quarantined: {
    readonly source: string
    readonly quarantined: readonly TargetJudgement[]
    readonly downgraded: readonly TargetJudgement[]
  }
  /** Modules are imported by Node, which never frees what is replaced: `reason` says why. Emitted once. */
  reloadDegraded: { readonly reason: string }
  /** File events are not available; watched files are polled instead. */
  watchPolling: { readonly reason: string; readonly intervalMs: number }
  /**
   * A watched file is a bind mount of its own (Kubernetes `subPath`). Its replacement outside cannot be seen.
   * Mount its directory instead. Emitted once for each file.
   */
  watchBlind: { readonly source: string; readonly location: string }
  /**
   * Records of the audit log cannot be written or synced; nothing else fails. Emitted once, until they can again.
   * The next record comes after a record `gap` with the number of missing ones.
   * @see [full disk](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#write-failures)
   */
  auditFailed: { readonly path: string; readonly reason: string; readonly missing: number }
  /** A fallback left a version: `failures` of `calls` failed in the last `windowMs`. `to` is the active version now. */
  versionReturned: {
    readonly revision: number
    readonly source: string
    readonly from: string
    readonly to: string
    readonly calls: number
    readonly failures: number
    readonly windowMs: number
  }
  /** Rules of a route that no version meets any more, as JSON pointers into the route. The next rule decides. */
  versionMissing: {
    readonly revision: number
    readonly source: string
    readonly unmet: readonly { readonly rule: string; readonly version: string }[]
  }
  /** A state file cannot be written, or was broken and renamed. Emitted once for each reason until a write succeeds. */
  stateFailed: { readonly path: string; readonly reason: string }
  /** A call with a context had context keys among its arguments; they were dropped. `userId` is that of the context. */
  spoofAttempt: { readonly toolName: string; readonly keys: readonly string[]; readonly userId: unknown }
  /**
   * Outcomes of idempotency keys were evicted before their lifetime ended; `keys` counts them since the last event.
   * Emitted at the first one, then at most once a minute.
   * @see [eviction](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#eviction)
   */
  idempotencyEvicted: { readonly keys: number; readonly idempotencyBytes: number }
  /** Events were dropped, the oldest first: more than 1,024 waited for a busy thread. */
  missed: { readonly missed: number }
  /** A listener threw or rejected. `event` is `webhook` for the function `source` of a webhook. */
  listenerFailed: { readonly event: string; readonly error: unknown }
}
