// Approval requests: calls that wait until a person approves or rejects them (event `approval`).

import { randomUUID } from 'node:crypto'
import type { ApprovalOutcome, PendingApproval } from '../../index'
import type { ToolrackError } from '../border/error'
import { definedMembers } from '../border/given-members'
import { checkOptions, invalidOption } from '../border/options'
import { raise } from '../border/raised-error'
import type { OpenApprovals } from './approval-notes'
import type { Call, CallEnvironment, CallObservation } from './interfaces'

/** The longest texts of a decision, in characters. */
const MOST_BY = 200
const MOST_REASON = 1_000

/** What was decided about a call. */
export interface ApprovalDecision {
  readonly outcome: ApprovalOutcome
  /** Who decided, as the program says. */
  readonly by?: string | undefined
  readonly reason?: string | undefined
}

/** A call that begins to wait. */
export interface NewWait {
  readonly call: Call
  readonly observation: CallObservation | undefined
  /** Who is asked: the listeners of the registry, or the client of the call. */
  readonly asked: 'registry' | 'client'
}

/** One call that waits. It is settled once. */
export class ApprovalWait {
  readonly id = randomUUID()
  readonly requestedAt: number
  readonly expiresAt: number
  readonly #environment: CallEnvironment
  readonly #wait: NewWait
  readonly #begun: number
  readonly #isOver: (wait: ApprovalWait) => void
  #outcome: ApprovalOutcome | undefined
  #settle: (decision: ApprovalDecision) => void = () => {}
  #fail: (error: ToolrackError) => void = () => {}
  /** How long it waited, in ms; known once it is settled. */
  waitedMs = 0
  readonly decision: Promise<ApprovalDecision>

  constructor(environment: CallEnvironment, wait: NewWait, isOver: (wait: ApprovalWait) => void) {
    const { approvalTimeoutMs } = environment.limits
    this.#environment = environment
    this.#wait = wait
    this.#isOver = isOver
    this.#begun = environment.clock.now()
    this.requestedAt = environment.clock.unixTime()
    this.expiresAt = this.requestedAt + approvalTimeoutMs
    // The process does not wait for a person: who decides keeps it alive.
    const deadline = environment.deadlines.add(approvalTimeoutMs, false, () => this.decide({ outcome: 'expired' }))
    this.decision = new Promise<ApprovalDecision>((resolve, reject) => {
      this.#settle = resolve
      this.#fail = reject
    }).finally(() => deadline.clear())
    // Written before anybody is asked: a process that ends meanwhile has recorded the request.
    wait.observation?.waits({ id: this.id, asked: wait.asked, expiresAt: this.expiresAt })
    wait.call.abort.onAbort(() => this.decide({ outcome: 'cancelled' }))
  }

  /** Settles the wait, unless it is settled; `error` ends the call in another way than the decision does. */
  decide(decision: ApprovalDecision, error?: ToolrackError): void {
    if (this.#outcome !== undefined) return
    const { outcome, by, reason } = decision
    const { call, observation, asked } = this.#wait
    this.#outcome = outcome
    this.waitedMs = Math.round(this.#environment.clock.now() - this.#begun)
    this.#isOver(this)
    const settled = { id: this.id, asked, outcome, by, reason, waitedMs: this.waitedMs }
    observation?.settled(settled)
    if (error === undefined) this.#settle(decision)
    else this.#fail(error)
    const { name: toolName, revision } = call.plan
    const { userId, auditingId } = call.identity
    const event = { ...settled, toolName, callId: call.callId as string, revision, userId, auditingId }
    this.#environment.events.emit('approvalSettled', Object.freeze(definedMembers(event)))
  }

  /** Takes the decision of a person. Throws if it is settled. */
  take(isApproved: boolean, options: unknown): void {
    const { by, reason } = readDecision(isApproved, options)
    if (this.#outcome !== undefined) throw raise('UNKNOWN_APPROVAL', { id: this.id, outcome: this.#outcome })
    this.decide({ outcome: isApproved ? 'approved' : 'rejected', by, reason })
  }

  /** The request as listeners get it. */
  request(args: unknown): PendingApproval {
    const { plan, callId, identity } = this.#wait.call
    return Object.freeze(
      definedMembers({
        id: this.id,
        toolName: plan.name,
        source: plan.origin().source,
        callId: callId as string,
        revision: plan.revision,
        userId: identity.userId,
        auditingId: identity.auditingId,
        arguments: args as Record<string, unknown>,
        requestedAt: this.requestedAt,
        expiresAt: this.expiresAt,
        approve: (options?: unknown) => this.take(true, options),
        reject: (options?: unknown) => this.take(false, options),
      }),
    )
  }
}

/** The calls of one registry that wait for its listeners, the oldest first. */
export class ApprovalRequests implements OpenApprovals {
  readonly #environment: CallEnvironment
  readonly #waiting = new Map<string, { readonly wait: ApprovalWait; readonly request: PendingApproval }>()

  private constructor(environment: CallEnvironment) {
    this.#environment = environment
    environment.approvals = this
  }

  /** Those of an environment; made with the first call that waits. */
  static of(environment: CallEnvironment): ApprovalRequests {
    const open = environment.approvals as ApprovalRequests | undefined
    return open ?? new ApprovalRequests(environment)
  }

  /** Begins a wait, and tells the listeners. Throws `APPROVAL_REQUIRED` if too many calls wait. */
  begin(call: Call, observation: CallObservation | undefined, shown: unknown): ApprovalWait {
    const { maxApprovals } = this.#environment.limits
    if (this.#waiting.size >= maxApprovals) {
      const details = { tool: call.plan.name, waiting: this.#waiting.size, maxApprovals }
      throw raise('APPROVAL_REQUIRED', details)
    }
    const wait = new ApprovalWait(this.#environment, { call, observation, asked: 'registry' }, ({ id }) => {
      this.#waiting.delete(id)
    })
    const request = wait.request(shown)
    this.#waiting.set(wait.id, { wait, request })
    // A listener may decide at once.
    this.#environment.events.emit('approval', request)
    return wait
  }

  list(): PendingApproval[] {
    return Array.from(this.#waiting.values(), ({ request }) => request)
  }

  /** Decides about a call by the id of its request. */
  decide(id: string, isApproved: boolean, options: unknown): void {
    const found = this.#waiting.get(id)
    if (found === undefined) throw raise('UNKNOWN_APPROVAL', { id })
    found.wait.take(isApproved, options)
  }

  /** Ends all waits: the registry is closed. */
  close(): void {
    for (const { wait } of this.#waiting.values())
      wait.decide({ outcome: 'cancelled' }, raise('CLOSED', { what: 'registry' }))
  }
}

function readDecision(isApproved: boolean, options: unknown): { by: string | undefined; reason: string | undefined } {
  const { by, reason } = checkOptions(options, isApproved ? ['by'] : ['by', 'reason']) as {
    readonly by?: unknown
    readonly reason?: unknown
  }
  return { by: readText('by', by, MOST_BY), reason: readText('reason', reason, MOST_REASON) }
}

function readText(option: string, text: unknown, most: number): string | undefined {
  if (text === undefined) return undefined
  if (typeof text === 'string' && text !== '' && text.length <= most && text.isWellFormed()) return text
  throw invalidOption(option, `must be a well-formed text of 1 to ${most} characters`)
}
