// Results of calls as blocks of Strands.

import type { BedrockPart, TargetAnswers } from '../../index'

/** The running agent. */
export interface Agent {
  readonly messages: readonly { readonly constructor: MessageClass }[]
}

/** The result of a call in the format of Bedrock. */
type Answer = TargetAnswers['bedrock']

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

/** Makes the SDK's block of an answer, by the class of the messages of the running agent: there may be several copies. */
export function resultBlock(answer: Answer, { messages }: Agent): ResultBlock {
  const { status, content } = answer.toolResult
  const Message = messages[0]?.constructor
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
