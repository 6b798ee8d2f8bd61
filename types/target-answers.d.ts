// Tool results in the format of each target.
import type { ErrorCode, Problem } from './errors'

/** A tool result of OpenAI's Chat Completions: a message of role `tool`. */
export interface ChatAnswer {
  role: 'tool'
  tool_call_id: string
  content: string
}

/** A tool result of the SDKs of Mistral and Cohere: a message of role `tool`. Their HTTP APIs write `tool_call_id`. */
export interface SdkChatAnswer {
  role: 'tool'
  toolCallId: string
  content: string
}

/** A tool result of the Gemini API: a `functionResponse` part. */
export interface GeminiAnswer {
  functionResponse: {
    id?: string
    name: string
    response: { output: unknown } | { error: unknown }
    parts?: { inlineData: { mimeType: string; data: string } }[]
  }
}

/** A tool result of OpenAI's Responses API: a function call output. `output` is a list if the result has files. */
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
 * An error, as a model gets it.
 * @see [errors for models](https://github.com/toolrack/toolrack/blob/main/docs/errors.md#errors-for-models)
 */
export interface PlainError {
  /** The error code. */
  code: ErrorCode
  /** The error message. */
  message: string
  /** What the model should do next. */
  next?: string
  /** The problems of the arguments (`INVALID_PARAMS`). */
  problems?: Problem[]
  /** Similar names of tools, the most similar first (`UNKNOWN_TOOL`). */
  nearest?: string[]
  /** The time until the next call is accepted, in ms (`RATE_LIMITED`, `CIRCUIT_OPEN`). */
  retryAfterMs?: number
  /** The HTTP status of the API's response (`HTTP_FAILED`). */
  status?: number
  /** The body of the API's response (`HTTP_FAILED`). */
  body?: any
  /** The bytes of JSON before and after truncation to `callLimits.maxResultBytes`. Absent: nothing was truncated. */
  truncated?: { bytes: number; keptBytes: number }
}

/**
 * A tool result of a framework (target `plain`). `data` of a file is base64.
 * @see [frameworks](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#frameworks)
 */
export type PlainAnswer =
  | { ok: true; value: any; files?: { mediaType: string; name: string; data: string }[] }
  | { ok: false; error: PlainError }

/**
 * The tool results of each target, as `respond` returns them and as the SDK accepts them.
 * A file becomes an image or a document if the target accepts its media type, else a line of text.
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
