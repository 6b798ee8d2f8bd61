// Adapter for LlamaIndex: the tools of a snapshot as its tools. Imports nothing of the framework.

import type { PlainAnswer, PlainTool } from '../../index'
import { invalidOption } from '../border/options'
import { checkSignal } from '../call/abort-signals'
import { declinedCall } from './approval'
import { describeFile } from './file-text'
import { callFailure, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** Asks a person whether a call may be made. It may return anything. */
type Approve = (call: { readonly toolName: string; readonly input: unknown }) => unknown

/** What the framework does not hand to a tool. */
interface Given {
  readonly signal: AbortSignal | undefined
  readonly approve: Approve | undefined
}

export function llamaindexTools(source: unknown, options?: unknown) {
  const { tools, options: own } = offerTools(source, 'plain', options, ['signal', 'approve'])
  const given = { signal: checkSignal(own.signal), approve: checkApprove(own.approve) }
  return tools.definitions.map((definition) => makeTool(tools, definition, given))
}

function makeTool(
  offered: OfferedTools<'plain'>,
  { name, description, inputSchema }: PlainTool,
  { signal, approve }: Given,
) {
  return {
    metadata: { name, description, parameters: inputSchema },
    call: async (input: unknown) => {
      const sent = { name, arguments: input ?? {} }
      const isAsked = approve !== undefined && offered.asksFor(name) && (await offered.needsApproval(sent, { signal }))
      if (isAsked && (await approve({ toolName: name, input })) !== true) throw callFailure(declinedCall(name))
      return toOutput(await offered.respond(sent, { signal, approved: isAsked }))
    },
  }
}

function checkApprove(approve: unknown): Approve | undefined {
  if (approve !== undefined && typeof approve !== 'function') throw invalidOption('approve', 'must be a function')
  // A function can be called with a call.
  return approve as Approve | undefined
}

/** Writes an answer as JSON without null, which the framework refuses. It writes a text without its quotes. */
function toOutput(answer: PlainAnswer): unknown {
  if (!answer.ok) throw callFailure(answer.error)
  const value = withoutNull(answer.value)
  return answer.files === undefined ? value : { result: value, files: answer.files.map(describeFile) }
}

function withoutNull(value: unknown): unknown {
  const text = JSON.stringify(value)
  return text.includes('null') ? JSON.parse(text, (_, member: unknown) => member ?? 'null') : value
}
