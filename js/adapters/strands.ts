// Adapter for Strands: the tools of a snapshot as its tools. Imports nothing of the SDK.

import type { BedrockPart, BedrockTool, TargetAnswers } from '../../index'
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
  error?: Error
}

/** The result of a call in the format of Bedrock. */
type Answer = TargetAnswers['bedrock']

export function strandsTools(source: unknown, options?: unknown) {
  const { tools } = offerTools(source, 'bedrock', options)
  return tools.definitions.flatMap((definition) => ('toolSpec' in definition ? [makeTool(tools, definition)] : []))
}

function makeTool(offered: OfferedTools<'bedrock'>, { toolSpec }: BedrockTool) {
  const { name, description, inputSchema } = toolSpec
  return {
    name,
    description,
    toolSpec: { name, description, inputSchema: inputSchema.json },
    async *stream(run: ToolRun) {
      const { toolUseId, input } = run.toolUse
      const call = { signal: run.cancelSignal, run }
      const pieces = allPieces((onPiece) =>
        offered.respond({ toolUse: { toolUseId, name, input } }, { ...call, onPiece }),
      )
      return resultBlock(yield* pieces, run)
    },
  }
}

/** Makes a call and iterates over the pieces of its result, as the SDK's events; returns its answer. */
async function* allPieces(respond: (onPiece: NonNullable<FrameworkCall['onPiece']>) => Promise<Answer>) {
  const pieces: unknown[] = []
  let isOver = false
  let wake = () => {}
  const over = () => {
    isOver = true
    wake()
  }
  const answer = respond((piece) => {
    pieces.push(piece)
    wake()
  })
  answer.then(over, over)
  for (;;) {
    while (pieces.length > 0) yield { type: 'toolStreamEvent', data: pieces.shift() }
    if (isOver) return await answer
    await new Promise<void>((resolve) => (wake = resolve))
  }
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
function plainBlock({ toolUseId, status, content }: Answer['toolResult']) {
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
