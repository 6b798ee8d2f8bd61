// OpenAI Agents tool: the function tool that `tool` of the OpenAI Agents SDK returns (E8).

import { isDeepStrictEqual } from 'node:util'
import { raise } from '../../../border/raised-error'
import type { CallContext } from '../../../call/context'
import type { Arguments, ClosureFunction } from '../../../call/interfaces'
import { noteLateDecision } from '../../../definition/decision-guard'
import type { ExportedValue } from '../exported-value'
import { outputNotes, sharedMembers } from '../named-definition'
import type { Place, Shape, ShapeNote, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { approvalOf } from './framework-approval'
import { policyOf } from './openai-agents-policy'
import { CallDetails, CheckedDetails, RunContext } from './openai-agents-context'
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
    const run = async (params: unknown, context: CallContext, predicate?: ClosureFunction): Promise<unknown> => {
      const runContext = new RunContext(context)
      const input = JSON.stringify(params)
      // A tool that is enabled for good costs no turn of the event loop.
      const check = checkEnabled?.(runContext)
      if (check !== undefined) await check
      const refused = await before?.(runContext, context, input)
      if (refused !== undefined) return refused.message
      const call = (details: object) => invoke.call(self, runContext, input, details)
      const isDecided = predicate === undefined || context.approved
      const result = isDecided
        ? call(new CallDetails(context, input))
        : callDecided(call, input, context, predicate.bind(self))
      const output = openaiAgentsResult(await result)
      const replaced = await after?.(runContext, context, input, output)
      return replaced === undefined ? output : replaced.message
    }
    const execute = noteLateDecision(
      (params, context) => run(params, context),
      (predicate) => (params, context) => run(params, context, predicate),
    )
    const approval = approvalOf(
      'needsApproval',
      policyOf('needsApproval', value.get('needsApproval')),
      (decide, params, context) => decide.call(self, new RunContext(context), params, context.callId),
    )
    const definition = {
      ...sharedMembers(value, ['needsApproval']),
      ...approval,
      inputSchema: value.get('parameters'),
      execute,
    }
    // Its `invoke` parses the text, and validates it where its schema is one of a library.
    return { definition, self, notes: notesOf(value), framework: { validates: true, fillsWritten: true } }
  },
}

/**
 * Calls a tool whose predicate has seen the arguments as they were sent. The schema of Zod is out of sight: where it
 * makes others of them, the tool is stopped, and the predicate decides on those first.
 */
async function callDecided(
  call: (details: object) => Promise<unknown>,
  input: string,
  context: CallContext,
  predicate: ClosureFunction,
): Promise<unknown> {
  const sent: unknown = JSON.parse(input)
  const stop: { seen?: unknown } = {}
  const check = (parsed: unknown): void => {
    if (isDeepStrictEqual(parsed, sent)) return
    stop.seen = parsed
    throw stop as unknown as Error
  }
  try {
    return await call(new CheckedDetails(context, input, check))
  } catch (thrown) {
    if (thrown !== stop) throw thrown
  }
  const answer: unknown = await predicate(stop.seen as Arguments, context)
  if (answer !== false) throw raise('APPROVAL_REQUIRED', { tool: context.toolName })
  return call(new CallDetails(context, input))
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
