// Structured result: a valid result of a model's call as data, beside what the model reads of it.

import { types } from 'node:util'

/** A result of a tool with an output schema, for the reply to a model. */
export class StructuredResult {
  /** What the model reads. */
  readonly value: unknown
  /** The result as JSON, as it was validated. */
  readonly text: string
  /** Whether the model reads another value than the result. */
  readonly hasOwnOutput: boolean

  constructor(value: unknown, text: string, hasOwnOutput: boolean) {
    this.value = value
    this.text = text
    this.hasOwnOutput = hasOwnOutput
  }

  static is(value: unknown): value is StructuredResult {
    return !types.isProxy(value) && value instanceof StructuredResult
  }
}
