// Load report: what a load made of each operation.
import type { ErrorCode, ToolrackError } from './errors'
import type { LoadNote } from './load-notes'
import type { Finding, ToolTokens } from './offers'
import type { GateDecision, GateObjection, ToolChanges } from './review'
import type { Target } from './targets'

/** A tool that a target would refuse, or that it does not accept in strict mode. */
export interface TargetJudgement {
  /** The target. `openai` stands for `openai-responses` too. */
  target: Target
  /** The tool's name. */
  name: string
  /** The rules of the target that the tool breaks. */
  findings: Finding[]
}

/** The estimated tokens of the tools of a document. */
export interface TokenCost {
  /** The target of the estimate. */
  target: Target
  /** The tokens of all tools together. */
  total: number
  /** The five tools with the most tokens, the largest first. */
  largest: ToolTokens[]
}

/** An operation that became no tool, because the document has an error there. */
export interface SkippedOperation {
  /** The `operationId`. */
  operationId?: string
  /** The HTTP method in capitals. `*`: all operations of the path. */
  method: string
  /** The path. */
  path: string
  /** The place of the error in the document, as a JSON pointer. */
  pointer: string
  /** The code of the error. */
  code: ErrorCode
  /** A description of the error, for people to read. */
  reason: string
}

/** The numbers of one kind of input. `declared` is the sum of `exposed` and `reported`. */
export interface InputTally {
  /** Inputs that the document declares. */
  declared: number
  /** Inputs that a model can set. */
  exposed: number
  /**
   * Inputs that a model cannot set, each with a note: removed, read-only, fixed, declared twice, part of a text body.
   */
  reported: number
}

/**
 * The input coverage: how many declared inputs the tools have. Skipped and excluded operations are not counted.
 * @see [input coverage](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md#input-coverage)
 */
export interface LoadInputs {
  /** Parameters in the path, query, headers and cookies. */
  parameters: InputTally
  /**
   * Top-level properties of bodies and fields of forms, also within `allOf`. A body without properties counts as one.
   */
  bodyProperties: InputTally
}

/**
 * The report of a load. Each operation is a tool, or skipped because of an error, or excluded by an option.
 * Reports of modules have the same fields: an operation is then an exported tool.
 * @see [load report](https://github.com/toolrack/toolrack/blob/main/docs/load-report.md)
 */
export interface LoadReport {
  /** The name of the source. */
  source: string
  /** The version: the option `version`, else the version of the document. */
  version?: string
  /** The revision of the registry that has these tools. */
  revision: number
  /** The number of operations in the document. */
  operations: number
  /** The names of new tools. */
  added: string[]
  /** The names of changed tools. */
  updated: string[]
  /** The names of removed tools. */
  removed: string[]
  /** The names of unchanged tools. */
  unchanged: string[]
  /** The names of stale tools: their operation is skipped now, so they keep their last good definition. */
  stale: string[]
  /** The names of tools whose change a gate holds. They do not change, and new ones are not added. */
  held: string[]
  /** The id of the held change, for `approve` and `reject`. Absent: no change is held. */
  holdId?: string
  /** The names of tools whose same change was rejected before. They do not change, and new ones are not added. */
  rejected: string[]
  /** The differences of each tool, with change classes. Absent at a first load. */
  changes?: ToolChanges
  /** Operations that became no tools, with the errors. */
  skipped: SkippedOperation[]
  /** Whether a watched file still looked truncated after `truncationMs`. Absent if not. */
  truncated?: true
  /** The numbers of operations that options exclude. */
  excluded: {
    /** Deprecated operations (`document.deprecated`). */
    deprecated: number
    /** Operations that `include`, `exclude`, or `x-toolrack: false` in the document leave out. */
    unselected: number
  }
  /** The input coverage. */
  inputs: LoadInputs
  /** Inputs that no tool has and no note names. It is always empty, unless toolrack has a bug. */
  lost: { tool: string; pointer: string; name: string }[]
  /** Tools that a target would refuse. Only with the option `targets`. */
  quarantined?: TargetJudgement[]
  /** Tools that a target does not accept in strict mode. Only with the option `targets`. */
  downgraded?: TargetJudgement[]
  /** The number of its tools with an output schema. Only if the load asks for output schemas. */
  outputSchemas?: number
  /** The estimated tokens. Only with the option `limits.tokens`, or in a report of `check` with a change. */
  tokens?: TokenCost
  /** The differences between the tools and the document. */
  notes: LoadNote[]
  /** The length of the content in bytes. */
  bytes: number
  /** The SHA-256 of the content, in hex. */
  hash: string
  /**
   * The source was first restored from the state file of `savedAt` (ms since 1970).
   * `error`: why the newest document could not be loaded after that.
   * @see [restore](https://github.com/toolrack/toolrack/blob/main/docs/state.md#restore)
   */
  restored?: { savedAt: number; error?: { code: ErrorCode; pointer: string; message: string } }
}

/**
 * The report of a check: a load that changes nothing. `added`, `updated` and `removed` are the tools that would change.
 * @see [check](https://github.com/toolrack/toolrack/blob/main/docs/review.md#check)
 */
export interface CheckReport extends LoadReport {
  /** The strictest decision of the gates. */
  decision: GateDecision
  /** The objections of all gates. */
  objections: GateObjection[]
}

/** The report of `loadDirectory`. */
export interface DirectoryReport {
  /** The reports of the loaded documents, sorted by file name. */
  reports: LoadReport[]
  /** The files that could not be loaded, with their errors. */
  failed: { location: string; error: ToolrackError }[]
}
