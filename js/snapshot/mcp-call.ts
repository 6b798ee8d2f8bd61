// MCP call: name and arguments of a call in the format of MCP, which JavaScript reads as well as the core does.

import { givenMember } from '../border/given-members'
import { isMembers } from '../border/kind'
import type { Arguments } from '../call/interfaces'

/** A call that was read. Nobody changes its values. */
export interface McpCall {
  readonly id: string | undefined
  /** The name of the tool for clients. */
  readonly name: string
  readonly arguments: Arguments
}

/**
 * Reads a call that is parsed JSON: the params of `tools/call`, or the message that has them. Nothing for another value,
 * which the core refuses or reads.
 */
export function readMcpCall(call: unknown): McpCall | undefined {
  if (!isMembers(call)) return undefined
  const params = givenMember(call, 'params') ?? call
  if (!isMembers(params)) return undefined
  const name = givenMember(params, 'name')
  const given = givenMember(params, 'arguments') ?? {}
  if (typeof name !== 'string' || !isMembers(given)) return undefined
  const id = givenMember(call, 'id')
  return { id: id === undefined || typeof id === 'string' ? id : JSON.stringify(id), name, arguments: given }
}
