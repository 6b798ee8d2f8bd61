// Tool definitions in the format of each target.
import type { Json, ObjectSchema } from './schema'
import type { ToolAnnotations } from './tool'

/** A tool of OpenAI's Responses API: an item of `tools`. */
export interface OpenAiTool {
  type: 'function'
  name: string
  description: string
  parameters: Record<string, unknown>
  strict: boolean
  /** Whether the provider's tool search loads the tool on demand (option `deferLoading`). */
  defer_loading?: true
}

/** A tool of OpenAI's Chat Completions or of Mistral: an item of `tools`. */
export interface ChatTool {
  type: 'function'
  function: { name: string; description: string; parameters: Record<string, unknown>; strict: boolean }
}

/** A tool of Cohere's Chat API: an item of `tools`. Strict mode is an option of the request, `strict_tools`. */
export interface CohereTool {
  type: 'function'
  function: { name: string; description: string; parameters: Record<string, unknown> }
}

/** A tool of Anthropic's Messages API: an item of `tools`. */
export interface AnthropicTool {
  name: string
  description: string
  input_schema: ObjectSchema
  strict: boolean
  /** Whether the provider's tool search loads the tool on demand (option `deferLoading`). */
  defer_loading?: true
  /** The prompt cache mark, on the last tool that is not deferred (option `cache`). */
  cache_control?: { type: 'ephemeral' }
}

/** A list of tools of the Gemini API: an item of `config.tools`, with JSON Schemas. */
export interface GeminiTool {
  functionDeclarations: {
    name: string
    description: string
    parametersJsonSchema: unknown
    /** The output schema of the tool. */
    responseJsonSchema?: unknown
  }[]
}

/** A list of tools of the Gemini API with Gemini's own schema format, for the Live API and older models. */
export interface GeminiOpenApiTool {
  functionDeclarations: {
    name: string
    description: string
    parameters: Record<string, unknown>
    /** The output schema of the tool. */
    response?: Record<string, unknown>
  }[]
}

/** A tool of Bedrock's Converse API: an item of `toolConfig.tools`. With `cache`, the last item is a cache point. */
export type BedrockTool =
  | { toolSpec: { name: string; description?: string; inputSchema: { json: Record<string, Json> }; strict: boolean } }
  | { cachePoint: { type: 'default' } }

/** A tool of the Model Context Protocol: an item of `tools` in a `tools/list` result. */
export interface McpTool {
  name: string
  title?: string
  description: string
  inputSchema: ObjectSchema & { properties?: Record<string, Record<string, Json>> }
  /**
   * The output schema of the tool. Before revision 2026-07-28 its root is an object; another schema is left out. With
   * that revision it may be of any type, whatever this type says.
   * @see [output schemas](https://github.com/toolrack/toolrack/blob/main/docs/output-schemas.md#targets)
   */
  outputSchema?: ObjectSchema & { properties?: Record<string, Record<string, Json>> }
  annotations?: ToolAnnotations
}

/**
 * A tool of the AI SDK, as its providers get it.
 * For `tool` and `dynamicTool` of the SDK, pass `jsonSchema(inputSchema)` and an `execute`.
 * @see [AI SDK](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#ai-sdk)
 */
export interface AiSdkTool {
  type: 'function'
  name: string
  description: string
  inputSchema: Record<string, unknown>
  strict: boolean
}

/**
 * A tool for a framework with its own format. Its schema uses only keywords that every provider accepts.
 * It is a copy, which the framework may change.
 * @see [frameworks](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#frameworks)
 */
export interface PlainTool {
  name: string
  description: string
  inputSchema: Record<string, unknown>
  /** The output schema of the tool. */
  outputSchema?: Record<string, unknown>
}

/**
 * The tool definitions of each target, as `definitions` returns them. `openai` means `openai-responses`.
 * @see [targets](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#targets)
 */
export interface TargetDefinitions {
  openai: OpenAiTool[]
  'openai-responses': OpenAiTool[]
  'openai-chat': ChatTool[]
  anthropic: AnthropicTool[]
  gemini: GeminiTool[]
  'gemini-openapi': GeminiOpenApiTool[]
  bedrock: BedrockTool[]
  mcp: McpTool[]
  'ai-sdk': AiSdkTool[]
  mistral: ChatTool[]
  cohere: CohereTool[]
  plain: PlainTool[]
}
