// Approval notes: who decides about a call that waits for approval, and what is told of it.

import type { ApprovalOutcome, PendingApproval } from '../../index'

/** What a client decides about a call. */
export type ClientDecision = 'approved' | 'rejected' | 'cancelled'

/** Asks the client of a call to approve it. It throws where the client answers with another call, and never rejects. */
export type Approver = (tool: ShownTool, shown: unknown) => Promise<ClientDecision>

/** The tool of a call that a person sees. */
export interface ShownTool {
  readonly name: string
  readonly schemaHash: string
}

/** What is told of a call that begins to wait. */
export interface ApprovalNote {
  readonly id: string
  /** Who is asked: the listeners of the registry, or the client of the call. */
  readonly asked: 'registry' | 'client'
  /** In ms since 1970. */
  readonly expiresAt: number
}

/** What is told of a call that waits no more. */
export interface SettledNote extends Omit<ApprovalNote, 'expiresAt'> {
  readonly outcome: ApprovalOutcome
  /** Who decided, as the program says. */
  readonly by: string | undefined
  readonly reason: string | undefined
  readonly waitedMs: number
}

/** The calls of a registry that wait for its listeners. */
export interface OpenApprovals {
  list(): PendingApproval[]
  decide(id: string, isApproved: boolean, options: unknown): void
  close(): void
}
