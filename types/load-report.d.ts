// Load report: what a load made of each operation.
import type { ErrorCode, ToolrackError } from './errors'
import type { LoadNote } from './load-notes'
import type { Finding, ToolTokens } from './offers'
import type { GateDecision, GateObjection, ToolChanges } from './review'
import type { Target } from './targets'

/** A tool that a target would refuse, or does not take in strict mode. */
export interface TargetJudgement {
  /** The target; `openai` for `openai-responses` too. */
  target: Target
  /** The tool's name. */
  name: string
  /** The reasons. */
  findings: Finding[]
}

/** The estimated tokens of a document's tools. */
export interface TokenCost {
  /** The target of the estimate. */
  target: Target
  /** The tokens of all tools. */
  total: number
  /** The five most expensive tools, in descending order. */
  largest: ToolTokens[]
}

/** An operation that became no tool because of a fault. */
export interface SkippedOperation {
  /** The `operationId`. */
  operationId?: string
  /** The HTTP method in capitals; `*` for a whole path item. */
  method: string
  /** The path. */
  path: string
  /** The place of the fault in the document, as a JSON pointer. */
  pointer: string
  /** The code of the fault. */
  code: ErrorCode
  /** The fault, for people. */
  reason: string
}

/** The numbers of one kind of input. `declared` is `exposed` and `reported` together. */
export interface InputTally {
  /** Inputs that the document declares. */
  declared: number
  /** Inputs that a model can set. */
  exposed: number
  /** Inputs that a note names instead: dropped, ignored, read-only, fixed, declared twice, or part of a text body. */
  reported: number
}

/**
 * The coverage of the inputs that the tools' operations declare. Skipped and excluded operations do not count.
 * @see [input coverage](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#input-coverage)
 */
export interface LoadInputs {
  /** Parameters in path, query, header and cookie. */
  parameters: InputTally
  /** Top-level properties of bodies and fields of forms, by `allOf` too. A body without any counts as one. */
  bodyProperties: InputTally
}

/**
 * The report of a load. Each operation is a tool, skipped with a reason, or excluded by an option.
 * @see [load report](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md)
 */
export interface LoadReport {
  /** The name of the source. */
  source: string
  /** The version of the document, or that of the option `version`. */
  version?: string
  /** The revision of the registry that has the tools. */
  revision: number
  /** The number of operations of the document. */
  operations: number
  /** New tools. */
  added: string[]
  /** Changed tools. */
  updated: string[]
  /** Removed tools. */
  removed: string[]
  /** Unchanged tools. */
  unchanged: string[]
  /** Stale tools: unchanged, because their operation is among the skipped ones now. */
  stale: string[]
  /** Tools whose change is held. They stay as they were, or absent. */
  held: string[]
  /** The id of the held change, for `approve` and `reject`. */
  holdId?: string
  /** Tools whose change was rejected before. They stay as they were, or absent. */
  rejected: string[]
  /** The classified differences by tool; absent at a first load. */
  changes?: ToolChanges
  /** Operations that became no tools, with the reasons. */
  skipped: SkippedOperation[]
  /** Whether a watched file still looked truncated after `truncationMs`; absent if not. */
  truncated?: true
  /** The numbers of operations that options left out. */
  excluded: {
    /** Deprecated operations. */
    deprecated: number
    /** Operations left out by `include`, `exclude`, or `x-toolrack: false` in the document. */
    unselected: number
  }
  /** The coverage of declared inputs. */
  inputs: LoadInputs
  /** Inputs in no tool and no note. The list is empty; an entry is a bug of toolrack. */
  lost: { tool: string; pointer: string; name: string }[]
  /** Tools that a target would refuse: with the option `targets`. */
  quarantined?: TargetJudgement[]
  /** Tools that a target does not take in strict mode: with the option `targets`. */
  downgraded?: TargetJudgement[]
  /** The estimated tokens: with the option `limits.tokens`. */
  tokens?: TokenCost
  /** The differences between the tools and the document, each once. */
  notes: LoadNote[]
  /** The length of the document in bytes. */
  bytes: number
  /** The SHA-256 of the document, in hex. */
  hash: string
  /**
   * The restore from a state file that preceded the load. `error`: why the newest document is not in use.
   * @see [restore](https://github.com/toolrack/toolrack/blob/main/docs/state.md#restore)
   */
  restored?: { savedAt: number; error?: { code: ErrorCode; pointer: string; message: string } }
}

/**
 * The report of a check: the load that was not done. `added`, `updated` and `removed` are what would be applied.
 * @see [check](https://github.com/toolrack/toolrack/blob/main/docs/review.md#check)
 */
export interface CheckReport extends LoadReport {
  /** The decision of the gates. */
  decision: GateDecision
  /** The objections of the gates. */
  objections: GateObjection[]
}

/** The report of a directory. */
export interface DirectoryReport {
  /** The reports of the loaded documents, by file name. */
  reports: LoadReport[]
  /** The files that could not be loaded, with their errors. */
  failed: { location: string; error: ToolrackError }[]
}
