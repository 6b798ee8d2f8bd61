// Adapter for the OpenAI Agents SDK: the tools of a snapshot as its function tools. Imports nothing of the SDK.

import type { OpenAiPart, OpenAiTool } from '../../index'
import { liveView } from './live-view'
import { followTools, offerTools } from './offered-tools'
import type { OfferedTools } from './offered-tools'

/** The context of a run, which knows what a person has approved. */
interface RunContext {
  readonly isToolApproved?: (call: { readonly toolName: string; readonly callId: string }) => boolean | undefined
}

/** What the SDK hands to a tool beside its input. */
interface ToolCallDetails {
  readonly signal?: AbortSignal
  readonly toolCall?: { readonly callId?: string }
}

/** A tool as the SDK takes it. */
type AgentTool = ReturnType<typeof makeTool>

/** The agent whose tools follow a registry. */
interface AgentWithTools {
  tools: readonly unknown[]
}

export function openaiAgentsTools(source: unknown, options?: unknown): AgentTool[] {
  return makeTools(offerTools(source, 'openai', options).tools)
}

export function followOpenaiAgentsTools(agent: AgentWithTools, source: unknown, options?: unknown): void {
  const { newest } = followTools(source, 'openai', options)
  const tools: unknown[] = Array.from(agent.tools)
  let offered: OfferedTools<'openai'> | undefined
  let made: ReadonlySet<unknown> = new Set()
  const refresh = () => {
    if (offered === newest()) return
    offered = newest()
    const others = tools.filter((tool) => !made.has(tool))
    made = new Set(makeTools(offered))
    tools.splice(0, tools.length, ...others, ...made)
  }
  refresh()
  // The SDK reads the tools of its agent before each turn. A clone of the agent has the same array.
  agent.tools = liveView(tools, refresh)
}

function makeTools(offered: OfferedTools<'openai'>): AgentTool[] {
  return offered.definitions.map((definition) => makeTool(offered, definition))
}

function makeTool(offered: OfferedTools<'openai'>, { name, description, parameters, strict }: OpenAiTool) {
  const asks = offered.asksFor(name)
  return {
    type: 'function' as const,
    name,
    description,
    parameters,
    strict,
    deferLoading: false,
    invoke: async (run: RunContext | undefined, input: string, details?: ToolCallDetails) => {
      const signal = details?.signal
      const callId = details?.toolCall?.callId ?? ''
      const call = { call_id: callId, name, arguments: input }
      const approved = asks && run?.isToolApproved?.({ toolName: name, callId }) === true
      // An error of a call is an output too: the SDK ends the run for what a tool throws.
      const { output } = await offered.respond(call, { run, signal, approved })
      // The SDK tells a cancelled call by the reason of its signal.
      if (signal?.aborted) throw signal.reason
      return typeof output === 'string' ? output : output.map(outputPart)
    },
    needsApproval: async (run: unknown, input: unknown, callId = '') =>
      asks && offered.needsApproval({ call_id: callId, name, arguments: JSON.stringify(input) }, { run }),
    isEnabled: () => Promise.resolve(true),
  }
}

/** A part of an output with files, as the SDK takes it. */
function outputPart(part: OpenAiPart): object {
  switch (part.type) {
    case 'input_text':
      return { type: 'text', text: part.text }
    case 'input_image':
      return { type: 'image', image: part.image_url }
    case 'input_file': {
      const [, mediaType, data] = DATA_URL.exec(part.file_data) ?? []
      return { type: 'file', file: { data, mediaType, filename: part.filename } }
    }
  }
}

/** A file as a data URL. */
const DATA_URL = /^data:([^;]*);base64,(.*)$/s
