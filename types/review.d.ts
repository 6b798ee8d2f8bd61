// Review: change classes, gates, held changes.
import type { ErrorCode } from './errors'
import type { RegisteredTool } from './tool'

/**
 * The class of a change, from the mildest to the worst.
 * @see [change classes](https://github.com/toolrack/toolrack/blob/main/docs/review.md#change-classes)
 */
export type ChangeClass = 'none' | 'widening' | 'wording' | 'endpoint' | 'auth' | 'breaking'

/** One difference between two versions of a tool. */
export interface ChangeFinding {
  /** The code, for programs: `PROPERTY_REMOVED`, `MAXIMUM_LOWERED`, `DESCRIPTION_CHANGED`, `PATH_CHANGED`. */
  code: string
  /** The change class. */
  class: ChangeClass
  /** The place as a JSON pointer into the definition: schema below `/inputSchema`, destination below `/endpoint`. */
  pointer: string
  /** The difference, for people. */
  message: string
}

/** The differences of one tool. */
export interface ToolChange {
  /** The tool's name. */
  tool: string
  /** The worst class of its findings. */
  class: ChangeClass
  /** The differences. */
  findings: ChangeFinding[]
}

/** The differences of all tools of a source. */
export interface ToolChanges {
  /** The worst class of all tools. */
  class: ChangeClass
  /** The tools that differ. */
  tools: ToolChange[]
}

/**
 * The decision of a gate: the change is applied, held for approval, or its whole load is refused.
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export type GateDecision = 'apply' | 'hold' | 'refuse'

/** The objection of a gate to a change. */
export interface GateObjection {
  /** The gate: a change class, `removal`, `downgrade`, `pin`, or the name of a custom gate. */
  gate: string
  /** The decision. */
  decision: GateDecision
  /** The tool of the objection; the whole change without one. */
  tool?: string
  /** The reason. */
  reason: string
}

/**
 * A held change: its tools stay as they are until it is approved. A source has one at most.
 * @see [held changes](https://github.com/toolrack/toolrack/blob/main/docs/review.md#held-changes)
 */
export interface HeldChange {
  /** The id: a digest of the change, so that the same change has the same id. */
  readonly id: string
  /** The name of the source. */
  readonly source: string
  /** The version of the document that has the change. */
  readonly version?: string
  /** The SHA-256 of that document, in hex. */
  readonly hash: string
  /** The time when it was held, in ms since 1970. */
  readonly heldAt: number
  /** The time when it expires, in ms since 1970; absent if never. */
  readonly expiresAt?: number
  /** Tools that would be new. */
  readonly added: readonly string[]
  /** Tools that would change. */
  readonly updated: readonly string[]
  /** Tools that would be removed. */
  readonly removed: readonly string[]
  /** The objections that hold it. */
  readonly objections: readonly GateObjection[]
  /** The differences by tool. */
  readonly changes: readonly ToolChange[]
}

/** The report of an approved change or of a rollback. */
export interface ChangeReport {
  /** The name of the source. */
  source: string
  /** The version in use now. */
  version?: string
  /** The SHA-256 of its document, in hex. */
  hash: string
  /** The revision that has the change. */
  revision: number
  /** New tools. */
  added: string[]
  /** Changed tools. */
  updated: string[]
  /** Removed tools. */
  removed: string[]
  /** Tools that could not come in, because a tool of another source has their name. */
  refused: { tool: string; code: ErrorCode; reason: string }[]
}

/** The definition of a tool in a proposed change. */
export type ProposedTool = Omit<RegisteredTool, 'enabled' | 'stale' | 'registeredAt' | 'changedAt' | 'revision'>

/**
 * A proposed change, as a custom gate gets it. It is frozen.
 * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
 */
export interface ProposedChange {
  /** The name of the source. */
  readonly source: string
  /** Whether it is the first load of the source. */
  readonly isFirst: boolean
  /** The present version. */
  readonly from: string | null
  /** The proposed version. */
  readonly to: string | null
  /** The number of tools that the source has. */
  readonly toolsBefore: number
  /** The worst class of all tools. */
  readonly class: ChangeClass
  /** The tools that differ. `before` is null for a new tool, `after` for a removed one. */
  readonly tools: readonly (ToolChange & {
    readonly before: ProposedTool | null
    readonly after: ProposedTool | null
  })[]
}

/** The answer of a custom gate; nothing is `apply`. With `tools`, it is about these tools only. */
export type GateAnswer =
  GateDecision | { decision: GateDecision; reason?: string; tools?: readonly string[] } | undefined | void

/**
 * A custom gate. It is asked of every change, of a first load too.
 * One that throws, returns another value or exceeds `timeoutMs` holds the change.
 * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
 */
export type Gate = (
  change: ProposedChange,
  options: { readonly signal: AbortSignal },
) => GateAnswer | Promise<GateAnswer>

/**
 * A preset of gates. `development` applies everything but large removals. `production` refuses breaking changes.
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export type GatePreset = 'development' | 'production'

/**
 * The gates of a source: which changes are applied, held or refused. The strictest decision counts.
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export interface GatePolicy {
  /**
   * The preset that the other fields override.
   * @default 'development'
   */
  preset?: GatePreset
  /** More calls are accepted, or there are more tools. */
  widening?: GateDecision
  /** A text, tag or annotation changed. */
  wording?: GateDecision
  /** Calls go to another address, or are serialized in another way. */
  endpoint?: GateDecision
  /** Calls need another credential, or an identified user. */
  auth?: GateDecision
  /** A call that was valid may not be valid any more. */
  breaking?: GateDecision
  /**
   * Large removals: more than `share` of the source's tools and more than `least` tools, as of a truncated document.
   * The decision is about the whole change.
   * @default { share: 0.3, least: 3, decision: 'hold' }
   */
  removal?: GateDecision | { share?: number; least?: number; decision?: GateDecision }
  /**
   * The version of the document decreases, and both versions have an order.
   * The event `downgrade` is emitted in any case.
   */
  downgrade?: GateDecision
  /**
   * Pins: the `schemaHash` of tools. A change to any other hash is held. `loader.pin` returns them.
   * @see [pins](https://github.com/toolrack/toolrack/blob/main/docs/review.md#pins)
   */
  pins?: Record<string, string>
  /**
   * Expiry of held changes in ms.
   * @default never
   */
  holdMs?: number
  /**
   * What happens to an expired change. Needs `holdMs`.
   * @default 'reject'
   */
  onExpiry?: 'reject' | 'approve'
  /**
   * Custom gates, for `load` only.
   * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
   */
  custom?: Gate | readonly Gate[]
  /**
   * Timeout of each custom gate, in ms.
   * @default the registry's `timeoutMs`
   */
  timeoutMs?: number
}
