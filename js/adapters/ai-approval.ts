// Approval in the AI SDK: a person answers in the messages of the next request.

/** A message of the SDK. */
export interface AiMessage {
  readonly role: string
  readonly content: string | readonly MessagePart[]
}

/** A part of a message: of a request for approval, or of an answer to one. */
interface MessagePart {
  readonly type: string
  readonly approvalId?: string
  readonly approved?: boolean
  readonly toolCallId?: string
}

/**
 * Whether a person has approved a call. The SDK executes approved calls of the last message, after it has asked again
 * whether they need approval; in any other place an approval is history.
 */
export function isApproved(messages: readonly AiMessage[] = [], toolCallId: string): boolean {
  const answered = partsOf(messages.at(-1), 'tool-approval-response').filter(({ approved }) => approved === true)
  const ids = new Set(answered.map(({ approvalId }) => approvalId))
  if (ids.size === 0) return false
  return messages.some((message) =>
    partsOf(message, 'tool-approval-request').some(
      (part) => part.toolCallId === toolCallId && ids.has(part.approvalId),
    ),
  )
}

function partsOf(message: AiMessage | undefined, type: string): readonly MessagePart[] {
  return Array.isArray(message?.content) ? (message.content as MessagePart[]).filter((part) => part.type === type) : []
}
