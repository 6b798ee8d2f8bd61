// Mastra tool: what `createTool` of Mastra returns (E3).

import type { CallContext } from '../../../call/context'
import type { ModelOutput } from '../../../call/interfaces'
import { isThenable } from '../../../border/thenable'
import type { ExportedValue } from '../exported-value'
import { sharedMembers } from '../named-definition'
import type { Place, Shape, ToolDraft } from '../shape'
import { ShapeFault } from '../shape-faults'
import { valueOfOutput } from './ai-sdk-model-output'
import { callerContext } from './caller-context'
import { checkedAtEnd } from './checked-pieces'
import { approvalOf } from './framework-approval'
import { needsLoop, rejected } from './framework-loop'
import { MastraRequestContext } from './mastra-request-context'
import { pushedPieces } from './pushed-pieces'
import type { PushPiece } from './pushed-pieces'

const MARK = Symbol.for('mastra.core.tool.Tool')

/** Members that say whether calls need approval; the first that is given counts. */
const POLICIES: readonly string[] = Object.freeze(['needsApprovalFn', 'requireApproval'])

type Execute = (input: unknown, context: object) => unknown

export const mastraTool: Shape = {
  id: 'E3',
  matches: (value) => value.get(MARK) === true,
  read(value: ExportedValue, _place: Place): ToolDraft {
    if (!value.isMethod('execute'))
      throw new ShapeFault('is a tool of Mastra without an execute, which a client runs: give it an execute')
    const self = value.value
    const run = value.get('execute') as Execute
    const call = async (params: unknown, context: CallContext, push?: PushPiece): Promise<unknown> => {
      const suspension = new Suspension()
      const result = await run.call(self, params, contextOf(context, suspension, push))
      return checkedAtEnd(result, () => suspension.check())
    }
    const execute = (params: unknown, context: CallContext): unknown =>
      pushedPieces(context, (push) => call(params, context, push))
    const inputSchema = value.get('inputSchema')
    const definition = {
      ...sharedMembers(value, POLICIES),
      ...annotationsOf(value),
      ...approvalOf(...policyOf(value), (decide, params, context) =>
        decide.call(self, params, { requestContext: callerContext(context) }),
      ),
      name: value.get('id'),
      ...(inputSchema != null && { inputSchema }),
      execute,
    }
    const toModel = value.isMethod('toModelOutput') ? modelOutputOf(value) : undefined
    // Its `execute` validates arguments and results, also by a schema that is hidden in a JSON Schema.
    const framework = { validates: true, validatesBy: inputSchema }
    return { definition, self, notes: [], framework, ...(toModel && { toModel }) }
  },
}

/** The member with what it says of approval: a function that it has is asked in place of the constant. */
function policyOf(value: ExportedValue): [member: string, given: unknown] {
  const member = POLICIES.find((key) => value.isGiven(key) && value.get(key) !== null)
  return [member ?? 'requireApproval', member === undefined ? undefined : value.get(member)]
}

/** The annotations that it has for MCP. */
function annotationsOf(value: ExportedValue): object {
  const properties = value.objectAt('mcp')
  const { annotations } = properties === undefined ? {} : sharedMembers(properties)
  return annotations === undefined ? {} : { annotations }
}

function modelOutputOf(tool: ExportedValue): ModelOutput {
  const self = tool.value
  const toModelOutput = tool.get('toModelOutput') as (output: unknown) => unknown
  return (output) => {
    const made = toModelOutput.call(self, output)
    return isThenable(made) ? Promise.resolve(made).then(valueOfOutput) : valueOfOutput(made)
  }
}

/** What a tool gets beside its arguments: the part of `ToolExecutionContext` that holds without an agent. */
function contextOf(context: CallContext, { suspend }: Suspension, push: PushPiece | undefined): object {
  const agent = { agentId: '', toolCallId: context.callId, messages: [], suspend }
  return {
    requestContext: new MastraRequestContext(context),
    agent,
    suspend,
    writer: push === undefined ? SILENT : { write: push, custom: push },
    // No getter: Mastra copies its context.
    abortSignal: context.signal,
  }
}

/** Whether a tool has suspended its run, awaited or not. */
class Suspension {
  #error: Error | undefined

  readonly suspend = (): Promise<never> => {
    this.#error ??= needsLoop('Mastra', 'the tool suspends its run')
    return rejected(this.#error)
  }

  /** Fails a call that has suspended its run: there is nobody to resume it. */
  check(): void {
    if (this.#error !== undefined) throw this.#error
  }
}

/** Takes the pieces of a call that nobody reads in pieces. */
const drop = async (): Promise<void> => {}
const SILENT = Object.freeze({ write: drop, custom: drop })
