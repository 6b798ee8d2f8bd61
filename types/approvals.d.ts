// Approvals: calls that wait for the decision of a person.

/** What became of a call that waited: `expired` after `approvalTimeoutMs`, `cancelled` with its call or its registry. */
export type ApprovalOutcome = 'approved' | 'rejected' | 'expired' | 'cancelled'

/**
 * Who decides about a call that waits. toolrack checks no identity: this is what your program says.
 * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
 */
export interface ApprovalDecider {
  /** A name or an id, 1 to 200 characters: for the event `call`, the audit log and the span. No model reads it. */
  by?: string
}

/** Who rejects a call, and why. */
export interface ApprovalRejection extends ApprovalDecider {
  /** What the model reads, 1 to 1,000 characters. */
  reason?: string
}

/**
 * A call that waits for approval. It is frozen.
 * @see [approval](https://github.com/toolrack/toolrack/blob/main/docs/approval.md)
 */
export interface PendingApproval {
  /** The id of the request, which cannot be guessed. */
  readonly id: string
  /** The tool's name. */
  readonly toolName: string
  /** The name of the tool's source. */
  readonly source: string
  /** The id of the call: that of the event `call` and of the audit log. */
  readonly callId: string
  /** The revision whose tool runs. */
  readonly revision: number
  /** The `userId` of the call's context. */
  readonly userId?: unknown
  /** The `auditingId` of the call's context. */
  readonly auditingId?: unknown
  /**
   * The arguments that run, with defaults: a copy, whose lists and plain objects are frozen. For a tool that Rust executes,
   * an integer that a number of JavaScript would change is a text.
   */
  readonly arguments: Readonly<Record<string, any>>
  /** When the call began to wait, in ms since 1970. */
  readonly requestedAt: number
  /** When the call fails if it is not decided, in ms since 1970. */
  readonly expiresAt: number
  /**
   * Approves the call, which runs. Throws `UNKNOWN_APPROVAL` if it is settled, and `INVALID_OPTIONS`. It needs no `this`.
   */
  readonly approve: (options?: ApprovalDecider) => void
  /** Rejects the call, which fails with `APPROVAL_REJECTED`. Throws like `approve`. It needs no `this`. */
  readonly reject: (options?: ApprovalRejection) => void
}

/** What became of a call that waited for approval. It is frozen. */
export interface ApprovalSettled {
  /** The id of the request. */
  readonly id: string
  /** The tool's name. */
  readonly toolName: string
  /** The id of the call. */
  readonly callId: string
  /** The revision of the call. */
  readonly revision: number
  /** The `userId` of the call's context. */
  readonly userId?: unknown
  /** The `auditingId` of the call's context. */
  readonly auditingId?: unknown
  /** Who was asked: the listeners of the registry, or the MCP client of the call. */
  readonly asked: 'registry' | 'client'
  readonly outcome: ApprovalOutcome
  /** Who decided, as the program said. */
  readonly by?: string
  /** Why the call was rejected. */
  readonly reason?: string
  /** How long the call waited, in ms. */
  readonly waitedMs: number
}
