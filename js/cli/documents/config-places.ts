// Places of a configuration, as commands print them.

import type { ConfigPlace } from '../../../index'

/** A problem with its place: `FILE:LINE:COLUMN: message (POINTER)`. */
export function placeText({ file, line, column, pointer, message }: Readonly<ConfigPlace>): string {
  const at = pointer === '' ? '' : ` (${pointer})`
  return `${file === undefined ? '' : `${file}:${line}:${column}: `}${message}${at}`
}

/** Whether a part is an MCP server: no tools are loaded of it yet. */
export function isServer(part: string): boolean {
  return part.startsWith('/mcpServers/')
}
