/**
 * Adapter for agent loops with OpenAI's SDK: `toolrack/openai`.
 * @module toolrack/openai
 */
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { DefinitionOptions } from '../targets'
import type { RegistryTypes } from '../tool'
import type { AdapterOptions } from './adapter-options'
import type { LoopTurn } from './loop-turn'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'
export type { AnswerOptions, LoopTurn } from './loop-turn'

/** A response of the Responses API. */
export interface OpenAiResponse {
  output: readonly unknown[]
}

/** A chat completion, the message of one, or its calls. Calls of custom tools are not answered. */
export type OpenAiCompletion =
  | { choices: readonly { message: { role: 'assistant' } }[] }
  | { role: 'assistant'; tool_calls?: readonly unknown[] | null | undefined }
  | readonly { type: 'function' | 'custom'; id: string }[]

/** The options of `openaiTurn`. */
export interface OpenAiTurnOptions<Types extends RegistryTypes = {}>
  extends AdapterOptions<Types, undefined>, Pick<DefinitionOptions, 'deferLoading'> {}

/**
 * Returns the tools of one turn for the Responses API. `answer` returns items for the next `input`.
 * Throws `INVALID_OPTIONS`, and `NOT_REPRESENTABLE` for more tools than one request may have.
 * @see [loops](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#loops-without-a-framework)
 */
export function openaiTurn<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: OpenAiTurnOptions<Types>,
): LoopTurn<'openai', OpenAiResponse>

/**
 * Returns the tools of one turn for Chat Completions. `answer` returns messages of role `tool`. Calls of custom
 * tools are yours to answer. Throws like `openaiTurn`.
 * @see [loops](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#loops-without-a-framework)
 */
export function openaiChatTurn<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AdapterOptions<Types, undefined>,
): LoopTurn<'openai-chat', OpenAiCompletion>
