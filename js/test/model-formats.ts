// Model formats: what a request of each target has, and the answer of a model in the format of its API.

import type { ScriptedResult, ScriptedTarget } from '../../types/test'
import { CALLS } from './call-of'
import type { WireCall } from './call-of'
import { items, member, parsed, text, texts } from './json-members'

/** An answer of a model, in no format. */
export interface ModelAnswer {
  readonly text: string | undefined
  readonly calls: readonly WireCall[]
  /** The number of the answer, from 1 on: ids are made of it. */
  readonly number: number
  /** The model that was asked. */
  readonly model: string
}

/** The format of a target. */
export interface ModelFormat {
  /** The names of the tools of a request. */
  readonly toolsOf: (request: unknown) => string[]
  /** The results of tools that a request ends with. */
  readonly resultsOf: (request: unknown) => ScriptedResult[]
  /** Writes an answer as the API does. */
  readonly write: (answer: ModelAnswer) => object
}

/** The items at the end of a list that are as wanted: what was sent after the last answer of the model. */
function lastOf(list: readonly unknown[], isWanted: (item: unknown) => boolean): unknown[] {
  const before = list.findLastIndex((item) => !isWanted(item))
  return list.slice(before + 1)
}

/** A result whose content is a text, or a list of parts with texts. */
function resultOf(id: unknown, content: unknown): ScriptedResult {
  const parts = items(content).map((part) => member(part, 'json') ?? parsed(member(part, 'text') ?? part))
  return { id: text(id), value: Array.isArray(content) ? (parts.length === 1 ? parts[0] : parts) : parsed(content) }
}

const chatTools = (request: unknown) =>
  texts(items(member(request, 'tools')).map((tool) => member(tool, 'function', 'name')))
const plainTools = (request: unknown) => texts(items(member(request, 'tools')).map((tool) => member(tool, 'name')))
const isToolMessage = (message: unknown) => member(message, 'role') === 'tool'
const chatResults = (request: unknown) =>
  lastOf(items(member(request, 'messages')), isToolMessage).map((message) =>
    resultOf(member(message, 'tool_call_id') ?? member(message, 'toolCallId'), member(message, 'content')),
  )
const callsIn = <Written>(calls: readonly Written[]) => (calls.length === 0 ? {} : { tool_calls: calls })

const responses: ModelFormat = {
  toolsOf: plainTools,
  resultsOf: (request) =>
    lastOf(items(member(request, 'input')), (item) => member(item, 'type') === 'function_call_output').map((item) =>
      resultOf(member(item, 'call_id'), member(item, 'output')),
    ),
  write: ({ text, calls, number, model }) => ({
    id: `resp_${number}`,
    object: 'response',
    created_at: 0,
    status: 'completed',
    error: null,
    incomplete_details: null,
    model,
    output: [
      ...(text === undefined
        ? []
        : [
            {
              id: `msg_${number}`,
              type: 'message',
              role: 'assistant',
              status: 'completed',
              content: [{ type: 'output_text', text, annotations: [] }],
            },
          ]),
      ...calls.map((call) => ({ ...CALLS.openai(call), id: `fc_${call.id}`, status: 'completed' })),
    ],
    usage: { input_tokens: 0, output_tokens: 0, total_tokens: 0 },
  }),
}

const chat: ModelFormat = {
  toolsOf: chatTools,
  resultsOf: chatResults,
  write: ({ text = null, calls, number, model }) => ({
    id: `chatcmpl_${number}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
        logprobs: null,
        message: { role: 'assistant', content: text, refusal: null, ...callsIn(calls.map(CALLS['openai-chat'])) },
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),
}

const anthropic: ModelFormat = {
  toolsOf: plainTools,
  resultsOf: (request) =>
    items(member(items(member(request, 'messages')).at(-1), 'content'))
      .filter((block) => member(block, 'type') === 'tool_result')
      .map((block) => resultOf(member(block, 'tool_use_id'), member(block, 'content'))),
  write: ({ text, calls, number, model }) => ({
    id: `msg_${number}`,
    type: 'message',
    role: 'assistant',
    model,
    content: [...(text === undefined ? [] : [{ type: 'text', text, citations: null }]), ...calls.map(CALLS.anthropic)],
    stop_reason: calls.length > 0 ? 'tool_use' : 'end_turn',
    stop_sequence: null,
    usage: { input_tokens: 0, output_tokens: 0 },
  }),
}

const gemini: ModelFormat = {
  toolsOf: (request) =>
    // The parameters of the SDK have the tools in `config`, its requests beside the contents.
    items(member(request, 'tools') ?? member(request, 'config', 'tools'))
      .flatMap((tool) => items(member(tool, 'functionDeclarations')))
      .flatMap((declaration) => texts([member(declaration, 'name')])),
  resultsOf: (request) =>
    items(member(items(member(request, 'contents')).at(-1), 'parts'))
      .map((part) => member(part, 'functionResponse'))
      .filter((response) => response !== undefined)
      .map((response) => {
        const value = member(response, 'response')
        const output = member(value, 'output')
        // The output may be null.
        return { id: text(member(response, 'id')), value: output === undefined ? value : output }
      }),
  write: ({ text, calls, model }) => ({
    candidates: [
      {
        index: 0,
        finishReason: 'STOP',
        content: {
          role: 'model',
          parts: [
            ...(text === undefined ? [] : [{ text }]),
            ...calls.map((call) => ({ functionCall: CALLS.gemini(call) })),
          ],
        },
      },
    ],
    modelVersion: model,
    usageMetadata: { promptTokenCount: 0, candidatesTokenCount: 0, totalTokenCount: 0 },
  }),
}

const bedrock: ModelFormat = {
  toolsOf: (request) =>
    texts(items(member(request, 'toolConfig', 'tools')).map((tool) => member(tool, 'toolSpec', 'name'))),
  resultsOf: (request) =>
    items(member(items(member(request, 'messages')).at(-1), 'content'))
      .map((block) => member(block, 'toolResult'))
      .filter((result) => result !== undefined)
      .map((result) => resultOf(member(result, 'toolUseId'), member(result, 'content'))),
  write: ({ text, calls }) => ({
    output: {
      message: {
        role: 'assistant',
        content: [...(text === undefined ? [] : [{ text }]), ...calls.map(CALLS.bedrock)],
      },
    },
    stopReason: calls.length > 0 ? 'tool_use' : 'end_turn',
    usage: { inputTokens: 0, outputTokens: 0, totalTokens: 0 },
    metrics: { latencyMs: 0 },
  }),
}

const mistral: ModelFormat = {
  ...chat,
  write: ({ text = '', calls, number, model }) => ({
    id: `cmpl_${number}`,
    object: 'chat.completion',
    created: 0,
    model,
    choices: [
      {
        index: 0,
        finish_reason: calls.length > 0 ? 'tool_calls' : 'stop',
        message: { role: 'assistant', content: text, ...callsIn(calls.map(CALLS.mistral)) },
      },
    ],
    usage: { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 },
  }),
}

const cohere: ModelFormat = {
  ...chat,
  write: ({ text, calls, number }) => ({
    id: `chat_${number}`,
    finish_reason: calls.length > 0 ? 'TOOL_CALL' : 'COMPLETE',
    message: {
      role: 'assistant',
      ...(text === undefined ? {} : { content: [{ type: 'text', text }] }),
      ...callsIn(calls.map(CALLS.cohere)),
    },
    usage: { tokens: { input_tokens: 0, output_tokens: 0 } },
  }),
}

const aiSdk: ModelFormat = {
  toolsOf: plainTools,
  resultsOf: (request) =>
    lastOf(items(member(request, 'prompt')), isToolMessage)
      .flatMap((message) => items(member(message, 'content')))
      .map((part) => resultOf(member(part, 'toolCallId'), member(part, 'output', 'value'))),
  write: ({ text, calls }) => ({
    content: [
      ...(text === undefined ? [] : [{ type: 'text', text }]),
      // A language model gives the arguments as JSON.
      ...calls.map((call) => ({ ...CALLS['ai-sdk'](call), input: JSON.stringify(call.args) })),
    ],
    finishReason: { unified: calls.length > 0 ? 'tool-calls' : 'stop', raw: undefined },
    usage: {
      inputTokens: { total: 0, noCache: 0, cacheRead: 0, cacheWrite: 0 },
      outputTokens: { total: 0, text: 0, reasoning: 0 },
    },
    warnings: [],
  }),
}

const plain: ModelFormat = {
  toolsOf: plainTools,
  resultsOf: (request) => items(member(request, 'results')).map((result) => resultOf(member(result, 'id'), result)),
  write: ({ text, calls }) => ({ ...(text === undefined ? {} : { text }), calls: calls.map(CALLS.plain) }),
}

/** The format of each target. */
export const FORMATS: { readonly [T in ScriptedTarget]: ModelFormat } = Object.freeze({
  openai: responses,
  'openai-responses': responses,
  'openai-chat': chat,
  anthropic,
  gemini,
  'gemini-openapi': gemini,
  bedrock,
  mistral,
  cohere,
  'ai-sdk': aiSdk,
  plain,
})
