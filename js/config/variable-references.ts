// Variables of the environment in texts: `${VAR}`, `${env:VAR}`, `${VAR:-default}`, and `$${` for a literal `${`.

/** The environment in which variables are looked up. */
export type Environment = Readonly<Record<string, string | undefined>>

/** A reference to a variable, or an escaped one. A default has no braces. */
export const REFERENCE = /\$\$\{|\$\{(?:env:)?([A-Za-z_]\w*)(?::-([^{}]*))?\}/g

/** The value of a variable that is set. */
export function valueOf(environment: Environment, name: string): string | undefined {
  return Object.hasOwn(environment, name) ? environment[name] : undefined
}
