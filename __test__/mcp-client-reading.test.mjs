// What connections read: streams of events, messages, header values, cut anywhere and of any bytes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { EventReader } from '../lib/mcp/client/event-reader.js'
import { readServerMessage } from '../lib/mcp/client/server-message.js'
import { readHeaderValue, writeHeaderValue } from '../lib/mcp/http/header-values.js'
import { LineReader } from '../lib/mcp/stdio/line-reader.js'

/** The data of the messages in bytes that come in these parts. */
function messagesIn(parts, limit = 1_000_000) {
  const found = []
  const reader = new EventReader(limit, (data) => found.push(data))
  for (const part of parts) if (!reader.read(Buffer.from(part))) return 'over the limit'
  return found
}

/** Streams, and the messages in them. Source: WHATWG HTML, "Server-sent events", and its examples. */
const STREAMS = {
  a_message: ['data: a\n\n', ['a']],
  without_a_space: ['data:a\n\n', ['a']],
  with_two_spaces: ['data:  a\n\n', [' a']],
  several_lines: ['data: a\ndata\ndata: b\n\n', ['a\n\nb']],
  returns: ['data: a\r\rdata: b\r\r', ['a', 'b']],
  returns_and_line_feeds: ['data: a\r\n\r\ndata: b\r\n\r\n', ['a', 'b']],
  comments: [': hello\n\n:\ndata: a\n:x\n\n', ['a']],
  other_fields: ['id: 1\nretry: 5\nwhat: x\nevent: message\ndata: a\n\n', ['a']],
  other_types: ['event: endpoint\ndata: /x\n\ndata: a\n\n', ['a']],
  a_byte_order_mark: ['\uFEFFdata: a\n\n', ['a']],
  an_event_without_an_end: ['data: a\n\ndata: b\n', ['a']],
  an_event_without_data: ['event: message\n\n\n\n', []],
  text_of_several_bytes: ['data: née 漢字 🙂\n\n', ['née 漢字 🙂']],
}

for (const [name, [text, messages]] of Object.entries(STREAMS))
  test(`a_stream_with_${name}_is_read_wherever_it_is_cut`, () => {
    const bytes = Buffer.from(text)
    assert.deepEqual(messagesIn([bytes]), messages)
    assert.deepEqual(messagesIn(Array.from(bytes, (byte) => Buffer.of(byte))), messages)
    for (let at = 0; at <= bytes.length; at++)
      assert.deepEqual(messagesIn([bytes.subarray(0, at), bytes.subarray(at)]), messages)
  })

test('an_event_over_the_limit_is_not_kept_and_comments_never_are', () => {
  assert.equal(messagesIn(['data: ', 'x'.repeat(60), 'x'.repeat(60)], 100), 'over the limit')
  assert.equal(
    messagesIn(
      Array.from({ length: 20 }, () => 'data: 123456789\n'),
      100,
    ),
    'over the limit',
  )
  assert.deepEqual(
    messagesIn(
      Array.from({ length: 1_000 }, () => ': a comment\n'),
      100,
    ),
    [],
  )
  assert.deepEqual(
    messagesIn(
      Array.from({ length: 3 }, () => `data: ${'x'.repeat(80)}\n\n`),
      100,
    ).length,
    3,
  )
})

test('a_large_event_in_small_parts_is_read_in_linear_time', () => {
  const parts = Array.from({ length: 200_000 }, () => 'x'.repeat(64))
  const [message] = messagesIn(['data: ', ...parts, '\n\n'], 20_000_000)
  assert.equal(message.length, 12_800_000)
})

/** Messages of servers, and what they are. */
const MESSAGES = {
  '{"jsonrpc":"2.0","id":1,"result":{}}': { kind: 'response', id: 1, result: {} },
  '{"jsonrpc":"2.0","id":"a","result":{"n":9007199254740993}}': {
    kind: 'response',
    id: 'a',
    result: { n: '9007199254740993' },
  },
  '{"jsonrpc":"2.0","id":9007199254740993,"result":{}}': { kind: 'response', id: '9007199254740993', result: {} },
  '{"jsonrpc":"2.0","id":null,"error":{"code":-32700,"message":7}}': {
    kind: 'response',
    id: undefined,
    error: { code: -32700, message: '', data: undefined },
  },
  '{"jsonrpc":"2.0","id":1,"result":[]}': { kind: 'response', id: 1, broken: /neither a result nor an error/ },
  '{"jsonrpc":"2.0","id":1,"error":"no"}': { kind: 'response', id: 1, broken: /neither a result nor an error/ },
  '{"jsonrpc":"2.0","id":1,"error":{"code":"1"}}': { kind: 'response', id: 1, broken: /without a code/ },
  '{"jsonrpc":"2.0","method":"a"}': { kind: 'notice', method: 'a', params: {} },
  '{"jsonrpc":"2.0","method":"a","params":[1]}': { kind: 'notice', method: 'a', params: {} },
  '{"jsonrpc":"2.0","id":1,"method":"a"}': { kind: 'request', id: 1, method: 'a', params: {}, isDeep: false },
  '{"jsonrpc":"2.0","id":1.5,"method":"a"}': { kind: 'noise' },
  '{"jsonrpc":"2.0","result":{}}': { kind: 'noise' },
  '{"jsonrpc":"1.0","id":1,"result":{}}': { kind: 'noise' },
  '{"__proto__":{"jsonrpc":"2.0"},"id":1}': { kind: 'noise' },
  '[]': { kind: 'noise' },
  null: { kind: 'noise' },
  '': { kind: 'noise' },
}

for (const [text, expected] of Object.entries(MESSAGES))
  test(`the_text_${text}_is_${expected.kind}`, () => {
    const { size, reason, broken, ...message } = readServerMessage(text, 100)
    if (expected.broken !== undefined) assert.match(broken, expected.broken)
    const { broken: _, ...rest } = expected
    assert.deepEqual(message, rest)
    assert.equal(typeof reason, message.kind === 'noise' ? 'string' : 'undefined')
    assert.equal(size, message.kind === 'response' ? text.length : undefined)
  })

/** A generator of numbers below a limit, the same for a seed. */
function numbers(seed) {
  let state = seed
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

test('a_thousand_messages_with_changed_bytes_are_read_or_noise', () => {
  const next = numbers(20_260_728)
  const text = '{"jsonrpc":"2.0","id":7,"result":{"content":[{"type":"text","text":"née"}],"n":12345678901234567}}'
  const whole = Buffer.from(text)
  const kinds = new Set()
  for (let round = 0; round < 1_000; round++) {
    const bytes = Buffer.from(whole)
    for (let change = 0; change <= next(3); change++) bytes[next(bytes.length)] = next(256)
    const changed = bytes.subarray(0, next(8) === 0 ? next(bytes.length) : undefined).toString()
    kinds.add(readServerMessage(changed, 100).kind)
  }
  assert.ok(kinds.has('noise') && kinds.has('response'), [...kinds].join())
})

test('a_message_nested_a_hundred_thousand_deep_is_a_broken_response', () => {
  const deep = `{"jsonrpc":"2.0","id":1,"result":{"a":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`
  const { kind, id, broken } = readServerMessage(deep, 100)
  assert.deepEqual([kind, id], ['response', 1])
  assert.match(broken, /more than 100 levels/)
})

test('any_text_is_the_same_after_it_was_a_header', () => {
  for (const text of [
    '',
    'a',
    ' a',
    'a\t',
    'a b',
    '=?base64?eA==?=',
    '=?base64?',
    'née',
    '🙂',
    'a\r\nb: c',
    '\0',
    '\x7f',
  ]) {
    const written = writeHeaderValue(text)
    assert.match(written, /^[\x21-\x7e]([\x20-\x7e\t]*[\x21-\x7e])?$/)
    assert.equal(readHeaderValue(written), text)
  }
  assert.equal(readHeaderValue(writeHeaderValue('\ud800')), '\ufffd')
})

test('a_line_over_the_limit_is_told_by_its_ends_wherever_it_is_cut', () => {
  const line = `{"id":7,${'x'.repeat(300)},"id":8}`
  const bytes = Buffer.from(`${line}\nnext\n`)
  for (let at = 0; at <= bytes.length; at++) {
    const found = []
    const reader = new LineReader(100, {
      onLine: (text) => found.push(text),
      onLongLine: () => {},
      onLongLineEnd: (head, tail) => found.push(head.slice(0, 8), tail.slice(-7)),
    })
    for (const part of [bytes.subarray(0, at), bytes.subarray(at)]) reader.read(part)
    assert.deepEqual(
      found,
      ['{"id":7,', '"id":8}', 'next'].map((text) => text.replace(/^(?="id":8})/, '')),
    )
  }
})
