// Tool results in the format of each target.
import type { ErrorCode, Problem } from './errors'

/** A tool message of OpenAI's Chat Completions. */
export interface ChatAnswer {
  role: 'tool'
  tool_call_id: string
  content: string
}

/** A tool message of the SDKs of Mistral and Cohere. Their APIs call the id `tool_call_id`. */
export interface SdkChatAnswer {
  role: 'tool'
  toolCallId: string
  content: string
}

/** A `functionResponse` part of the Gemini API. */
export interface GeminiAnswer {
  functionResponse: {
    id?: string
    name: string
    response: { output: unknown } | { error: unknown }
    parts?: { inlineData: { mimeType: string; data: string } }[]
  }
}

/** A function call output of OpenAI's Responses API. `output` is a list if the result has files. */
export interface OpenAiAnswer {
  type: 'function_call_output'
  call_id: string
  output: string | OpenAiPart[]
}

/** A part of a function call output of OpenAI's Responses API. */
export type OpenAiPart =
  | { type: 'input_text'; text: string }
  | { type: 'input_image'; image_url: string }
  | { type: 'input_file'; filename: string; file_data: string }

/** A content block of a tool result of Anthropic's Messages API, for a result with files. */
export type AnthropicPart =
  | { type: 'text'; text: string }
  | {
      type: 'image'
      source: { type: 'base64'; media_type: 'image/png' | 'image/jpeg' | 'image/gif' | 'image/webp'; data: string }
    }
  | { type: 'document'; source: { type: 'base64'; media_type: 'application/pdf'; data: string } }

/** A content block of a tool result of Bedrock's Converse API. */
export type BedrockPart =
  | { json: any }
  | { text: string }
  | { image: { format: 'png' | 'jpeg' | 'gif' | 'webp'; source: { bytes: Uint8Array } } }
  | { document: { format: 'pdf'; name: string; source: { bytes: Uint8Array } } }

/** A content block of a `tools/call` result of the Model Context Protocol. */
export type McpPart =
  | { type: 'text'; text: string }
  | { type: 'image' | 'audio'; data: string; mimeType: string }
  | { type: 'resource'; resource: { uri: string; mimeType: string; blob: string } }

/** The output of a tool result of the AI SDK. */
export type AiSdkOutput =
  | { type: 'text' | 'json' | 'error-text' | 'error-json'; value: any }
  | {
      type: 'content'
      value: (
        | { type: 'text'; text: string }
        | { type: 'image-data'; data: string; mediaType: string }
        | { type: 'file-data'; data: string; mediaType: string; filename: string }
      )[]
    }

/**
 * An error as a model reads it.
 * @see [errors for models](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#errors-for-models)
 */
export interface PlainError {
  /** The code. */
  code: ErrorCode
  /** The message. */
  message: string
  /** The next step for the model. */
  next?: string
  /** The problems of the arguments. */
  problems?: Problem[]
  /** Similar names of tools, nearest first. */
  nearest?: string[]
  /** The time until the next call is accepted, in ms. */
  retryAfterMs?: number
  /** The HTTP status of an API's response. */
  status?: number
  /** The body of an API's response. */
  body?: any
  /** The bytes of JSON before and after truncation to `callLimits.maxResultBytes`. */
  truncated?: { bytes: number; keptBytes: number }
}

/**
 * The result of a framework's call. `data` of a file is base64.
 * @see [frameworks](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#frameworks)
 */
export type PlainAnswer =
  | { ok: true; value: any; files?: { mediaType: string; name: string; data: string }[] }
  | { ok: false; error: PlainError }

/**
 * The tool results of each target, as its SDK takes them.
 * Files become images and documents if the target takes their media type, else a line of text.
 * @see [files in results](https://github.com/toolrack/toolrack/blob/main/docs/files.md#files-in-results)
 */
export interface TargetAnswers {
  openai: OpenAiAnswer
  'openai-responses': OpenAiAnswer
  'openai-chat': ChatAnswer
  anthropic: { type: 'tool_result'; tool_use_id: string; content: string | AnthropicPart[]; is_error?: true }
  gemini: GeminiAnswer
  'gemini-openapi': GeminiAnswer
  bedrock: { toolResult: { toolUseId: string; content: BedrockPart[]; status: 'success' | 'error' } }
  mcp: { content: McpPart[]; structuredContent?: Record<string, unknown>; isError?: true }
  'ai-sdk': { type: 'tool-result'; toolCallId: string; toolName: string; output: AiSdkOutput }
  mistral: SdkChatAnswer
  cohere: SdkChatAnswer
  plain: PlainAnswer
}
