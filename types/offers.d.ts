// Offers: the definitions of one request with all reports: diagnostics, findings, quarantine, deltas, tokens.
import type { TargetDefinitions } from './target-definitions'
import type { Target, TargetTool } from './targets'

/**
 * A diagnostic: one change that toolrack made to a schema, because the target needs it.
 * @see [diagnostics](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#diagnostics)
 */
export interface Diagnostic {
  /** The code of the change, such as `ONEOF_TO_ANYOF`, `RECURSION_UNROLLED` or `SCHEMA_TO_JSON_TEXT`. */
  code: string
  /** The effect on the accepted values: the same, more, fewer, or the same values in another form. */
  effect: 'SAME' | 'WIDER' | 'NARROWER' | 'SHIFT'
  /** The place in the input schema, as a JSON pointer. */
  pointer: string
  /** A description of the change, for people to read. */
  message: string
}

/**
 * A finding: one rule of a target that a definition breaks, with the source of the rule.
 * @see [findings](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#findings)
 */
export interface Finding {
  /** The code of the rule. */
  code: string
  /**
   * The severity. `refused`: the provider refuses the whole request. `disputed`: the provider refused some requests.
   * `advised`: the source of the rule advises against it.
   */
  weight: 'advised' | 'disputed' | 'refused'
  /**
   * The place, as a JSON pointer into the input schema; into the definition, if the error is outside of the schema.
   */
  pointer: string
  /** A description of the error, for people to read. */
  message: string
  /** Where the rule comes from, such as a page of the provider, with a date. */
  source: string
}

/**
 * One tool as a target gets it: its names, its definition, and all changes.
 * @see [explain](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#explain)
 */
export interface Rendering {
  /** The tool's own name. Rate limits, events and the audit log use it. */
  name: string
  /** The wire name: the name that providers get. */
  wireName: string
  /** The definition in the format of the target. `null`: the target would refuse it. */
  definition: unknown
  /** Whether it is in strict mode. */
  strict: boolean
  /** The changes of the schema. */
  diagnostics: Diagnostic[]
  /** The rules that the definition breaks. If `definition` is `null`, they are the reasons. */
  findings: Finding[]
  /** The reasons why it is not in strict mode, if strict mode was requested. */
  downgraded: Finding[]
}

/**
 * The definitions of one request, with a report: which tools are strict, downgraded, quarantined or trimmed.
 * @see [offers](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#offers)
 */
export interface Offer<T extends Target = Target> {
  /** The revision. */
  revision: number
  /** The definitions, as `definitions` returns them. */
  definitions: TargetDefinitions[T]
  /** The names of the tools in strict mode. */
  strict: string[]
  /**
   * Tools that are sent without strict mode, although it was requested: for their schema, or the provider's limits.
   */
  downgraded: Quarantined[]
  /** Quarantined tools: the provider would refuse them, so they are not sent. */
  quarantined: Quarantined[]
  /** The names of the tools that `overLimit: 'trim'` left out. */
  trimmed: string[]
  /** The limits of the provider that the request exceeds. */
  findings: Finding[]
}

/** A tool that a target does not get, or gets without strict mode. */
export interface Quarantined {
  /** The tool's own name. */
  name: string
  /** The rules of the target that the tool breaks. */
  findings: Finding[]
}

/**
 * The delta: how the definitions differ between two revisions. Tools are compared by wire name.
 * @see [deltas](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#deltas)
 */
export interface Delta<T extends Target = Target> {
  /** The revision before. */
  from: number
  /** The revision after. */
  revision: number
  /** New definitions, in the order of registration. */
  added: DeltaTool<T>[]
  /** Definitions whose JSON changed. */
  changed: DeltaTool<T>[]
  /** Tools whose definition is not in the list any more. */
  removed: { name: string; wireName: string }[]
}

/** A new or changed definition of a delta. */
export interface DeltaTool<T extends Target = Target> {
  /** The tool's own name. */
  name: string
  /** The wire name: the name that providers get. */
  wireName: string
  /** The definition. */
  definition: TargetTool<T>
}

/**
 * The estimated tokens of tools for a target: what their definitions cost in a prompt.
 * @see [token estimates](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#token-estimates)
 */
export interface TokenCount {
  /** The target. `openai` stands for `openai-responses` too. */
  readonly target: Target
  /** The rule of the estimate: the bytes of the definition as compact JSON, divided by 4, rounded up. */
  readonly rule: 'bytes/4'
  /** The sum of all tools. */
  readonly total: number
  /** Each tool, in the order of registration. */
  readonly tools: readonly ToolTokens[]
}

/** The estimated tokens of one tool. */
export interface ToolTokens {
  /** The tool's name. */
  readonly name: string
  /** The tokens of its definition. 0: the tool is quarantined. */
  readonly tokens: number
}
