// Tool calls in the format of each target.

/** A tool call of OpenAI's Responses API. */
export interface OpenAiCall {
  type?: 'function_call'
  call_id: string
  name: string
  arguments: string
}

/** A tool call of OpenAI's Chat Completions or of Cohere. */
export interface ChatCall {
  id?: string | undefined
  type?: 'function' | undefined
  function?: { name?: string | undefined; arguments?: unknown } | undefined
}

/** A tool call of Mistral's Chat Completions. */
export interface MistralCall {
  id?: string | undefined
  type?: string | undefined
  function: { name: string; arguments?: unknown }
}

/** A tool call of Anthropic's Messages API: a `tool_use` block. */
export interface AnthropicCall {
  type?: 'tool_use'
  id: string
  name: string
  input: unknown
}

/** A tool call of the Gemini API: a part, or its `functionCall`. */
export type GeminiCall = { functionCall?: GeminiFunctionCall | undefined } | GeminiFunctionCall

/** A `functionCall` of the Gemini API. */
export interface GeminiFunctionCall {
  id?: string | undefined
  name?: string | undefined
  args?: Record<string, unknown> | undefined
}

/** A tool call of Bedrock's Converse API: a content block, or its `toolUse`. */
export type BedrockCall = { toolUse?: BedrockToolUse | undefined } | BedrockToolUse

/** A `toolUse` of Bedrock's Converse API. */
export interface BedrockToolUse {
  toolUseId?: string | undefined
  name?: string | undefined
  input?: unknown
}

/** A `tools/call` request of the Model Context Protocol, or its `params`. */
export type McpCall = { params: McpCallParams } | McpCallParams

/** The `params` of a `tools/call` request. */
export interface McpCallParams {
  name: string
  arguments?: Record<string, unknown> | undefined
  _meta?: Record<string, unknown> | undefined
}

/** A tool call of the AI SDK. */
export interface AiSdkCall {
  type?: 'tool-call'
  toolCallId: string
  toolName: string
  input?: unknown
}

/**
 * A tool call of a framework (target `plain`). `arguments` is an object or its JSON text.
 * `args` and `input` are read like `arguments`.
 * @see [frameworks](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#frameworks)
 */
export interface PlainCall {
  id?: string | undefined
  name: string
  arguments?: unknown
  args?: unknown
  input?: unknown
}

/** The tool calls of each target, as its SDK returns them and as `respond` accepts them. */
export interface TargetCalls {
  openai: OpenAiCall
  'openai-responses': OpenAiCall
  'openai-chat': ChatCall
  anthropic: AnthropicCall
  gemini: GeminiCall
  'gemini-openapi': GeminiCall
  bedrock: BedrockCall
  mcp: McpCall
  'ai-sdk': AiSdkCall
  mistral: MistralCall
  cohere: ChatCall
  plain: PlainCall
}
