// Offers: the definitions of one request with all reports: diagnostics, findings, quarantine, deltas, tokens.
import type { TargetDefinitions } from './target-definitions'
import type { Target, TargetTool } from './targets'

/**
 * A diagnostic: one change that the format of a target needs.
 * @see [diagnostics](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#diagnostics)
 */
export interface Diagnostic {
  /** The code of the change, such as `ONEOF_TO_ANYOF`, `RECURSION_UNROLLED` or `SCHEMA_TO_JSON_TEXT`. */
  code: string
  /** The effect on the accepted values: the same, more, fewer, or the same in another form. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** The place in the schema, as a JSON pointer. */
  pointer: string
  /** The change, for people. */
  message: string
}

/**
 * A finding: one rule of a target that a definition breaks.
 * @see [findings](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#findings)
 */
export interface Finding {
  /** The code of the rule. */
  code: string
  /**
   * The severity. `refused`: the provider refuses the whole request. `disputed`: some requests were refused.
   * `advised`: the publisher advises against it.
   */
  weight: 'advised' | 'disputed' | 'refused'
  /** The place as a JSON pointer into the schema; into the definition for a fault outside of the schema. */
  pointer: string
  /** The fault, for people. */
  message: string
  /** The source of the rule, with its date. */
  source: string
}

/**
 * One tool as a target gets it, with both names and all changes.
 * @see [explain](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#explain)
 */
export interface Rendering {
  /** The tool's own name, as in calls, rate limits, events and the audit log. */
  name: string
  /** The tool's name at providers. */
  wireName: string
  /** The definition; `null` if the target would refuse it. */
  definition: unknown
  /** Whether it is in strict mode. */
  strict: boolean
  /** The changes. */
  diagnostics: Diagnostic[]
  /** Broken rules: of a definition that is sent all the same, or the reasons why none is. */
  findings: Finding[]
  /** The reasons why it is not in strict mode, although that was requested. */
  downgraded: Finding[]
}

/**
 * The definitions of one request, and which tools are downgraded, quarantined or trimmed.
 * @see [offers](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#offers)
 */
export interface Offer<T extends Target = Target> {
  /** The revision. */
  revision: number
  /** The definitions, as `definitions` returns them. */
  definitions: TargetDefinitions[T]
  /** The names of the tools in strict mode. */
  strict: string[]
  /** Tools without strict mode although it was requested: for their schema, or for the provider's budget. */
  downgraded: Quarantined[]
  /** Tools that the provider would refuse. */
  quarantined: Quarantined[]
  /** The names of the tools that `overLimit: 'trim'` leaves out. */
  trimmed: string[]
  /** The limits that the request exceeds. */
  findings: Finding[]
}

/** A tool that a target does not get, or not in strict mode. */
export interface Quarantined {
  /** The tool's own name. */
  name: string
  /** The reasons. */
  findings: Finding[]
}

/**
 * The delta of definitions between two revisions. Tools are matched by their names at providers.
 * @see [deltas](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#deltas)
 */
export interface Delta<T extends Target = Target> {
  /** The former revision. */
  from: number
  /** The present revision. */
  revision: number
  /** New definitions, in the order of registration. */
  added: DeltaTool<T>[]
  /** Definitions whose bytes changed. */
  changed: DeltaTool<T>[]
  /** Tools whose definition is not sent any more. */
  removed: { name: string; wireName: string }[]
}

/** A new or changed definition of a delta. */
export interface DeltaTool<T extends Target = Target> {
  /** The tool's own name. */
  name: string
  /** The tool's name at providers. */
  wireName: string
  /** The definition. */
  definition: TargetTool<T>
}

/**
 * Estimated tokens of tools for a target.
 * @see [token estimates](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#token-estimates)
 */
export interface TokenCount {
  /** The target; `openai` for `openai-responses` too. */
  readonly target: Target
  /** The rule: bytes of the compact definition, divided by 4 and rounded up. */
  readonly rule: 'bytes/4'
  /** The sum of all tools. */
  readonly total: number
  /** Each tool, in the order of registration. */
  readonly tools: readonly ToolTokens[]
}

/** Estimated tokens of one tool. */
export interface ToolTokens {
  /** The tool's name. */
  readonly name: string
  /** Its tokens; 0 for a quarantined tool. */
  readonly tokens: number
}
