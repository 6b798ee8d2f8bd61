// `tools/call` of the server's own tools: `search_tools` finds those that a list leaves out, and `call_tool` calls one.

import { revive } from '../../border/error'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { noneOf } from '../../border/nearest'
import { invalidParams } from '../../call/context'
import { findTools, readToolQuery } from '../exposure/found-tools'
import { CALL_TOOL, SEARCH_TOOLS } from '../exposure/exposure-options'
import { textAt } from '../protocol/exact-arguments'
import { callTool, writeEarly } from './call-tool'
import type { Method, MethodAnswer, ServedRequest, ServerState } from './method'

export const callOwnTool: Method = (server, request) => {
  const { name, arguments: args = {} } = request.params
  // Arguments that are no object are the same error for each tool.
  if (!isMembers(args)) return callTool(server, request)
  return name === SEARCH_TOOLS ? searchTools(server, request, args) : callInner(server, request, args)
}

async function searchTools(server: ServerState, request: ServedRequest, args: Members): Promise<MethodAnswer> {
  await server.whenReady()
  const query = readToolQuery(args)
  if ('code' in query) return writeEarly(SEARCH_TOOLS, query)
  try {
    const text = findTools(server.views.seen(request.exchange.principal), query, request.revision.shape)
    return { members: ['"content":[{"type":"text","text":', JSON.stringify(text), '}]'] }
  } catch (thrown) {
    const error = revive(thrown)
    if (error.code === 'LIMIT_EXCEEDED') return writeEarly(SEARCH_TOOLS, error)
    throw error
  }
}

const ARGUMENTS = Object.freeze(['name', 'arguments'])

/** Makes the call of another tool: it is that tool's own, with its rights, limits, validation and audit. */
function callInner(server: ServerState, request: ServedRequest, args: Members): MethodAnswer | Promise<MethodAnswer> {
  const { name, arguments: inner = {} } = args
  const wrong = (pointer: string, message: string) => writeEarly(CALL_TOOL, invalidParams(CALL_TOOL, pointer, message))
  const unknown = Object.keys(args).find((key) => !ARGUMENTS.includes(key))
  if (unknown !== undefined)
    return wrong('', `has "${unknown}", which ${noneOf(unknown, ARGUMENTS)}; what the tool gets belongs into arguments`)
  if (typeof name !== 'string') return wrong('/name', 'must be the name of a tool')
  if (!isMembers(inner)) return wrong('/arguments', 'must be an object')
  const params = { ...request.params, name, arguments: inner }
  return callTool(server, { ...request, params, text: innerText(request.text) })
}

/** The message of the inner call, with its arguments as they were sent: numbers of 64 bits are exact in the text alone. */
function innerText(message: string): string {
  const args = textAt(message, ['params', 'arguments', 'arguments']) ?? '{}'
  return `{"params":{"arguments":${args}}}`
}
