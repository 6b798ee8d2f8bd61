// Servers over stdio that misbehave: what their calls end with, and that other calls and this process go on.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { call, event, itemsOf, misbehaving, never, open } from './support/mcp-upstream.mjs'

const LIMITS = { messageBytes: 65_536, probeMs: 500 }

/** A connection with what it tells: its end, and the lines beside its messages. */
async function watched(t, name, options) {
  const lines = []
  const closed = event()
  const spec = { ...misbehaving(name), eraFirst: 'legacy', limits: LIMITS, stderr: (line) => lines.push(line) }
  const connection = await open(t, { ...spec, ...options })
  connection.onClosed = closed.resolve
  return { connection, closed, lines }
}

/** Servers whose calls end with the connection: the call may have run, and the next one is not sent. */
const ENDS = {
  ends_on_call: /ended with exit code 3/,
  half_a_line_then_ends: /ended with exit code 3/,
  closes_its_output: /closed its output/,
}

for (const [name, message] of Object.entries(ENDS))
  test(`a_call_is_lost_where_the_server_${name}`, async (t) => {
    const { connection, closed } = await watched(t, name)
    await assert.rejects(call(connection, 'echo'), { kind: 'lost', message })
    assert.match((await closed.promise).message, message)
    await assert.rejects(call(connection, 'echo'), { kind: 'down' })
    await assert.rejects(connection.listTools(never), { kind: 'down' })
  })

/** Answers that end their call alone. */
const FAULTS = {
  refuses: { kind: 'refused', code: -32603, data: { why: 'because' } },
  answers_by_an_error_without_a_code: { kind: 'protocol' },
  answers_without_a_result: { kind: 'protocol' },
  nested_deep: { kind: 'protocol', message: /levels/ },
}

for (const [name, fault] of Object.entries(FAULTS))
  test(`a_call_fails_alone_where_the_server_${name}`, async (t) => {
    const { connection } = await watched(t, name)
    await assert.rejects(call(connection, 'echo'), fault)
    assert.equal(itemsOf(await connection.listTools(never)).length, 1)
  })

test('what_a_modern_server_asks_is_its_result', async (t) => {
  const { connection } = await watched(t, 'asks_for_input', { eraFirst: 'modern' })
  assert.deepEqual(await call(connection, 'echo'), { resultType: 'input_required', inputRequests: { a: {} } })
})

test('a_result_of_an_unknown_type_is_a_break_of_the_protocol', async (t) => {
  const { connection } = await watched(t, 'unknown_result_type', { eraFirst: 'modern' })
  await assert.rejects(call(connection, 'echo'), { kind: 'protocol', message: /resultType/ })
})

test('noise_between_messages_is_skipped_and_told', async (t) => {
  const { connection, lines } = await watched(t, 'noise')
  const { content } = await call(connection, 'echo', { a: 1 })
  assert.equal(content[0].text, '{"a":1}')
  assert.equal(lines.filter((line) => line.startsWith('(stdout: ')).length, 8)
  assert.ok(lines[0].endsWith(' Starting…'))
})

test('answers_with_foreign_ids_are_ignored', async (t) => {
  const { connection } = await watched(t, 'foreign_ids')
  for (const a of [1, 2]) assert.equal((await call(connection, 'echo', { a })).content[0].text, `{"a":${a}}`)
})

for (const at of ['first', 'last'])
  test(`a_line_over_the_limit_fails_its_call_alone_where_its_id_stands_${at}`, async (t) => {
    const { connection } = await watched(t, 'long_line')
    const other = call(connection, 'echo', {}, { timeoutMs: 500 })
    await assert.rejects(call(connection, 'echo', { at }), { kind: 'protocol', message: /more than 65536 bytes/ })
    await assert.rejects(other, { kind: 'timeout' })
    assert.equal(itemsOf(await connection.listTools(never)).length, 1)
  })

test('a_line_over_the_limit_is_the_answer_to_the_only_call', async (t) => {
  const { connection } = await watched(t, 'long_line')
  await assert.rejects(call(connection, 'echo', { at: 'nowhere' }), { kind: 'protocol' })
  assert.equal(itemsOf(await connection.listTools(never)).length, 1)
})

test('a_line_over_the_limit_that_may_answer_several_calls_ends_the_connection', async (t) => {
  const { connection, closed } = await watched(t, 'long_line')
  const other = assert.rejects(call(connection, 'echo'), { kind: 'protocol' })
  await assert.rejects(call(connection, 'echo', { at: 'nowhere' }), { kind: 'protocol' })
  await other
  assert.equal((await closed.promise).kind, 'protocol')
})

test('a_line_without_an_end_is_a_timeout', async (t) => {
  const { connection } = await watched(t, 'endless_line')
  await assert.rejects(call(connection, 'echo', {}, { timeoutMs: 300 }), { kind: 'timeout' })
})

test('a_message_that_comes_byte_by_byte_is_whole', async (t) => {
  const { connection } = await watched(t, 'one_byte_at_a_time')
  const text = 'née 漢字 🙂'
  assert.equal((await call(connection, 'echo', { text })).content[0].text, text)
})

test('requests_of_a_server_are_refused_but_a_ping', async (t) => {
  const { connection } = await watched(t, 'asks')
  const answers = JSON.parse((await call(connection, 'echo')).content[0].text)
  assert.deepEqual(
    answers.map(({ id, result, error }) => [id, result ?? error.code]),
    [
      ['ask-0', {}],
      ['ask-1', -32601],
      ['ask-2', -32601],
      ['ask-3', -32601],
    ],
  )
})

test('ten_thousand_notifications_are_told_and_the_call_is_answered', async (t) => {
  const { connection } = await watched(t, 'storms')
  let told = 0
  connection.onListChanged = () => {
    told++
    throw new Error('a listener that fails')
  }
  await call(connection, 'echo')
  assert.equal(told, 10_000)
})

test('lines_of_stderr_are_told_and_bounded', async (t) => {
  const { connection, lines } = await watched(t, 'stderr')
  const told = event()
  connection.onListChanged = told.resolve
  await call(connection, 'echo')
  await call(connection, 'echo')
  assert.deepEqual(lines.slice(0, 4), ['one', 'two', '(a line over 16384 bytes)', 'afterwards'])
})

test('what_a_server_repeats_of_its_environment_is_not_told', async (t) => {
  const { connection, lines } = await watched(t, 'repeats_its_environment', { env: { KEY: 's3cret-key' } })
  await assert.rejects(call(connection, 'echo'), { message: /wrong key \[redacted\]$/ })
  await connection.close()
  assert.deepEqual(lines, ['key [redacted]'])
})

test('a_server_that_does_not_read_gets_no_more_than_the_limit', async (t) => {
  const { connection } = await watched(t, 'reads_nothing', { limits: { ...LIMITS, waitingBytes: 1 << 20 } })
  await call(connection, 'echo')
  const text = 'x'.repeat(500_000)
  const sent = Array.from({ length: 4 }, () => call(connection, 'echo', { text }, { timeoutMs: 1_000 }))
  const kinds = await Promise.all(sent.map((one) => one.catch(({ kind }) => kind)))
  assert.deepEqual(kinds, ['timeout', 'timeout', 'timeout', 'down'])
})

test('progress_is_told_and_renews_the_deadline_of_silence', async (t) => {
  const { connection } = await watched(t, 'progress')
  const told = []
  const { content } = await call(
    connection,
    'echo',
    { steps: 6, everyMs: 150, ends: true },
    {
      timeoutMs: 600,
      onProgress(progress) {
        told.push(progress)
        throw new Error('a listener that fails')
      },
    },
  )
  assert.equal(content[0].text, 'done')
  assert.deepEqual(
    told,
    [1, 2, 3, 4, 5, 6].map((at) => ({ progress: at, total: 6, message: `step ${at}` })),
  )
})

test('silence_after_progress_is_a_timeout_and_so_is_progress_without_an_end', async (t) => {
  const { connection } = await watched(t, 'progress')
  const onProgress = () => {}
  const silent = call(connection, 'echo', { steps: 1, everyMs: 0 }, { timeoutMs: 300, onProgress })
  await assert.rejects(silent, { kind: 'timeout', message: /within 300 ms/ })
  const endless = { steps: 1_000, everyMs: 20 }
  const all = call(connection, 'echo', endless, { timeoutMs: 5_000, maxTimeoutMs: 400, onProgress })
  await assert.rejects(all, { kind: 'timeout', message: /within 400 ms/ })
})
