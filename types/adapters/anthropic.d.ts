/**
 * Adapter for agent loops with Anthropic's SDK: `toolrack/anthropic`.
 * @module toolrack/anthropic
 */
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { DefinitionOptions } from '../targets'
import type { RegistryTypes } from '../tool'
import type { AdapterOptions } from './adapter-options'
import type { LoopTurn } from './loop-turn'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'
export type { AnswerOptions, LoopTurn } from './loop-turn'

/** A message of the Messages API. */
export interface AnthropicMessage {
  content: string | readonly unknown[]
}

/** The options of `anthropicTurn`. */
export interface AnthropicTurnOptions<Types extends RegistryTypes = {}>
  extends AdapterOptions<Types, undefined>, Pick<DefinitionOptions, 'deferLoading' | 'cache'> {}

/**
 * Returns the tools of one turn for the Messages API. `answer` returns the content of the next message of the user.
 * Throws `INVALID_OPTIONS`, and `NOT_REPRESENTABLE` for more tools than one request may have.
 * @see [loops](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#loops-without-a-framework)
 */
export function anthropicTurn<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AnthropicTurnOptions<Types>,
): LoopTurn<'anthropic', AnthropicMessage>
