// The SDKs of the providers: how each takes tools, is asked, and gives and gets calls and answers.
import { createServer as createHttp2Server } from 'node:http2'
import Anthropic from '@anthropic-ai/sdk'
import { BedrockRuntimeClient, ConverseCommand } from '@aws-sdk/client-bedrock-runtime'
import { FunctionCallingConfigMode, GoogleGenAI } from '@google/genai'
import { Mistral } from '@mistralai/mistralai'
import { CohereClientV2 } from 'cohere-ai'
import OpenAI from 'openai'

export const text = (value) => (typeof value === 'string' ? value : JSON.stringify(value))

/**
 * For each provider: how its tools show their names and schemas, what it sends for calls, and how its SDK is asked
 * (`open` gives a function that takes the turns so far and tells the calls and the model's turn). Then how answers are
 * handed back, where tools and answers stand on the wire (`sent`, `told`), and what an answer is there (`wire`).
 */
export const SDKS = {
  openai: {
    options: { deferLoading: { name: 'store' } },
    shown: (tools) => tools.map(({ name, parameters: schema }) => ({ name, schema })),
    reply: (calls) => ({
      id: 'resp_1',
      object: 'response',
      created_at: 1,
      status: 'completed',
      model: 'm',
      output: calls.map(({ id, name, args }) => ({
        type: 'function_call',
        id: `fc_${id}`,
        call_id: id,
        name,
        arguments: JSON.stringify(args),
        status: 'completed',
      })),
    }),
    open(url, tools) {
      const client = new OpenAI({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const { output } = await client.responses.create({ model: 'm', input: turns, tools })
        return { calls: output.filter(({ type }) => type === 'function_call'), turn: output }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [...turn, ...answers],
    told: ({ input }, count) => input.slice(-count),
    wire: ({ id }, { value }) => ({ type: 'function_call_output', call_id: id, output: text(value) }),
  },
  'openai-chat': {
    shown: (tools) => tools.map(({ function: { name, parameters: schema } }) => ({ name, schema })),
    reply(calls) {
      const tool_calls = calls.map(({ id, name, args }) => ({
        id,
        type: 'function',
        function: { name, arguments: JSON.stringify(args) },
      }))
      return {
        id: 'chat_1',
        object: 'chat.completion',
        created: 1,
        model: 'm',
        choices: [{ index: 0, finish_reason: 'tool_calls', message: { role: 'assistant', content: null, tool_calls } }],
      }
    },
    open(url, tools) {
      const client = new OpenAI({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const {
          choices: [{ message }],
        } = await client.chat.completions.create({ model: 'm', messages: turns, tools })
        return { calls: message.tool_calls, turn: message }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [turn, ...answers],
    told: ({ messages }, count) => messages.slice(-count),
    wire: ({ id }, { value }) => ({ role: 'tool', tool_call_id: id, content: text(value) }),
  },
  anthropic: {
    options: { deferLoading: { name: 'store' }, cache: true },
    shown: (tools) => tools.map(({ name, input_schema: schema }) => ({ name, schema })),
    reply: (calls) => ({
      id: 'msg_1',
      type: 'message',
      role: 'assistant',
      model: 'm',
      stop_reason: 'tool_use',
      stop_sequence: null,
      usage: { input_tokens: 1, output_tokens: 1 },
      content: calls.map(({ id, name, args }) => ({
        type: 'tool_use',
        id,
        name,
        input: args,
        caller: { type: 'direct' },
      })),
    }),
    open(url, tools) {
      const client = new Anthropic({ apiKey: 'key', baseURL: url })
      return async (turns) => {
        const { content } = await client.messages.create({ model: 'm', max_tokens: 9, messages: turns, tools })
        return { calls: content.filter(({ type }) => type === 'tool_use'), turn: { role: 'assistant', content } }
      }
    },
    hello: { role: 'user', content: 'Hello' },
    hand: (turn, answers) => [turn, { role: 'user', content: answers }],
    told: ({ messages }) => messages.at(-1).content,
    wire: ({ id }, { value, failed }) => ({
      type: 'tool_result',
      tool_use_id: id,
      content: text(value),
      ...(failed && { is_error: true }),
    }),
  },
  gemini: {
    shown: ([{ functionDeclarations }]) =>
      functionDeclarations.map(({ name, parametersJsonSchema: schema }) => ({ name, schema })),
    reply: (calls) => ({
      candidates: [
        {
          index: 0,
          finishReason: 'STOP',
          content: { role: 'model', parts: calls.map((functionCall) => ({ functionCall, thoughtSignature: 'AAAA' })) },
        },
      ],
    }),
    open(url, tools) {
      const client = new GoogleGenAI({ apiKey: 'key', httpOptions: { baseUrl: url } })
      const config = { tools, toolConfig: { functionCallingConfig: { mode: FunctionCallingConfigMode.VALIDATED } } }
      return async (turns) => {
        const {
          functionCalls,
          candidates: [{ content }],
        } = await client.models.generateContent({ model: 'm', contents: turns, config })
        return { calls: functionCalls, turn: content }
      }
    },
    hello: { role: 'user', parts: [{ text: 'Hello' }] },
    hand: (turn, answers) => [turn, { role: 'user', parts: answers }],
    told: ({ contents }) => contents.at(-1).parts,
    wire: ({ id, name }, { value, failed }) => ({
      functionResponse: { id, name, response: failed ? value : { output: value } },
    }),
  },
  bedrock: {
    create: createHttp2Server,
    options: { cache: true },
    shown: (tools) =>
      tools.flatMap(({ toolSpec }) => (toolSpec ? [{ name: toolSpec.name, schema: toolSpec.inputSchema.json }] : [])),
    sent: ({ toolConfig }) => toolConfig.tools,
    reply: (calls) => ({
      output: {
        message: {
          role: 'assistant',
          content: calls.map(({ id, name, args }) => ({ toolUse: { toolUseId: id, name, input: args } })),
        },
      },
      stopReason: 'tool_use',
      usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 },
      metrics: { latencyMs: 1 },
    }),
    open(url, tools) {
      const client = new BedrockRuntimeClient({
        endpoint: url,
        region: 'eu-north-1',
        credentials: { accessKeyId: 'id', secretAccessKey: 'key' },
      })
      return async (turns) => {
        const {
          output: { message },
        } = await client.send(new ConverseCommand({ modelId: 'm', messages: turns, toolConfig: { tools } }))
        return { calls: message.content.filter(({ toolUse }) => toolUse), turn: message }
      }
    },
    hello: { role: 'user', content: [{ text: 'Hello' }] },
    hand: (turn, answers) => [turn, { role: 'user', content: answers }],
    told: ({ messages }) => messages.at(-1).content,
    wire: ({ id }, { value, failed }) => ({
      toolResult: {
        toolUseId: id,
        content: [typeof value === 'string' ? { text: value } : { json: value }],
        status: failed ? 'error' : 'success',
      },
    }),
  },
}
SDKS['gemini-openapi'] = {
  ...SDKS.gemini,
  shown: ([{ functionDeclarations }]) => functionDeclarations.map(({ name, parameters: schema }) => ({ name, schema })),
  spelt: (tools) => JSON.parse(JSON.stringify(tools), (key, value) => (key === 'type' ? value.toUpperCase() : value)),
}
SDKS.mistral = {
  ...SDKS['openai-chat'],
  reply: (calls) => ({
    ...SDKS['openai-chat'].reply(calls),
    usage: { prompt_tokens: 1, completion_tokens: 1, total_tokens: 2 },
  }),
  open(url, tools) {
    const client = new Mistral({ apiKey: 'key', serverURL: url })
    return async (turns) => {
      const {
        choices: [{ message }],
      } = await client.chat.complete({ model: 'm', messages: turns, tools })
      return { calls: message.toolCalls, turn: message }
    }
  },
}
SDKS.cohere = {
  ...SDKS['openai-chat'],
  reply: (calls) => ({
    id: 'chat_1',
    finish_reason: 'TOOL_CALL',
    message: SDKS['openai-chat'].reply(calls).choices[0].message,
  }),
  open(url, tools) {
    const client = new CohereClientV2({ token: 'key', baseUrl: url })
    return async (turns) => {
      const { message } = await client.chat({ model: 'm', messages: turns, tools, strictTools: true })
      return { calls: message.toolCalls, turn: message }
    }
  },
}
