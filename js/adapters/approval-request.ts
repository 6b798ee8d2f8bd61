// Approval request: what the option `approve` of an adapter gets of a call, whatever the format of the call is.

/** A call that needs the approval of a person. */
export interface ApprovalRequest {
  /** The tool's name: that of the registry, not the wire name. */
  readonly toolName: string
  /** The id of the call, as the provider wrote it. */
  readonly id: string | undefined
  /** The arguments, as the model wrote them. */
  readonly input: unknown
  /** Aborts when the call is cancelled. */
  readonly signal: AbortSignal | undefined
}

/** A map of members that may be anything. */
type Members = Readonly<Record<string, unknown>>

/** Where formats have the call itself: Chat Completions, Gemini, Bedrock. */
const INNER = ['function', 'functionCall', 'toolUse'] as const

/** Reads a call in the format of any target. Its name is the wire name. */
export function readApprovalRequest(sent: unknown, signal?: AbortSignal): ApprovalRequest {
  const outer = (sent ?? {}) as Members
  const inner = INNER.map((key) => outer[key]).find((value) => value !== undefined && value !== null) as
    Members | undefined
  const call: Members = { ...outer, ...inner }
  const id = call.id ?? call.call_id ?? call.toolCallId ?? call.toolUseId
  return {
    toolName: String(call.toolName ?? call.name),
    id: typeof id === 'string' ? id : undefined,
    input: readArguments(call.arguments ?? call.args ?? call.input),
    signal,
  }
}

/** Arguments may be written as JSON. */
function readArguments(value: unknown): unknown {
  if (typeof value !== 'string') return value
  try {
    return JSON.parse(value) as unknown
  } catch {
    return value
  }
}
