/**
 * Adapter for agent loops with Google's Gen AI SDK: `toolrack/gemini`.
 * @module toolrack/gemini
 */
import type { ToolRegistry } from '../registry'
import type { Snapshot } from '../snapshot'
import type { RegistryTypes } from '../tool'
import type { AdapterOptions } from './adapter-options'
import type { LoopTurn } from './loop-turn'

export type { AdapterOptions, ApprovalRequest } from './adapter-options'
export type { AnswerOptions, LoopTurn } from './loop-turn'

/** A response of `generateContent`, or the content of one. */
export type GeminiResponse =
  { candidates?: readonly { content?: object | undefined }[] | undefined } | { parts?: readonly unknown[] | undefined }

/**
 * Returns the tools of one turn for the Gemini API. `answer` returns the parts of the next content of the user.
 * Throws `INVALID_OPTIONS`, and `NOT_REPRESENTABLE` for more tools than one request may have.
 * @see [loops](https://github.com/toolrack/toolrack/blob/main/docs/frameworks.md#loops-without-a-framework)
 */
export function geminiTurn<Types extends RegistryTypes = {}>(
  source: ToolRegistry<Types> | Snapshot<Types>,
  options?: AdapterOptions<Types, undefined>,
): LoopTurn<'gemini', GeminiResponse>
