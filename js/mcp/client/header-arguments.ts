// Header arguments of a tool of a server: `x-mcp-header` in its schema → the headers `Mcp-Param-*` of a call.

import { isMembers } from '../../border/kind'
import { writeHeaderValue } from '../http/header-values'

const KEYWORD = 'x-mcp-header'
/** A token of RFC 9110, 5.6.2. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
/** The most levels of a schema that are searched. */
const DEEPEST = 120

/** The headers that repeat arguments of a call. A schema with a problem is not loaded. */
export function argumentHeaders(schema: unknown, args: unknown): Record<string, string> {
  const headers: Record<string, string> = Object.create(null) as Record<string, string>
  collect(schema, args, headers, 0)
  return headers
}

function collect(schema: unknown, value: unknown, headers: Record<string, string>, depth: number): void {
  if (depth > DEEPEST || !isMembers(schema) || !isMembers(schema.properties) || !isMembers(value)) return
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!isMembers(property) || !Object.hasOwn(value, name)) continue
    const argument = value[name]
    const header = property[KEYWORD]
    const text = headerText(argument)
    if (typeof header === 'string' && TOKEN.test(header) && text !== undefined)
      headers[`mcp-param-${header.toLowerCase()}`] = writeHeaderValue(text)
    collect(property, argument, headers, depth + 1)
  }
}

function headerText(argument: unknown): string | undefined {
  switch (typeof argument) {
    case 'string':
      return argument
    case 'number':
    case 'boolean':
    case 'bigint':
      return String(argument)
    default:
      return undefined
  }
}
