// Headers of `--header`: `NAME: VALUE`, with variables of the environment, so that no secret stands in the arguments.

import { UsageError } from '../command'
import { fillVariables } from '../variables'
import type { Environment } from '../variables'

/** Reads headers. Throws a {@link UsageError} that names the header, and never shows its value. */
export function readHeaders(
  texts: readonly string[] | undefined,
  environment: Environment,
): Record<string, string> | undefined {
  return texts && Object.fromEntries(texts.map((text) => readHeader(text, environment)))
}

function readHeader(text: string, environment: Environment): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new UsageError('--header must be "NAME: VALUE"')
  return [name, fillVariables(`--header ${name}`, value, environment)]
}
