/**
 * Adapter for the OpenAI Agents SDK: `toolrack/openai-agents`.
 * @module toolrack/openai-agents
 */
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { RegistryTypes } from '../tool'
import type { AdapterOptions } from './adapter-options'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'

/**
 * The options of `openaiAgentsTools` and `followOpenaiAgentsTools`. A context function gets the run context of the SDK:
 * `context: (run) => ({ userId: run.context.userId })`.
 */
export interface OpenAiAgentsOptions<Types extends RegistryTypes = {}> extends AdapterOptions<Types, any> {}

/** A function tool of the OpenAI Agents SDK. */
export interface OpenAiAgentsTool {
  type: 'function'
  name: string
  description: string
  parameters: any
  strict: boolean
  deferLoading: boolean
  /** Executes a call. The result is a text, or parts if it has files. An error of the call is a text of JSON. */
  invoke: (run: any, input: string, details?: any) => Promise<any>
  needsApproval: (run: any, input: any, callId?: string) => Promise<boolean>
  isEnabled: () => Promise<boolean>
}

/**
 * Returns the tools of a snapshot, or of a registry's newest revision, as function tools of the OpenAI Agents SDK.
 * Throws `INVALID_OPTIONS`, and `NOT_REPRESENTABLE` for more tools than one request may have.
 * @see [OpenAI Agents](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#openai-agents)
 */
export function openaiAgentsTools<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: OpenAiAgentsOptions<Types>,
): OpenAiAgentsTool[]

/**
 * Adds the tools of a registry to an agent, beside the tools it has. Each turn of the agent gets the newest revision,
 * and so does each turn of its clones. Tools that are pushed to `agent.tools` stay; an array that is written to
 * `agent.tools` later replaces all of them, and does not follow the registry. Throws `INVALID_OPTIONS`.
 * @see [OpenAI Agents](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#openai-agents)
 */
export function followOpenaiAgentsTools<Types extends RegistryTypes = {}>(
  agent: { tools: any[] },
  source: ToolRegistry<Types>,
  options?: OpenAiAgentsOptions<Types>,
): void
