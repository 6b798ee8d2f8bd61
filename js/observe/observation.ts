// Observation: what the audit log, `call` listeners, OpenTelemetry and `registry.call` see of one call.

import type { NativeSnapshot } from '../border/native'
import { revive } from '../border/error'
import { deepFreeze, ownCopy } from '../border/freeze'
import { definedMembers, emptyMembers } from '../border/given-members'
import type {
  AnswerHead,
  Arguments,
  CallObservation,
  Identity,
  ModelCall,
  ToolOrigin,
  ToolPlan,
} from '../call/interfaces'
import type { ApprovalNote, SettledNote } from '../call/approval-notes'
import type { Closures } from '../closures'
import type { CallEvent, CallResult, Coerced, ErrorCode, Target } from '../../index'
import type { CallRecording } from '../registry/test-hooks'
import { CallRecord } from './audit'
import type { CallSpan } from './telemetry'

/** The error of a call: a ToolrackError, or in a fault of toolrack one without code and details. */
export interface CallError {
  readonly message: string
  readonly code?: ErrorCode
  readonly details?: { readonly status?: number }
}

/** One observed call: for the audit log, listeners of `call`, OpenTelemetry, and `registry.call`. It ends once. */
export class Observation implements CallObservation {
  readonly #closures: Closures
  readonly #name: string
  readonly #begun: number
  readonly #record: CallRecord | undefined
  readonly #span: CallSpan | undefined
  readonly #recording: CallRecording | undefined
  #plan: ToolPlan | undefined
  #identity = emptyMembers<Identity>()
  #head: Omit<AnswerHead, 'coerced'> | undefined
  /** Nothing where nobody approved the call: most need no approval. */
  #approved: true | undefined
  /** Who approved or rejected the call, as the program says. */
  #decider: Pick<CallEvent, 'approvedBy' | 'rejectedBy'> | undefined
  #isOver = false
  #durationMs = 0
  /** Coerced arguments. */
  coerced: readonly Coerced[] = []
  readonly revision: number
  readonly target: string | undefined
  readonly callId: string

  /** Begins the observation; a model's call gets the call id. */
  constructor(closures: Closures, name: string, revision: number, native: NativeSnapshot, call?: ModelCall) {
    this.#closures = closures
    this.#begun = closures.clock.now()
    this.#name = name
    this.revision = revision
    this.target = call?.target
    this.callId = closures.callId()
    if (call !== undefined) call.callId = this.callId
    const record = closures.limits.records ? native.beginCall(name, this.callId) : null
    this.#record = record === null ? undefined : new CallRecord(record)
    this.#span = closures.telemetry?.begin(name, this.callId, call)
    this.#recording = closures.recorder?.begin(name, this.callId, this.target)
  }

  /** Starts the call and observes it until it ends. */
  async follow<T>(begin: () => Promise<T>): Promise<T> {
    try {
      const value = await this.within(begin)
      this.#recording?.end({ value })
      this.end()
      return value
    } catch (thrown) {
      const error = revive(thrown)
      this.end(error)
      throw error
    }
  }

  /** Runs work inside the span of the call. */
  within<T>(work: () => T): T {
    return this.#span === undefined ? work() : this.#span.within(work)
  }

  of(plan: ToolPlan): ToolPlan {
    this.#plan = plan
    // Known from here on: the revision may be gone when the call ends.
    plan.origin()
    return plan
  }

  madeBy(identity: Identity, identityText: string, args: Arguments, approved: boolean): void {
    this.#identity = identity
    this.#approved = approved || undefined
    this.#record?.madeBy(identityText, args, approved)
    this.#span?.madeWith(args, approved)
    this.#recording?.madeBy(identity, args)
  }

  waits({ id, asked, expiresAt }: ApprovalNote): void {
    this.#record?.waits({ approvalId: id, asked, expiresAt }, false)
  }

  settled({ id, asked, outcome, by, reason, waitedMs }: SettledNote): void {
    this.#record?.waits({ approvalId: id, asked, outcome, by, reason, waitedMs }, true)
    if (outcome !== 'approved' && outcome !== 'rejected') return
    const isApproved = outcome === 'approved'
    if (isApproved) this.#approved = true
    if (by !== undefined) this.#decider = isApproved ? { approvedBy: by } : { rejectedBy: by }
    this.#record?.decided(isApproved, by)
    this.#span?.decided(isApproved, by)
  }

  executes(args: Arguments): void {
    this.#recording?.executes(args)
  }

  get keepsValue(): boolean {
    return this.#recording !== undefined
  }

  /** Stores status, headers and coerced arguments from Rust. */
  head({ coerced, ...head }: AnswerHead): void {
    if (coerced !== undefined) this.coerced = coerced
    this.#head = head
  }

  /** Ends the observation, with the error of a failed call. */
  end(thrown?: unknown): void {
    if (this.#isOver) return
    this.#isOver = true
    // A closure's own value never comes here: it is the cause of a ToolrackError.
    const error = thrown as CallError | undefined
    this.#durationMs = this.#closures.clock.now() - this.#begun
    this.#record?.end(error?.code)
    this.#recording?.end(error === undefined ? { value: undefined } : { error })
    this.#span?.end(error, this.#durationMs, this.#head?.status)
    if (this.#closures.events.has('call')) this.#closures.events.emit('call', this.#event(error))
  }

  result(value: unknown): CallResult<unknown> {
    const { mediaType, status, headers } = this.#head ?? {}
    const optional = { status, headers, mediaType, durationMs: this.#durationMs, coerced: this.coerced }
    return {
      value,
      toolName: this.#name,
      callId: this.callId,
      revision: this.revision,
      // A call with a result had a plan.
      ...(this.#origin() as ToolOrigin),
      ...definedMembers(optional),
    }
  }

  #event(error: CallError | undefined): CallEvent {
    const { userId, auditingId } = this.#identity
    const status = this.#head?.status ?? error?.details?.status
    // The core reads a model's call by its target before it is observed, and refuses other texts.
    const approved = this.#approved
    const optional = { target: this.target as Target | undefined, userId, auditingId, approved, status }
    const outcome = error === undefined ? 'ok' : (error.code ?? 'INTERNAL')
    return Object.freeze({
      callId: this.callId,
      toolName: this.#name,
      revision: this.revision,
      ...this.#origin(),
      outcome,
      durationMs: this.#durationMs,
      // A copy: the result of `call` has the list too.
      coerced: deepFreeze(ownCopy(this.coerced)),
      ...definedMembers(optional),
      ...this.#decider,
    })
  }

  /** Source and schema hash; nothing if no tool has the name. */
  #origin(): Partial<ToolOrigin> {
    if (this.#plan === undefined) return {}
    const { source, schemaHash } = this.#plan.origin()
    return { source, schemaHash }
  }
}
