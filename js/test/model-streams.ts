// Model streams: an answer of a model as the server-sent events of each provider's API.

import { CALLS } from './call-of'
import { items, member } from './json-members'
import type { ModelAnswer } from './model-formats'

/** A server-sent event: its data as JSON, or a text such as `[DONE]`. */
export interface ModelEvent {
  readonly event?: string
  readonly data: object | string
}

/** Writes the events of an answer; `whole` is the same answer as one response. */
type StreamWriter = (answer: ModelAnswer, whole: object) => ModelEvent[]

/** A text in pieces: its words. */
const wordsOf = (text: string) => text.match(/\S+\s*|\s+/g) ?? []
/** A JSON text in two pieces, each of which is none. */
const halvesOf = (text: string) => [text.slice(0, text.length >> 1), text.slice(text.length >> 1)]
const jsonOf = (args: object) => JSON.stringify(args)

const responses: StreamWriter = (_, whole) => {
  const events: object[] = [
    { type: 'response.created', response: { ...whole, status: 'in_progress', output: [] } },
    ...items(member(whole, 'output')).flatMap((item, output_index) => {
      const place = { output_index, item_id: member(item, 'id') }
      return [
        { type: 'response.output_item.added', output_index, item: emptyItem(item as object) },
        ...(member(item, 'type') === 'message' ? textEvents(item, place) : argumentEvents(item, place)),
        { type: 'response.output_item.done', output_index, item },
      ]
    }),
    { type: 'response.completed', response: whole },
  ]
  return events.map((data, sequence_number) => ({
    event: member(data, 'type') as string,
    data: { ...data, sequence_number },
  }))
}

/** An item of a response as it begins. */
function emptyItem(item: object): object {
  return 'content' in item
    ? { ...item, status: 'in_progress', content: [] }
    : { ...item, status: 'in_progress', arguments: '' }
}

function textEvents(item: unknown, place: object): object[] {
  const [part] = items(member(item, 'content'))
  const text = member(part, 'text') as string
  const at = { ...place, content_index: 0 }
  return [
    { type: 'response.content_part.added', ...at, part: { ...(part as object), text: '' } },
    ...wordsOf(text).map((delta) => ({ type: 'response.output_text.delta', ...at, delta, logprobs: [] })),
    { type: 'response.output_text.done', ...at, text, logprobs: [] },
    { type: 'response.content_part.done', ...at, part },
  ]
}

function argumentEvents(item: unknown, place: object): object[] {
  const args = member(item, 'arguments') as string
  return [
    ...halvesOf(args).map((delta) => ({ type: 'response.function_call_arguments.delta', ...place, delta })),
    { type: 'response.function_call_arguments.done', ...place, name: member(item, 'name'), arguments: args },
  ]
}

const chat: StreamWriter = ({ text, calls, number, model }) => {
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    data: {
      id: `chatcmpl_${number}`,
      object: 'chat.completion.chunk',
      created: 0,
      model,
      choices: [{ index: 0, delta, finish_reason }],
    },
  })
  return [
    chunk({ role: 'assistant', content: '' }),
    ...wordsOf(text ?? '').map((content) => chunk({ content })),
    ...calls.flatMap(({ id, name, args }, index) => {
      const [first, second] = halvesOf(jsonOf(args))
      return [
        chunk({ tool_calls: [{ index, id, type: 'function', function: { name, arguments: first } }] }),
        chunk({ tool_calls: [{ index, function: { arguments: second } }] }),
      ]
    }),
    chunk({}, calls.length > 0 ? 'tool_calls' : 'stop'),
    { data: '[DONE]' },
  ]
}

/** Mistral sends each call in one piece. */
const mistral: StreamWriter = (answer, whole) => {
  const { choices: _, ...rest } = whole as { readonly choices: unknown }
  const chunk = (delta: object, finish_reason: string | null = null) => ({
    data: { ...rest, object: 'chat.completion.chunk', choices: [{ index: 0, delta, finish_reason }] },
  })
  const tool_calls = answer.calls.map((call, index) => ({ ...CALLS.mistral(call), index }))
  return [
    chunk({ role: 'assistant', content: '' }),
    ...wordsOf(answer.text ?? '').map((content) => chunk({ content })),
    chunk({ content: '', ...(tool_calls.length > 0 && { tool_calls }) }, tool_calls.length > 0 ? 'tool_calls' : 'stop'),
    { data: '[DONE]' },
  ]
}

const anthropic: StreamWriter = (_, whole) => {
  const { content, stop_reason, stop_sequence } = whole as Record<'content' | 'stop_reason' | 'stop_sequence', unknown>
  const blocks = items(content).flatMap((block, index) => {
    const isText = member(block, 'type') === 'text'
    const pieces = isText
      ? wordsOf(member(block, 'text') as string)
      : halvesOf(jsonOf(member(block, 'input') as object))
    const delta = (piece: string) =>
      isText ? { type: 'text_delta', text: piece } : { type: 'input_json_delta', partial_json: piece }
    return [
      {
        type: 'content_block_start',
        index,
        content_block: { ...(block as object), ...(isText ? { text: '' } : { input: {} }) },
      },
      ...pieces.map((piece) => ({ type: 'content_block_delta', index, delta: delta(piece) })),
      { type: 'content_block_stop', index },
    ]
  })
  const events = [
    { type: 'message_start', message: { ...whole, content: [], stop_reason: null } },
    ...blocks,
    { type: 'message_delta', delta: { stop_reason, stop_sequence }, usage: { output_tokens: 0 } },
    { type: 'message_stop' },
  ]
  return events.map((data) => ({ event: data.type, data }))
}

const gemini: StreamWriter = (_, whole) => [{ data: whole }]

const cohere: StreamWriter = ({ text, calls, number }, whole) => {
  const message = (type: string, index: number, part: object) => ({ type, index, delta: { message: part } })
  const events = [
    {
      type: 'message-start',
      id: `chat_${number}`,
      delta: { message: { role: 'assistant', content: [], tool_calls: [] } },
    },
    ...(text === undefined
      ? []
      : [
          message('content-start', 0, { content: { type: 'text', text: '' } }),
          ...wordsOf(text).map((piece) => message('content-delta', 0, { content: { text: piece } })),
          { type: 'content-end', index: 0 },
        ]),
    ...calls.flatMap(({ id, name, args }, index) => [
      message('tool-call-start', index, { tool_calls: { id, type: 'function', function: { name, arguments: '' } } }),
      ...halvesOf(jsonOf(args)).map((piece) =>
        message('tool-call-delta', index, { tool_calls: { function: { arguments: piece } } }),
      ),
      { type: 'tool-call-end', index },
    ]),
    {
      type: 'message-end',
      delta: { finish_reason: member(whole, 'finish_reason'), usage: member(whole, 'usage') },
    },
  ]
  return events.map((data) => ({ event: data.type, data }))
}

/** The stream of each target that has one. */
export const STREAMS: { readonly [target: string]: StreamWriter | undefined } = Object.freeze({
  openai: responses,
  'openai-responses': responses,
  'openai-chat': chat,
  anthropic,
  gemini,
  'gemini-openapi': gemini,
  mistral,
  cohere,
})

/** Writes events as the body of a response. */
export function eventText(events: readonly ModelEvent[]): string {
  return events
    .map(({ event, data }) => {
      const text = typeof data === 'string' ? data : JSON.stringify(data)
      return `${event === undefined ? '' : `event: ${event}\n`}data: ${text}\n\n`
    })
    .join('')
}
