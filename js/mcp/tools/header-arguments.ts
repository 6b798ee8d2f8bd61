// Header arguments: the arguments of a tool that HTTP clients repeat in headers (`x-mcp-header`).

import { isMembers } from '../protocol/json-rpc'

/** An argument that a client repeats in the header `Mcp-Param-<header>`. */
export interface HeaderArgument {
  /** The path of the argument: its name, after those of the objects around it. */
  readonly path: readonly string[]
  /** The name of the header after `Mcp-Param-`. */
  readonly header: string
  /** The type of the argument. */
  readonly type: string
}

/** Returns the header arguments of an input schema. They stand below `properties` alone, and have a type. */
export function headerArguments(schema: unknown): readonly HeaderArgument[] {
  const found: HeaderArgument[] = []
  collect(schema, [], found)
  return found
}

function collect(schema: unknown, path: readonly string[], found: HeaderArgument[]): void {
  if (!isMembers(schema) || !isMembers(schema.properties)) return
  for (const [name, property] of Object.entries(schema.properties)) {
    if (!isMembers(property)) continue
    const { 'x-mcp-header': header, type } = property
    const own = [...path, name]
    if (typeof header === 'string' && typeof type === 'string') found.push({ path: own, header, type })
    collect(property, own, found)
  }
}
