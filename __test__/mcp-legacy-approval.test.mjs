// MCP server: calls that need approval ask legacy clients on the stream of the call, which waits.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { KINDS, payment } from './support/approvals.mjs'
import { data, place } from './support/audit-logs.mjs'
import { connect } from './support/mcp-client.mjs'
import { legacy, served } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const FORMS = { elicitation: {} }
const CALL = { name: 'pay', arguments: { amount: 5 } }
const opening = (capabilities) => ({
  protocolVersion: '2025-11-25',
  capabilities,
  clientInfo: { name: 'c', version: '1' },
})

/** A client over stdio that has said what it can do. */
async function opened(t, registry, { capabilities = FORMS, ...options } = {}) {
  const connection = await connect(t, registry, options)
  const { client } = connection
  await client.request('initialize', opening(capabilities))
  return {
    ...connection,
    call: () => client.request('tools/call', CALL, 'call'),
    question: () => client.next(({ id, method }) => id !== undefined && method !== undefined),
    answer: (id, response) => client.send({ id, ...response }),
    notice: (method) => client.next((message) => message.method === method),
  }
}

const textOf = ({ result }) => result.content[0].text
const codeIn = (answer) => JSON.parse(textOf(answer)).error.code

for (const kind of Object.keys(KINDS)) {
  test(`stdio: a call of a ${kind} asks the client, and runs once that accepts it`, async (t) => {
    const { registry, paid } = await payment(t, kind)
    const { call, question, answer } = await opened(t, registry)
    const outcome = call()
    const { id, method, params } = await question()
    assert.equal(method, 'elicitation/create')
    const message = 'Approve this call of "pay"?'
    assert.ok(params.message.startsWith(message) && params.message.includes('"amount": 5'), params.message)
    assert.deepEqual([params.requestedSchema, paid], [{ type: 'object', properties: {} }, []])
    answer(id, { result: { action: 'accept' } })
    assert.match(textOf(await outcome), /paid 5/)
    assert.deepEqual(paid, ['5'])
  })

  test(`HTTP: a call of a ${kind} asks the client of a session`, async (t) => {
    const { registry, paid } = await payment(t, kind)
    const { ask } = await served(t, registry)
    const { headers } = await ask(legacy('initialize', opening(FORMS)))
    const session = headers['mcp-session-id']
    const { events } = await ask(legacy('tools/call', CALL, { session, id: 'call' }))
    const { id } = await events.next()
    const sent = legacy('', undefined, { session })
    await ask({ ...sent, body: { jsonrpc: '2.0', id, result: { action: 'accept', content: {} } } })
    assert.match(textOf(await events.next()), /paid 5/)
    assert.deepEqual(paid, ['5'])
  })
}

const ANSWERS = {
  'a decline': [{ result: { action: 'decline' } }, 'APPROVAL_REJECTED', 'rejected'],
  'a cancel': [{ result: { action: 'cancel' } }, 'APPROVAL_REQUIRED', 'cancelled'],
  'a field that says no': [
    { result: { action: 'accept', content: { approve: false } } },
    'APPROVAL_REQUIRED',
    'cancelled',
  ],
  'an error': [{ error: { code: -1, message: 'no window' } }, 'APPROVAL_REQUIRED', 'cancelled'],
  'what is no answer': [{ result: { action: 'yes' } }, 'APPROVAL_REQUIRED', 'cancelled'],
  nothing: [{ result: null }, 'APPROVAL_REQUIRED', 'cancelled'],
}
for (const [what, [response, code, outcome]] of Object.entries(ANSWERS))
  test(`${what} makes no call, and the audit log has it`, async (t) => {
    const path = await place(t)
    const { registry, paid } = await payment(t, 'closure', { audit: { path, calls: true } })
    const settled = []
    registry.on('approvalSettled', (event) => settled.push([event.asked, event.outcome]))
    const { call, question, answer } = await opened(t, registry)
    const made = call()
    const { id } = await question()
    assert.deepEqual(registry.approvals(), [], 'the client decides')
    assert.equal((await data(path, 'approval'))[0].asked, 'client')
    answer(id, response)
    const answered = await made
    assert.deepEqual([answered.result.isError, codeIn(answered)], [true, code])
    assert.deepEqual([settled, paid], [[['client', outcome]], []])
    assert.equal((await data(path, 'approvalSettled'))[0].outcome, outcome)
    assert.equal((await data(path, 'call'))[0].outcome, code)
  })

test('a client that does not answer is asked no more when the time is over', async (t) => {
  const { registry, clock, paid } = await payment(t, 'closure', { approvalTimeoutMs: 90_000 })
  const { call, question, notice, answer } = await opened(t, registry)
  const made = call()
  const { id } = await question()
  await clock.advance(89_999)
  assert.deepEqual(paid, [])
  await clock.advance(1)
  assert.equal((await notice('notifications/cancelled')).params.requestId, id)
  const answered = await made
  assert.equal(codeIn(answered), 'APPROVAL_REQUIRED')
  assert.match(textOf(answered), /no decision came within 90000 ms/)
  answer(id, { result: { action: 'accept' } })
  await clock.advance(1_000)
  assert.deepEqual(paid, [])
})

for (const how of ['cancels its call', 'goes'])
  test(`a client that ${how} ends the wait`, async (t) => {
    const { registry, paid } = await payment(t, 'closure')
    const settled = new Promise((resolve) => registry.on('approvalSettled', resolve))
    const { client, call, question } = await opened(t, registry)
    void call()
    const { id } = await question()
    if (how === 'goes') client.close()
    else client.send({ method: 'notifications/cancelled', params: { requestId: 'call' } })
    assert.equal((await settled).outcome, 'cancelled')
    client.send?.({ id, result: { action: 'accept' } })
    assert.deepEqual(paid, [])
  })

const UNASKED = {
  'a client without forms': { capabilities: {} },
  'a client with pages alone': { capabilities: { elicitation: { url: {} } } },
  'a server that asks the registry': { approval: 'registry' },
}
for (const [what, options] of Object.entries(UNASKED))
  test(`${what}: listeners of the registry decide, or the call is refused`, async (t) => {
    const { registry, paid } = await payment(t, 'closure')
    const { call } = await opened(t, registry, options)
    assert.equal(codeIn(await call()), 'APPROVAL_REQUIRED')
    registry.on('approval', ({ approve }) => approve())
    assert.match(textOf(await call()), /paid 5/)
    assert.deepEqual(paid, ['5'])
  })

test('a tool asks its own questions after the approval', async (t) => {
  const { registry } = await payment(t, 'closure')
  const execute = async (_, { ask }) =>
    (await ask('who', { message: 'Who?', schema: { type: 'object', properties: {} } })).action
  registry.replace(tool({ name: 'pay', requiresApproval: true, execute }))
  const { call, question, answer } = await opened(t, registry)
  const made = call()
  answer((await question()).id, { result: { action: 'accept' } })
  const { id, params } = await question()
  assert.equal(params.message, 'Who?')
  answer(id, { result: { action: 'decline' } })
  assert.equal(textOf(await made), 'decline')
})
