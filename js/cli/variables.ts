// Variables of the environment in arguments: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`.

import { UsageError } from './command'

/** The environment of a process. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A reference to a variable, or an escaped one. A default has no braces. */
const REFERENCE = /\$\$\{|\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^{}]*))?\}/g

/**
 * Fills in the variables of a text. A default stands for a variable that is not set or empty, as in a shell. Throws a
 * {@link UsageError} that names the place and the variable, and shows no value.
 */
export function fillVariables(place: string, text: string, environment: Environment): string {
  return text.replace(REFERENCE, (_, name: string | undefined, fallback: string | undefined) => {
    if (name === undefined) return '${'
    const value = Object.hasOwn(environment, name) ? environment[name] : undefined
    if (value !== undefined && (value !== '' || fallback === undefined)) return value
    if (fallback !== undefined) return fallback
    throw new UsageError(`${place}: the environment has no variable ${name}`)
  })
}
