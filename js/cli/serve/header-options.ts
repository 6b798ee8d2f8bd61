// Headers of `--header`: `NAME: VALUE`, with variables of the environment, so that no secret stands in the arguments.

import { UsageError } from '../command'

/** A variable: `${NAME}`; `$${` is a literal `${`. */
const VARIABLE = /\$\$\{|\$\{([A-Za-z_]\w*)\}/g

/** Reads headers. Throws a {@link UsageError} that names the header, and never shows its value. */
export function readHeaders(
  texts: readonly string[] | undefined,
  environment: Readonly<Record<string, string | undefined>>,
): Record<string, string> | undefined {
  if (texts === undefined) return undefined
  return Object.fromEntries(texts.map((text) => readHeader(text, environment)))
}

function readHeader(text: string, environment: Readonly<Record<string, string | undefined>>): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new UsageError('--header must be "NAME: VALUE"')
  const filled = value.replace(VARIABLE, (found, variable: string | undefined) => {
    if (variable === undefined) return '${'
    const held = environment[variable]
    if (held === undefined) throw new UsageError(`--header ${name}: the environment has no variable ${variable}`)
    return held
  })
  return [name, filled]
}
