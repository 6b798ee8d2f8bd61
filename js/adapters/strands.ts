// Adapter for Strands: the tools of a snapshot as its tools. Imports nothing of the SDK.

import type { BedrockPart, BedrockTool, TargetAnswers } from '../../index'
import { EveryPiece, streamAnswer } from './answer-stream'
import { offerTools } from './offered-tools'
import type { FrameworkCall, OfferedTools } from './offered-tools'

/** What the SDK hands to a tool. */
interface ToolRun {
  readonly toolUse: { readonly toolUseId: string; readonly input: unknown }
  readonly agent: { readonly messages: readonly { readonly constructor: MessageClass }[] }
  readonly cancelSignal?: AbortSignal
}

/** The class of the SDK's messages: it makes the SDK's blocks of data in the format of Bedrock. */
interface MessageClass {
  readonly fromMessageData?: (data: unknown) => { readonly content: readonly ResultBlock[] }
}

/** A result as the SDK takes it. */
interface ResultBlock {
  readonly type: string
  readonly toolUseId: string
  readonly status: string
  readonly content: readonly unknown[]
  readonly toJSON: () => unknown
  error?: Error
}

/** The result of a call in the format of Bedrock. */
type Answer = TargetAnswers['bedrock']

export function strandsTools(source: unknown, options?: unknown) {
  const { tools } = offerTools(source, 'bedrock', options)
  return tools.definitions.flatMap((definition) => ('toolSpec' in definition ? [makeTool(tools, definition)] : []))
}

function makeTool(offered: OfferedTools<'bedrock'>, { toolSpec }: Extract<BedrockTool, { toolSpec: object }>) {
  const { name, description, inputSchema } = toolSpec
  return {
    name,
    description,
    toolSpec: { name, description, inputSchema: inputSchema.json },
    async *stream(run: ToolRun) {
      const { toolUseId, input } = run.toolUse
      const call = { toolUse: { toolUseId, name, input } }
      const signal = run.cancelSignal
      if (!offered.isStreamed(name)) return resultBlock(await offered.respond(call, { signal, run }), run)
      const respond = (given: FrameworkCall) => offered.respond(call, { ...given, run })
      return resultBlock(yield* streamAnswer(respond, signal, new EveryPiece(pieceEvent)), run)
    },
  }
}

/** A piece of a streamed result as the SDK's event. */
function pieceEvent(data: unknown) {
  return { type: 'toolStreamEvent', data }
}

/** Makes the SDK's block of an answer, by the class of the messages of the running agent: there may be several copies. */
function resultBlock(answer: Answer, { agent }: ToolRun) {
  const { status, content } = answer.toolResult
  const Message = agent.messages[0]?.constructor
  const block: ResultBlock =
    Message?.fromMessageData?.({ role: 'user', content: [answer] }).content[0] ?? plainBlock(answer.toolResult)
  if (status === 'error') block.error = new Error(content.map(textOf).join('\n'))
  return block
}

/** A block with texts alone, for a call outside of a conversation. */
function plainBlock({ toolUseId, status, content }: Answer['toolResult']): ResultBlock {
  const parts = content.map((part) => ({ text: textOf(part) }))
  return {
    type: 'toolResultBlock',
    toolUseId,
    status,
    content: parts.map((part) => ({ type: 'textBlock', ...part, toJSON: () => part })),
    toJSON: () => ({ toolResult: { toolUseId, status, content: parts } }),
  }
}

function textOf(part: BedrockPart): string {
  return 'text' in part ? part.text : 'json' in part ? JSON.stringify(part.json) : '[file]'
}
