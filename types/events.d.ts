// Events of a registry.
import type { PendingApproval, ApprovalSettled } from './approvals'
import type { CallEvent, LogLevel } from './call'
import type { Problem, ToolrackError } from './errors'
import type { LoadReport, TargetJudgement } from './load-report'
import type { HeldChange } from './review'

/**
 * The changes of one revision, as lists of tool names. A tool is in one list at most.
 * @see [change events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#change-events)
 */
export interface ChangeSet {
  /** The number of the revision. */
  readonly revision: number
  /** The source that changed: a document, a module or a provider of tools. Absent for `register` and `unregister`. */
  readonly source?: string
  /** The names of new tools. */
  readonly added: readonly string[]
  /** The names of changed tools. */
  readonly updated: readonly string[]
  /** The names of removed tools. */
  readonly removed: readonly string[]
  /** The names of tools that became stale: the load could not read them. They keep their last good definition. */
  readonly stale: readonly string[]
}

/**
 * The events of a registry, and the object that their listeners get. The objects are frozen.
 * @see [events](https://github.com/toolrack/toolrack/blob/main/docs/observability.md#events)
 */
export interface RegistryEvents {
  /** A new revision. It can be read when the event is emitted. */
  change: ChangeSet
  /** A call has ended, with a result or with an error. Refused calls are included. */
  call: CallEvent
  /**
   * A call needs approval, and waits for the decision of a person: call `approve` or `reject` of the event, or of the
   * registry by its `id`. Without a listener such a call fails with `APPROVAL_REQUIRED`.
   * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
   */
  approval: PendingApproval
  /** A call waits for approval no more. */
  approvalSettled: ApprovalSettled
  /** Hot reload: a watched document, module or provider of tools was reloaded. A webhook delivery emits it too. */
  reloaded: LoadReport
  /**
   * Hot reload failed: a watched source, or the document of a webhook delivery, cannot be read, or a gate refused it.
   * Its tools do not change. A watch emits it once for each new content, and once for each new error of a server.
   * For a watched configuration file with mistakes `source` is the path of the file.
   * @see [reload events](https://github.com/toolrack/toolrack/blob/main/docs/watching.md#reload-events)
   */
  reloadFailed: { readonly source: string; readonly error: ToolrackError }
  /** The file of a watched document or module is missing. Emitted once, until the file is back. */
  sourceMissing: { readonly source: string; readonly location: string }
  /**
   * A gate holds a change: call `approve(id)` or `reject(id)` of its loader or `ToolModules`. Emitted once for each.
   */
  held: HeldChange
  /** A held change is settled: approved, rejected or expired. `superseded`: a later load of the source replaced it. */
  settled: HeldChange & { readonly outcome: 'approved' | 'rejected' | 'expired' | 'superseded' }
  /** A load has a lower version of its source than before (`from` 2.0.0 `to` 1.4.0). Gates decide separately. */
  downgrade: { readonly source: string; readonly from: string; readonly to: string }
  /**
   * A load has tools that a target of the option `targets` would refuse (`quarantined`), or that it does not accept in
   * strict mode (`downgraded`).
   */
  quarantined: {
    readonly source: string
    readonly quarantined: readonly TargetJudgement[]
    readonly downgraded: readonly TargetJudgement[]
  }
  /**
   * A tool of an MCP server gave a result that does not match its output schema. The result is passed on; with the option
   * `output: 'strict'` the call fails instead.
   */
  outputMismatch: { readonly source: string; readonly toolName: string; readonly problems: readonly Problem[] }
  /** The connection to an MCP server is lost or could not be opened (`down`), or is there again (`up`). */
  upstream: {
    readonly source: string
    readonly state: 'up' | 'down'
    /** Why it is down. */
    readonly reason?: string
  }
  /**
   * A line that the program of an MCP server wrote to stderr, or to stdout beside messages. Nobody has checked it. Not for
   * a server with an own function `stderr`.
   */
  upstreamLog: { readonly source: string; readonly line: string }
  /** Modules are imported by Node's own `import`, which never frees replaced code. `reason` says why. Emitted once. */
  reloadDegraded: { readonly reason: string }
  /** The system has no file events. Watched files are polled instead, every `intervalMs`. */
  watchPolling: { readonly reason: string; readonly intervalMs: number }
  /**
   * A watched file is a bind mount of a single file (Kubernetes `subPath`). toolrack cannot see that it is replaced on
   * the host: mount its directory instead. Emitted once for each file.
   */
  watchBlind: { readonly source: string; readonly location: string }
  /**
   * The audit log cannot be written or synced. Calls and changes continue. Emitted once until a write succeeds.
   * Then a record of kind `gap` has the number of missing records.
   * @see [full disk](https://github.com/toolrack/toolrack/blob/main/docs/audit.md#write-failures)
   */
  auditFailed: { readonly path: string; readonly reason: string; readonly missing: number }
  /**
   * A fallback left the version `from`: `failures` of `calls` calls failed in the last `windowMs`. `to` is active now.
   */
  versionReturned: {
    readonly revision: number
    readonly source: string
    readonly from: string
    readonly to: string
    readonly calls: number
    readonly failures: number
    readonly windowMs: number
  }
  /** No loaded version meets these rules of a route any more: the next rule decides. `rule` is a JSON pointer. */
  versionMissing: {
    readonly revision: number
    readonly source: string
    readonly unmet: readonly { readonly rule: string; readonly version: string }[]
  }
  /**
   * A state file cannot be written, or was damaged and is renamed. Emitted once for each reason until a write succeeds.
   */
  stateFailed: { readonly path: string; readonly reason: string }
  /**
   * A closure has written a log message with `context.log`. `data` is its own value: do not change it.
   * @see [log messages](https://github.com/toolrack/toolrack/blob/main/docs/progress.md#log-messages)
   */
  toolLog: {
    readonly toolName: string
    readonly callId: string
    readonly revision: number
    readonly level: LogLevel
    readonly data: unknown
    readonly logger?: string
    readonly userId: unknown
    readonly auditingId: unknown
  }
  /**
   * A call had both a `context` and context keys (`userId`, …) in its arguments. The arguments `keys` were dropped.
   * `userId` is the user of the `context`.
   */
  spoofAttempt: { readonly toolName: string; readonly keys: readonly string[]; readonly userId: unknown }
  /**
   * Outcomes of idempotency keys were evicted before their lifetime ended. `keys` is their number since the last event.
   * Emitted at the first eviction, then at most once a minute.
   * @see [eviction](https://github.com/toolrack/toolrack/blob/main/docs/limits.md#eviction)
   */
  idempotencyEvicted: { readonly keys: number; readonly idempotencyBytes: number }
  /**
   * The embedder of searches (`search.embed`) failed: for `tools` after a change, or for a `query`. `late`: it took too long.
   * `failed`: it threw or rejected. `invalid`: `error` says what is wrong with its vectors. Searches are by words alone
   * then; the next try waits for a search at least 30 s later.
   * @see [embedder](https://github.com/toolrack/toolrack/blob/main/docs/embedder.md)
   */
  searchFault: {
    readonly phase: 'tools' | 'query'
    readonly reason: 'late' | 'failed' | 'invalid'
    readonly error: unknown
  }
  /** Events were dropped, the oldest first: more than 1,024 waited for a busy thread. `missed` is their number. */
  missed: { readonly missed: number }
  /**
   * A listener threw or rejected. `event` is the event, or the other user code that failed: `webhook` (its function
   * `source`), `dispose of PATH` (of a module), `close of ToolModules` (a provider), `onReload of a configuration`.
   */
  listenerFailed: { readonly event: string; readonly error: unknown }
}
