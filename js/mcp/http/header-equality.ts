// Header equality: the headers of a modern request say what its body says, so that who routes by them is not deceived.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { HEADER_MISMATCH, fault } from '../protocol/json-rpc'
import { textAt } from '../protocol/exact-arguments'
import type { ProtocolFault, RequestMessage } from '../protocol/json-rpc'
import { namedRevision } from '../protocol/request-era'
import type { HeaderArgument } from '../../snapshot/mcp-listing'
import type { HttpFacts } from './http-facts'
import { readHeaderValue } from './header-values'

/** The arguments of a tool that clients repeat in headers. */
export type HeaderArguments = (tool: string) => readonly HeaderArgument[]

/** A decimal number as clients write it. Others are for `Number` alone: "0x1a", " 42 ", "1e3". */
const DECIMAL = /^-?\d+(\.\d+)?$/

/**
 * Compares the headers of a modern request with its body. A request without a revision is not judged: what it lacks is
 * another error.
 */
export function checkHeaders(
  request: RequestMessage,
  facts: HttpFacts,
  argumentsOf: HeaderArguments,
): ProtocolFault | undefined {
  const { id, method, params, text } = request
  const revision = namedRevision(request)
  if (typeof revision !== 'string') return undefined
  const wrong =
    unequal(facts, 'MCP-Protocol-Version', revision) ??
    unequal(facts, 'Mcp-Method', method) ??
    (params === undefined ? undefined : checkName(method, params, facts)) ??
    (method === 'tools/call' && params !== undefined ? checkCall(params, text, facts, argumentsOf) : undefined)
  return wrong === undefined ? undefined : fault(HEADER_MISMATCH, wrong, { id, status: 400 })
}

/** The members that the header `Mcp-Name` repeats. Source: 2026-07-28, "Streamable HTTP", standard request headers. */
const NAMED: ReadonlyMap<string, string> = new Map([
  ['tools/call', 'name'],
  ['prompts/get', 'name'],
  ['resources/read', 'uri'],
])

function checkName(method: string, params: Members, facts: HttpFacts): string | undefined {
  const member = NAMED.get(method)
  const name = member === undefined ? undefined : params[member]
  // What a request without a name lacks is another error.
  return typeof name === 'string' ? unequal(facts, 'Mcp-Name', name) : undefined
}

function checkCall(params: Members, text: string, facts: HttpFacts, argumentsOf: HeaderArguments): string | undefined {
  const { name, arguments: values } = params
  if (typeof name !== 'string') return undefined
  for (const argument of argumentsOf(name)) {
    const exact = () => textAt(text, ['params', 'arguments', ...argument.path])
    const found = checkArgument(argument, { value: valueAt(values, argument.path), exact }, facts)
    if (found !== undefined) return found
  }
  return undefined
}

function unequal(facts: HttpFacts, header: string, expected: string): string | undefined {
  const sent = facts.header(header.toLowerCase())
  if (sent === undefined) return `header ${header} is missing: it must say what the body says`
  return readHeaderValue(sent) === expected ? undefined : `header ${header} must say what the body says`
}

/** An argument of a call, and its text in the message. */
interface SentArgument {
  readonly value: unknown
  readonly exact: () => string | undefined
}

function checkArgument(
  { header, type }: HeaderArgument,
  { value, exact }: SentArgument,
  facts: HttpFacts,
): string | undefined {
  const name = `Mcp-Param-${header}`
  const sent = facts.header(name.toLowerCase())
  if (value === undefined || value === null)
    return sent === undefined ? undefined : `header ${name} must be left out, as its argument is`
  // An argument of another type is refused by the schema of the tool.
  if (typeof value === 'object') return undefined
  if (sent === undefined) return `header ${name} is missing: it must say what the argument says`
  const read = readHeaderValue(sent)
  const isEqual =
    read !== undefined &&
    (type === 'integer' && typeof value === 'number' && DECIMAL.test(read)
      ? // Beyond 2^53, several numbers are the same one here.
        Number(read) === value && (Number.isSafeInteger(value) || read === exact())
      : // oxlint-disable-next-line typescript/no-base-to-string -- no object is left here
        read === String(value))
  return isEqual ? undefined : `header ${name} must say what the argument says`
}

function valueAt(values: unknown, path: readonly string[]): unknown {
  let value = values
  for (const step of path) {
    if (!isMembers(value) || !Object.hasOwn(value, step)) return undefined
    value = value[step]
  }
  return value
}
