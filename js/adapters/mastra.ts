// Adapter for Mastra: the tools of a snapshot as a record of its tools. Imports nothing of the framework.

import type { AiSdkOutput, AiSdkTool, PlainError } from '../../index'
import { AskedCalls } from './mastra-approval'
import type { CallingAgent } from './mastra-approval'
import { PieceWriter } from './mastra-writer'
import type { Writer } from './mastra-writer'
import { callFailure, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** What the framework hands to a tool beside its input. Outside of an agent there may be nothing. */
interface ToolRun {
  readonly requestContext?: unknown
  readonly abortSignal?: AbortSignal
  readonly writer?: Writer
  /** There if an agent makes the call. */
  readonly agent?: CallingAgent
}

/** What the framework hands to the question whether a call needs approval. */
interface ApprovalRun {
  readonly requestContext?: Record<string, unknown>
}

/** The value of an output that is an error. */
interface FailedOutput {
  readonly error: PlainError
}

/** A tool as the framework takes it. */
type MastraTool = ReturnType<typeof makeTool>

/** Marks a tool of the framework, of any copy of it. */
const TOOL = Symbol.for('mastra.core.tool.Tool')

export function mastraTools(source: unknown, options?: unknown): Record<string, MastraTool> {
  const { tools, options: own } = offerTools(source, 'ai-sdk', options)
  // A number of ms, as the options were checked.
  const timeoutMs = own.timeoutMs as number | undefined
  return Object.fromEntries(
    tools.definitions.map((definition) => [definition.name, makeTool(tools, definition, timeoutMs)]),
  )
}

function makeTool(
  offered: OfferedTools<'ai-sdk'>,
  { name, description, inputSchema, strict }: AiSdkTool,
  timeoutMs: number | undefined,
) {
  const asked = offered.asksFor(name) ? new AskedCalls() : undefined
  const needsApprovalFn = async (input: unknown, { requestContext }: ApprovalRun = {}) => {
    const context = await offered.contextOf({ requestContext: new Map(Object.entries(requestContext ?? {})) })
    const isNeeded = await offered.needsApproval({ toolCallId: '', toolName: name, input }, { context })
    asked?.remember(context, input, isNeeded)
    return isNeeded
  }
  return {
    [TOOL]: true,
    id: name,
    description,
    inputSchema: { '~standard': standardSchema(inputSchema) },
    // Without strict mode the framework leaves the schema as it is.
    strict,
    needsApprovalFn: asked && needsApprovalFn,
    async execute(input: unknown, { requestContext, abortSignal, writer, agent }: ToolRun = {}): Promise<AiSdkOutput> {
      const call = { toolCallId: agent?.toolCallId ?? '', toolName: name, input }
      const pieces = new PieceWriter(writer)
      const run = { requestContext }
      const context = asked && (await offered.contextOf(run))
      const approved = asked?.take(context, input, agent) === true
      const settings = { signal: abortSignal, run, context, onPiece: pieces.write, approved }
      const { output } = await offered.respond(call, settings)
      if (output.type === 'error-json') throw callFailure((output.value as FailedOutput).error)
      await pieces.finish(abortSignal, timeoutMs)
      return output
    },
    toModelOutput: (output: AiSdkOutput) => output,
  }
}

/** A Standard Schema that accepts all: the call is validated here, with a message for the model. */
function standardSchema(schema: unknown) {
  const jsonSchema = { input: () => schema, output: () => schema }
  return { version: 1, vendor: 'toolrack', validate: (value: unknown) => ({ value }), jsonSchema }
}
