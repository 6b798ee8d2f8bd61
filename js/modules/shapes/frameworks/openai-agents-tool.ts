// OpenAI Agents tool: the function tool that `tool` of the OpenAI Agents SDK returns (E8).

import type { CallContext } from '../../../call/context'
import type { ExportedValue } from '../exported-value'
import { outputNotes, sharedMembers } from '../named-definition'
import type { Place, Shape, ShapeNote, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { approvalOf } from './framework-approval'
import { policyOf } from './openai-agents-policy'
import { CallDetails, RunContext } from './openai-agents-context'
import { enablementOf } from './openai-agents-enablement'
import { guardsOf } from './openai-agents-guardrails'
import { openaiAgentsResult } from './openai-agents-result'

type Invoke = (runContext: RunContext, input: string, details: object) => Promise<unknown>

/** Tools without a function of their own that OpenAI runs, or a device of the agent. */
const HOSTED: readonly unknown[] = Object.freeze(['hosted_tool', 'computer', 'shell', 'apply_patch'])

export const openaiAgentsTool: Shape = {
  id: 'E8',
  matches: (value) => value.get('type') === 'function' && value.isMethod('invoke'),
  read(value: ExportedValue, _place: Place): ToolDraft {
    const invoke = value.get('invoke') as Invoke
    const self = value.value
    const { before, after } = guardsOf(value)
    const checkEnabled = enablementOf(value)
    const execute = async (params: unknown, context: CallContext): Promise<unknown> => {
      const runContext = new RunContext(context)
      const input = JSON.stringify(params)
      // A tool that is enabled for good costs no turn of the event loop.
      const check = checkEnabled?.(runContext)
      if (check !== undefined) await check
      const refused = await before?.(runContext, context, input)
      if (refused !== undefined) return refused.message
      const details = new CallDetails(context, input)
      const output = openaiAgentsResult(await invoke.call(self, runContext, input, details))
      const replaced = await after?.(runContext, context, input, output)
      return replaced === undefined ? output : replaced.message
    }
    const approval = approvalOf(
      'needsApproval',
      policyOf('needsApproval', value.get('needsApproval')),
      (decide, params, context) => decide.call(self, new RunContext(context), params, context.callId),
    )
    const definition = { ...sharedMembers(value), ...approval, inputSchema: value.get('parameters'), execute }
    // Its `invoke` parses the text, and validates it where its schema is one of a library.
    return { definition, self, notes: notesOf(value), framework: { validates: true } }
  },
}

/** Its `invoke` validates results by a schema of Zod, which it keeps under a symbol; one of JSON is not used. */
function notesOf(value: ExportedValue): ShapeNote[] {
  return Object.getOwnPropertySymbols(value.value).length > 0 ? [] : outputNotes(value)
}

/** A tool that is no function of the program. */
export const hostedOpenaiTool: Shape = {
  id: 'E8',
  matches: (value) => value.isPlain && HOSTED.includes(value.get('type')) && value.isText('name'),
  read(value: ExportedValue): never {
    const instead = 'put it beside the definitions of the registry in the request'
    throw new ShapeFault(`is the hosted tool "${String(value.get('name'))}" of OpenAI Agents: ${instead}`)
  },
}
