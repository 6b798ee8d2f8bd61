// Interfaces of a call: its tool, closure, caller, arguments and observation, and what all calls of a registry share.

import type { Coerced, RegistryEvents } from '../../index'
import type { Clock } from '../border/clock'
import type { ToolrackError } from '../border/error'
import type { NativeOutputSchema, NativeRegistry, NativeTool } from '../border/native'
import type { Guard } from '../definition/standard-schema'
import type { CallerSignal } from './abort-signals'
import type { CallSignal } from './abort-signals'
import type { ApprovalNote, Approver, OpenApprovals, SettledNote } from './approval-notes'
import type { CallContext } from './context'
import type { Deadlines } from './deadlines'
import type { LogMessage } from './log'
import type { ProgressChannel } from './progress'
import type { ProgramAsk } from './questions'
import type { CallAsker, CallAsking, QuestionRounds } from './questions'
import type { StateSeal } from './sealed-state'

/** Arguments of a call, by name. */
export interface Arguments {
  [name: string]: unknown
}

/** Identity of the caller, as the caller's context or the arguments name it. */
export interface Identity {
  userId?: unknown
  auditingId?: unknown
  metadata?: unknown
}

/** Function of a tool that is registered from code. */
export type ClosureFunction = (this: unknown, args: Arguments, context: CallContext) => unknown

/** Makes what a model reads of a result of the tool, now or later, from the arguments and the call id that the tool got. */
export type ModelOutput = (result: unknown, args: unknown, callId: string) => unknown

/** What a call is asked before its closure runs. */
export interface ClosureChecks {
  /** The validation of a Standard Schema. */
  readonly guard: Guard | undefined
  /** Decides whether a call needs the approval of a person; it may return a promise. */
  readonly approval: ClosureFunction | undefined
  /** The validation that the closure itself makes: `approval` gets its output, the closure does not. */
  readonly decisionGuard: Guard | undefined
  /** What its results are asked; undefined where they are not validated. */
  readonly output: ResultCheck | undefined
}

/** What the result of a closure is asked before the core judges it. */
export interface ResultCheck {
  /** The validation of a Standard Schema. */
  readonly guard: Guard | undefined
  /** Is told that a result does not match the output schema, and the result is passed on. Without it the call fails. */
  readonly mismatch?: ((tool: string, error: ToolrackError) => void) | undefined
}

/** Closure of a tool, with its checks. */
export interface Closure extends ClosureChecks {
  readonly execute: ClosureFunction
  /** Definition of the tool: `this` of the functions. */
  readonly self: object
  readonly owner: ClosureOwner | undefined
  /** What a model reads of its result; undefined for the result itself. */
  readonly toModel: ModelOutput | undefined
}

/** Whose closure it is. A closure is freed once no revision uses it. */
export interface ClosureOwner {
  stored(): void
  freed(): void
}

/** Source and schema hash of a tool. */
export interface ToolOrigin {
  readonly source: string
  readonly schemaHash: string
}

/** Plan of a tool to call: what all calls of one tool of one revision share. It is made once. */
export interface ToolPlan {
  readonly native: NativeTool
  readonly name: string
  /** Slot of the closure; -1 for a tool that Rust executes. */
  readonly slot: number
  /** Context keys that the tool declares as arguments, as bits. */
  readonly own: number
  readonly requiresAuth: boolean
  /** Whether a person has to approve a call; a predicate decides for each. */
  readonly approval: boolean | ClosureFunction
  /** Whether a call needs a permit. */
  readonly isLimited: boolean
  /** Default timeout of the tool or its source, in ms. */
  readonly timeoutMs: number | undefined
  /** Limit of nested closure calls. */
  readonly depth: number
  /** The metadata key that names the tenant. */
  readonly tenantKey: string
  readonly revision: number
  readonly closure: Closure | undefined
  /** Judges results of the closure; undefined where they are not validated, or Rust has them. */
  readonly output: NativeOutputSchema | undefined
  readonly origin: () => ToolOrigin
  /** Makes another native handle of the tool while the revision is open. With `true`, the revision must be the newest. */
  readonly hold: (mustBeNewest: boolean) => NativeTool
  /** Whether the native handle outlives the revision. */
  readonly isHeld?: true
}

/** Writer of the reply to a model. */
export interface ReplyWriter {
  /** The call as JSON, as Rust needs it to write the reply of an HTTP operation. */
  readonly asked: string
}

/** Options of a call, checked but for its signal. */
export interface CheckedOptions {
  readonly identity: Identity
  /** The caller's own timeout, in ms. */
  readonly timeoutMs: number | undefined
  readonly idempotencyKey: string | undefined
  /** Whether a person approved the call. */
  readonly approved: boolean
  /** Answers questions of the closure. */
  readonly ask: ProgramAsk | undefined
  readonly signal: unknown
}

/** Listener to the pieces of a streamed result that is collected. It never throws. */
export type PieceListener = (piece: unknown) => void

/** Who is told something while a call lasts. */
export interface CallListeners {
  readonly progress?: ProgressChannel | undefined
  /** Gets log messages. It never throws. */
  readonly log?: ((message: LogMessage) => void) | undefined
  /** Answers questions of the closure. */
  readonly ask?: CallAsker | undefined
  /** What the answers of {@link ask} are, for a tool that hands on questions. */
  readonly rounds?: QuestionRounds | undefined
  /** Returns what decides about the call where it needs approval; nothing where that can be asked nothing. */
  readonly approver?: (() => Approver | undefined) | undefined
}

/** Call that a model made. */
export interface ModelCall {
  readonly target: string
  /** The options of its target, as JSON. */
  readonly targetOptions?: string | undefined
  /** The call as the provider sent it. */
  readonly sent: unknown
  readonly answer: ReplyWriter
  /** Whether Rust has validated the arguments, where that is an option of the registry. */
  readonly isValidated: boolean
  /** Its options, where they were checked for Rust. */
  readonly start?: CheckedOptions | undefined
  /** Gets each piece of a streamed result. */
  readonly onPiece: PieceListener | undefined
  /** Who is told something while the call lasts. */
  readonly listeners: CallListeners | undefined
  /** JSON that has its `arguments`, where the model's own text is known; they may have context keys. */
  readonly argumentsText: string | undefined
  /** Set by an observation of the call. */
  callId?: string
}

/** Call as it was asked for; nothing of it is checked. */
export interface CallRequest {
  readonly plan: ToolPlan
  readonly params: unknown
  readonly options: unknown
  /** Whether the call throws `SUPERSEDED` if its revision is not the newest when it starts. */
  readonly mustBeNewest: boolean
  readonly observation?: CallObservation | undefined
  /** The model's call, where a model made it. */
  readonly modelCall?: ModelCall | undefined
  /** Whether the call is made to learn whether it needs approval: it never waits. */
  readonly isTrial?: boolean | undefined
}

/** Call that is settled by its result, its deadline or its signal. */
export interface SettledCall {
  readonly plan: Pick<ToolPlan, 'name' | 'slot'>
  readonly timeoutMs: number
  /** Whether the timeout keeps the process alive. */
  readonly keepsProcess: boolean
  /** The caller's own signal. */
  readonly signal: CallerSignal | undefined
  /** The signal of the closure. */
  readonly abort: CallSignal
  /** Gets each piece of a streamed result. */
  readonly onPiece?: PieceListener | undefined
  /** Whether the call waits for approval: true where it needs one; undefined where nobody can decide. */
  readonly waits?: boolean
  /** Stops the timeout of a call while a person decides; returns what goes on with it. */
  pause?: () => () => void
}

/** Call whose options, caller and arguments are valid. */
export interface Call extends SettledCall {
  plan: ToolPlan
  /** See {@link CallRequest}; false as soon as anything of the call is done. */
  mustBeNewest: boolean
  /** What the closure gets. */
  args: Arguments
  /** What the core validated, if the Standard Schema of the tool returned other values. */
  judged?: Arguments
  /** What the closure gets, where an asynchronous Standard Schema or an approval predicate decides it. */
  pending?: Promise<Arguments>
  readonly identity: Identity
  waits?: boolean
  /** What Rust executes, as JSON, where a person has seen it. */
  wire?: string
  /** Whether a person approved the call. */
  approved: boolean
  callId: string | undefined
  readonly idempotencyKey: string | undefined
  /** The option `ask` of the call: answers questions of the closure. */
  readonly ask: ProgramAsk | undefined
  readonly modelCall: ModelCall | undefined
}

/** Head of an answer from Rust: what it says beside its value. */
export interface AnswerHead {
  readonly coerced?: readonly Coerced[]
  /** Media type of a file. */
  readonly mediaType?: string
  /** Name of a file. */
  readonly name?: string
  /** HTTP status. */
  readonly status?: number
  readonly headers?: Record<string, string>
}

/** Observation of a call, as the call reports to it. */
export interface CallObservation {
  readonly callId: string
  /** Arguments that were coerced to another type. */
  coerced: readonly Coerced[]
  /** Reports the caller, the arguments before they are validated, and whether a person approved the call. */
  madeBy(identity: Identity, identityText: string, args: Arguments, approved: boolean): void
  /** Reports that the call waits for approval. */
  waits(note: ApprovalNote): void
  /** Reports what became of that. */
  settled(note: SettledNote): void
  /** Reports the arguments that the tool gets. */
  executes(args: Arguments): void
  /** Whether the value of a model's call is wanted beside the reply. */
  readonly keepsValue: boolean
  /** Reports the head of an answer from Rust. */
  head(head: AnswerHead): void
  /** Runs work inside the span of the call. */
  within<T>(work: () => T): T
  /** Reports the end of the call; `error` is that of a failed call. */
  end(error?: unknown): void
}

/** Settings of a registry that its calls read. */
export interface CallSettings {
  /** Whether arguments are validated. */
  readonly validate: boolean
  /** Whether identity comes only from the context of a call, never from its arguments. */
  readonly callerOnly: boolean
  /** Default timeout of a call, in ms. */
  readonly timeoutMs: number
  /** How long a call waits for its approval, in ms. */
  readonly approvalTimeoutMs: number
  /** The most calls that wait at once. */
  readonly maxApprovals: number
}

/** Environment of calls: what all calls of one registry share. */
export interface CallEnvironment {
  readonly native: Pick<NativeRegistry, 'releasePermit' | 'cancel'>
  readonly limits: CallSettings
  readonly deadlines: Deadlines
  readonly clock: Clock
  readonly events: {
    emit<Name extends 'spoofAttempt' | 'toolLog' | 'approval' | 'approvalSettled'>(
      name: Name,
      event: RegistryEvents[Name],
    ): void
    has(name: 'toolLog' | 'approval'): boolean
  }
  /** The calls that wait for approval; made with the first. */
  approvals: OpenApprovals | undefined
  /** Whether credential functions exist, which get the metadata of callers. */
  readonly tellsMetadata: boolean
  /** Number of results that came after their call was over. */
  lateResults: number
  /** Makes a call id. */
  callId(): string
  /** Makes a number by which Rust cancels a call. */
  callNumber(): number
  /** How a call of a program asks. */
  askingOf(call: Call): CallAsking
  /** Seals the states of calls that ask. */
  readonly seal: () => StateSeal
}
