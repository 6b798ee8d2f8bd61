// Variables of the environment in texts: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`. The core
// fills them in, in a configuration and in arguments of the command line.

import { callNative } from '../border/error'
import { fillTextVariables } from '../border/native'
import { whole } from '../border/well-formed'

/** The environment in which variables are looked up. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A text with its variables filled in, or the first variable that is not set. */
export type FilledText = {
  /** The names of the variables that have no default. */
  readonly required: readonly string[]
} & (
  | { readonly filled: string; readonly used: readonly (readonly [name: string, value: string])[] }
  | { readonly missing: string }
)

/** Fills in the variables of a text. `fault` says what is wrong with a reference. */
export function fillVariables(text: string, environment: Environment): FilledText | { readonly fault: string } {
  const options = whole(JSON.stringify({ text, environment: { ...environment } }))
  return JSON.parse(callNative(() => fillTextVariables(options))) as FilledText | { readonly fault: string }
}
