// Places of a configuration, as commands print them.

import type { ConfigFailure, ConfigPlace } from '../../../index'
import { revive } from '../../border/error'
import { CommandError } from '../command'

/** Why a document could not be loaded. A part of a configuration has a place in its file. */
export interface LoadFailure {
  readonly code: string
  readonly message: string
  readonly file?: string
  readonly line?: number
  readonly column?: number
}

/** A problem with its place: `FILE:LINE:COLUMN: message (POINTER)`. */
export function placeText({ pointer, message, ...place }: Readonly<ConfigPlace>): string {
  return `${lineText(place)}${message}${pointer === '' ? '' : ` (${pointer})`}`
}

/** A part that could not be loaded, with the file of a module: `/modules/0 /srv/tools/echo.mjs`. */
export function partText({ part, location }: Pick<ConfigFailure, 'part' | 'location'>): string {
  return location === undefined ? part : `${part} ${location}`
}

/** Why a part could not be loaded: `FILE:LINE:COLUMN: part: message (CODE)`. */
export function failureText(given: string, { code, message, ...place }: LoadFailure): string {
  return `${lineText(place)}${given}: ${message} (${code})`
}

/** A failure of a configuration as an error of a load, with its place. */
export function loadFailure({ error: { code, message }, file, line, column }: ConfigFailure): LoadFailure {
  const isPlaced = file !== undefined && line !== undefined && column !== undefined
  return { code, message, ...(isPlaced && { file, line, column }) }
}

/** The error of a configuration that cannot be opened: each mistake of it on a line. */
export function configError(file: string, thrown: unknown): CommandError {
  const { code, message, details } = revive(thrown)
  const at = message.includes(file) ? '' : `${file}: `
  if (code !== 'CONFIG_INVALID') return new CommandError(`${at}${message} (${code})`)
  const { problems } = details as { readonly problems: readonly ConfigPlace[] }
  return new CommandError(problems.map(placeText).join('\n'))
}

/** `FILE:LINE:COLUMN: `; nothing where there is no file. */
function lineText({ file, line, column }: Pick<ConfigPlace, 'file' | 'line' | 'column'>): string {
  return file === undefined ? '' : `${file}:${line}:${column}: `
}

/** Whether a part is an MCP server: no tools are loaded of it yet. */
export function isServer(part: string): boolean {
  return part.startsWith('/mcpServers/')
}
