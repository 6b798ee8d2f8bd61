// Review: change classes, gates, held changes.
import type { ErrorCode } from './errors'
import type { RegisteredTool } from './tool'

/**
 * The change class: how much a change matters to callers, from harmless to worst.
 * @see [change classes](https://github.com/toolrack/toolrack/blob/main/docs/review.md#change-classes)
 */
export type ChangeClass = 'none' | 'widening' | 'wording' | 'endpoint' | 'auth' | 'breaking'

/** One difference between two versions of a tool. */
export interface ChangeFinding {
  /**
   * The code, for programs, such as `PROPERTY_REMOVED`, `MAXIMUM_LOWERED`, `DESCRIPTION_CHANGED` or `PATH_CHANGED`.
   */
  code: string
  /** The change class. */
  class: ChangeClass
  /** The place, as a JSON pointer. The schema is below `/inputSchema`, the destination of calls below `/endpoint`. */
  pointer: string
  /** A description of the difference, for people to read. */
  message: string
}

/** The differences of one tool. */
export interface ToolChange {
  /** The tool's name. */
  tool: string
  /** The worst change class of its findings. */
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
 * The decision of a gate. `'apply'`: the change is applied. `'hold'`: it waits for approval.
 * `'refuse'`: the whole load is refused (`GATE_REFUSED`).
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export type GateDecision = 'apply' | 'hold' | 'refuse'

/** The objection of a gate to a change. */
export interface GateObjection {
  /** The gate: a change class, `removal`, `downgrade`, `pin`, or the name of a custom gate. */
  gate: string
  /** The decision. */
  decision: GateDecision
  /** The tool of the objection. Absent: the objection is to the whole change. */
  tool?: string
  /** The reason. */
  reason: string
}

/**
 * A held change: its tools do not change until it is approved. A source has at most one held change.
 * @see [held changes](https://github.com/toolrack/toolrack/blob/main/docs/review.md#held-changes)
 */
export interface HeldChange {
  /** The id, for `approve` and `reject`. It is a hash of the change: the same change has the same id. */
  readonly id: string
  /** The name of the source. */
  readonly source: string
  /** The version of the document with the change. */
  readonly version?: string
  /** The SHA-256 of the document with the change, in hex. */
  readonly hash: string
  /** The time when it was held, in ms since 1970. */
  readonly heldAt: number
  /** The time when it expires, in ms since 1970. Absent: it never expires. */
  readonly expiresAt?: number
  /** The names of tools that would be new. */
  readonly added: readonly string[]
  /** The names of tools that would change. */
  readonly updated: readonly string[]
  /** The names of tools that would be removed. */
  readonly removed: readonly string[]
  /** The objections of the gates that hold it. */
  readonly objections: readonly GateObjection[]
  /** The differences of each tool. */
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
  /** The names of new tools. */
  added: string[]
  /** The names of changed tools. */
  updated: string[]
  /** The names of removed tools. */
  removed: string[]
  /** Tools that could not be added, because another source has a tool with their name. */
  refused: { tool: string; code: ErrorCode; reason: string }[]
}

/** The definition of a tool in a proposed change, before or after it. */
export type ProposedTool = Omit<RegisteredTool, 'enabled' | 'stale' | 'registeredAt' | 'changedAt' | 'revision'>

/**
 * A proposed change, as a custom gate gets it. The object is frozen.
 * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
 */
export interface ProposedChange {
  /** The name of the source. */
  readonly source: string
  /** Whether it is the first load of the source. */
  readonly isFirst: boolean
  /** The present version of the source. Null: it has none. */
  readonly from: string | null
  /** The proposed version of the source. Null: it has none. */
  readonly to: string | null
  /** The number of tools that the source has now. */
  readonly toolsBefore: number
  /** The worst class of all tools. */
  readonly class: ChangeClass
  /** The tools that differ. `before` is null for a new tool, `after` for a removed one. */
  readonly tools: readonly (ToolChange & {
    readonly before: ProposedTool | null
    readonly after: ProposedTool | null
  })[]
}

/**
 * The return value of a custom gate. `undefined` means `'apply'`. With `tools`, the decision is for these tools only.
 */
export type GateAnswer =
  GateDecision | { decision: GateDecision; reason?: string; tools?: readonly string[] } | undefined | void

/**
 * A custom gate: a function that decides about a change. It runs for every change, also for a first load.
 * If it throws, returns another value or exceeds `timeoutMs`, the change is held.
 * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
 */
export type Gate = (
  change: ProposedChange,
  options: { readonly signal: AbortSignal },
) => GateAnswer | Promise<GateAnswer>

/**
 * A preset of gates. `'development'` holds large removals and applies all other changes.
 * `'production'` refuses breaking changes. It holds large removals, downgrades, and the classes `wording`, `endpoint`
 * and `auth`.
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export type GatePreset = 'development' | 'production'

/**
 * The gates of a source: which changes are applied, held or refused. The strictest decision of all gates applies.
 * @see [gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#gates)
 */
export interface GatePolicy {
  /**
   * The preset. The other fields override it.
   * @default 'development'
   */
  preset?: GatePreset
  /**
   * Changes of class `widening`: more calls are accepted, or there are more tools.
   * @default 'apply'
   */
  widening?: GateDecision
  /**
   * Changes of class `wording`: a text, tag or annotation changed.
   * @default 'apply'; 'hold' with the preset 'production'
   */
  wording?: GateDecision
  /**
   * Changes of class `endpoint`: calls go to another address, or are serialized in another way.
   * @default 'apply'; 'hold' with the preset 'production'
   */
  endpoint?: GateDecision
  /**
   * Changes of class `auth`: calls need another credential, or an identified user.
   * @default 'apply'; 'hold' with the preset 'production'
   */
  auth?: GateDecision
  /**
   * Changes of class `breaking`: a valid call may become invalid, or get another meaning.
   * @default 'apply'; 'refuse' with the preset 'production'
   */
  breaking?: GateDecision
  /**
   * Large removals, such as by a truncated document: more than `share` (0 to 1) of the source's tools, and more than
   * `least` tools, are removed. The decision is for the whole change.
   * @default { share: 0.3, least: 3, decision: 'hold' }
   */
  removal?: GateDecision | { share?: number; least?: number; decision?: GateDecision }
  /**
   * Downgrades: the version of the document decreases, and the two versions can be compared.
   * The event `downgrade` is emitted, unless the load is refused.
   * @default 'apply'; 'hold' with the preset 'production'
   */
  downgrade?: GateDecision
  /**
   * Pins: the approved `schemaHash` of tools, by name. A change to another hash, or the removal of the tool, is held.
   * `loader.pin` returns pins.
   * @default none
   * @see [pins](https://github.com/toolrack/toolrack/blob/main/docs/review.md#pins)
   */
  pins?: Record<string, string>
  /**
   * Expiry of held changes: the time after which a held change expires, in ms.
   * @default never
   */
  holdMs?: number
  /**
   * What happens to a change that expires. Only together with `holdMs`.
   * @default 'reject'
   */
  onExpiry?: 'reject' | 'approve'
  /**
   * Custom gates: a function, or a list of functions. Not for `reload`, nor for `check` of a loaded source.
   * @default none
   * @see [custom gates](https://github.com/toolrack/toolrack/blob/main/docs/review.md#custom-gates)
   */
  custom?: Gate | readonly Gate[]
  /**
   * Timeout of each custom gate, in ms.
   * @default the registry's `timeoutMs`
   */
  timeoutMs?: number
}
