// Headers of `--header`: `NAME: VALUE`, with variables of the environment, so that no secret stands in the arguments.

import { UsageError } from '../command'
import type { Variables } from '../variables'

/** Reads headers. Throws a {@link UsageError} that names the header, and never shows its value. */
export function readHeaders(texts: readonly string[], variables: Variables): Record<string, string> {
  return Object.fromEntries(texts.map((text) => readHeader(text, variables)))
}

function readHeader(text: string, variables: Variables): [string, string] {
  const [, name, value] = /^([^\s:]+):\s*(.*)$/s.exec(text) ?? []
  if (name === undefined || value === undefined) throw new UsageError('--header must be "NAME: VALUE"')
  return [name, variables.fill(`--header ${name}`, value)]
}
