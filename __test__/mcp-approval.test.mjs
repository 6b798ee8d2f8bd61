// MCP server: calls that need approval ask modern clients: a round ends as `input_required`, the next has the answer.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { createTestRegistry } from 'toolrack/test'
import { KINDS, payment } from './support/approvals.mjs'
import { modernMeta } from './support/mcp-client.mjs'
import { modern, overFetch } from './support/mcp-http.mjs'
import { tool } from './support/tools.mjs'

const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities'
const FORMS = { elicitation: {} }
const ACCEPT = { approval: { action: 'accept', content: {} } }
const textOf = ({ result }) => result.content[0].text
const codeIn = ({ result }) => JSON.parse(result.content[0].text).error.code

/** Calls tools of a registry; by default `pay`. */
function serving(t, registry, options) {
  const server = createMcpServer(registry, options)
  t.after(() => server.close())
  const ask = overFetch(server)
  return async (params = {}, { capabilities = FORMS, headers } = {}) => {
    const _meta = modernMeta({ [CAPABILITIES]: capabilities })
    const { status, json } = await ask(
      modern('tools/call', { name: 'pay', arguments: { amount: 5 }, ...params, _meta }, { headers }),
    )
    return { status, ...json }
  }
}

/** A server with one tool `pay` that needs approval, and what it does. */
function paying(t, over = {}, options = {}) {
  const registry = createTestRegistry()
  const runs = []
  const execute = (args, { approved }) => `paid ${runs.push(args)} ${approved}`
  const inputSchema = { type: 'object', properties: { amount: { type: 'integer' } } }
  registry.register(tool({ name: 'pay', inputSchema, requiresApproval: true, execute, ...over }))
  return { registry, runs, call: serving(t, registry, options) }
}

for (const kind of Object.keys(KINDS))
  test(`a call of a ${kind} is shown to the client, and runs once that accepts it`, async (t) => {
    const { registry, paid } = await payment(t, kind)
    const call = serving(t, registry)
    const { result } = await call()
    assert.equal(result.resultType, 'input_required')
    const { method, params } = result.inputRequests.approval
    assert.deepEqual([method, params.requestedSchema], ['elicitation/create', { type: 'object', properties: {} }])
    const [head, ...rest] = params.message.split('\n')
    assert.equal(head, 'Approve this call of "pay"?')
    assert.equal(rest.slice(-4).join('\n'), 'Arguments: {\n  "amount": 5,\n  "note": "none"\n}')
    assert.deepEqual(paid, [])
    const { requestState } = result
    const answered = await call({ inputResponses: ACCEPT, requestState })
    assert.equal(answered.result.resultType, 'complete')
    assert.match(textOf(answered), /paid 5/)
    assert.deepEqual(paid, ['5'])
  })

const ANSWERS = {
  declined: [{ action: 'decline' }, 'APPROVAL_REJECTED'],
  cancelled: [{ action: 'cancel' }, 'APPROVAL_REQUIRED'],
  'accepted with a field that says no': [{ action: 'accept', content: { approve: false } }, 'APPROVAL_REQUIRED'],
  'accepted with a field that is a text': [{ action: 'accept', content: { approve: 'true' } }, 'APPROVAL_REQUIRED'],
}
for (const [what, [approval, code]] of Object.entries(ANSWERS))
  test(`a call that is ${what} is an error that its model reads, and is recorded`, async (t) => {
    for (const kind of ['closure', 'operation']) {
      const { registry, paid } = await payment(t, kind)
      const outcomes = []
      registry.on('call', ({ outcome }) => outcomes.push(outcome))
      const call = serving(t, registry)
      const { requestState } = (await call()).result
      const answered = await call({ inputResponses: { approval }, requestState })
      assert.deepEqual([answered.result.isError, codeIn(answered)], [true, code])
      assert.deepEqual([outcomes, paid], [['APPROVAL_REQUIRED', code], []])
    }
  })

for (const [what, content] of Object.entries({ 'no content': undefined, 'a field': { approve: true } }))
  test(`an accepted form with ${what} approves`, async (t) => {
    const { call } = paying(t)
    const { requestState } = (await call()).result
    const inputResponses = { approval: { action: 'accept', content } }
    assert.equal(textOf(await call({ inputResponses, requestState })), 'paid 1 true')
  })

const NO_ANSWERS = { none: {}, 'a text': { approval: 'yes' }, 'another action': { approval: { action: 'approve' } } }
for (const [what, inputResponses] of Object.entries(NO_ANSWERS))
  test(`with ${what} as an answer, the call asks again`, async (t) => {
    const { call, runs } = paying(t)
    const { requestState } = (await call()).result
    const { result } = await call({ inputResponses, requestState })
    assert.deepEqual([Object.keys(result.inputRequests), runs], [['approval'], []])
  })

test('an answer to what was not asked approves nothing', async (t) => {
  const { call, runs } = paying(t)
  for (const params of [{ inputResponses: ACCEPT }, { inputResponses: ACCEPT, approved: true }])
    assert.equal((await call(params)).result.resultType, 'input_required')
  assert.deepEqual(runs, [])
})

test('an approval is for one caller, one tool and its arguments', async (t) => {
  const context = ({ headers }) => ({ userId: headers['x-user'] })
  const { registry, call, runs } = paying(t, {}, { context })
  registry.register(tool({ name: 'other', requiresApproval: true, execute: () => runs.push('other') }))
  const ann = { headers: { 'x-user': 'ann' } }
  const { requestState } = (await call({}, ann)).result
  const answered = { inputResponses: ACCEPT, requestState }
  for (const [params, options] of [
    [{ arguments: { amount: 6 } }, ann],
    [{ name: 'other' }, ann],
    [{}, { headers: { 'x-user': 'eve' } }],
    [{ requestState: `${requestState.slice(0, -4)}AAAA` }, ann],
  ])
    assert.equal((await call({ ...answered, ...params }, options)).error.code, -32602)
  await registry.clock.advance(600_001)
  assert.equal((await call(answered, ann)).error.code, -32602)
  assert.deepEqual(runs, [])
})

test('a tool that has changed since the client approved it asks again', async (t) => {
  const { registry, call, runs } = paying(t)
  const { requestState } = (await call()).result
  const another = tool({ name: 'pay', description: 'Pays twice', requiresApproval: true })
  registry.replace({ ...another, execute: () => runs.push('another') })
  const { result } = await call({ inputResponses: ACCEPT, requestState })
  assert.match(result.inputRequests.approval.params.message, /Pays twice/)
  assert.deepEqual(runs, [])
})

test('a predicate is asked once for an approved call, and a declined one is not made whatever it says', async (t) => {
  const answers = [true, true, false]
  const { call, runs } = paying(t, { requiresApproval: () => answers.shift() ?? assert.fail('asked again') })
  const first = (await call()).result
  assert.equal(textOf(await call({ inputResponses: ACCEPT, requestState: first.requestState })), 'paid 1 true')
  const second = (await call()).result
  const inputResponses = { approval: { action: 'decline' } }
  assert.equal(codeIn(await call({ inputResponses, requestState: second.requestState })), 'APPROVAL_REJECTED')
  assert.equal(textOf(await call()), 'paid 2 false')
  assert.equal(runs.length, 2)
})

test('a tool asks its own questions after the approval, which is not asked again', async (t) => {
  const schema = { type: 'object', properties: { name: { type: 'string' } } }
  const execute = async (_, { ask, approved }) => {
    const one = await ask('approval', { message: 'One?', schema })
    const two = await ask('two', { message: 'Two?', schema })
    return `${approved} ${one.content.name} ${two.content.name}`
  }
  const { call } = paying(t, { execute })
  let { result } = await call()
  assert.match(result.inputRequests.approval.params.message, /Approve/)
  result = (await call({ inputResponses: ACCEPT, requestState: result.requestState })).result
  assert.equal(result.inputRequests.approval.params.message, 'One?', 'the approval is no answer of this question')
  const answer = (key, name) => ({ [key]: { action: 'accept', content: { name } } })
  result = (await call({ inputResponses: answer('approval', 'a'), requestState: result.requestState })).result
  assert.deepEqual(Object.keys(result.inputRequests), ['two'])
  const last = await call({ inputResponses: answer('two', 'b'), requestState: result.requestState })
  assert.equal(textOf(last), 'true a b')
})

const OTHER_CLIENTS = { none: {}, 'pages alone': { elicitation: { url: {} } }, sampling: { sampling: {} } }
for (const [what, capabilities] of Object.entries(OTHER_CLIENTS))
  test(`a client with ${what} is not asked: listeners of the registry decide, or the call is refused`, async (t) => {
    for (const kind of ['closure', 'operation']) {
      const { registry, paid } = await payment(t, kind)
      const call = serving(t, registry)
      const refused = await call({}, { capabilities })
      assert.deepEqual([refused.status, refused.result.isError, codeIn(refused)], [200, true, 'APPROVAL_REQUIRED'])
      registry.on('approval', ({ approve }) => approve({ by: 'ann' }))
      assert.match(textOf(await call({}, { capabilities })), /paid 5/)
      assert.deepEqual(paid, ['5'])
    }
  })

test('a client that can be asked is asked, also where the registry has listeners', async (t) => {
  const { registry, call } = paying(t)
  registry.on('approval', () => assert.fail('asked'))
  assert.equal((await call()).result.resultType, 'input_required')
})

test('a server with approval: registry never asks the client, and takes no state that says it has', async (t) => {
  const stateKey = 'k'.repeat(32)
  const { call } = paying(t, {}, { stateKey })
  const own = paying(t, {}, { stateKey, approval: 'registry' })
  const { requestState } = (await call()).result
  for (const params of [{}, { inputResponses: ACCEPT }, { inputResponses: ACCEPT, requestState }])
    assert.equal(codeIn(await own.call(params)), 'APPROVAL_REQUIRED')
  own.registry.on('approval', ({ approve }) => approve())
  assert.equal(textOf(await own.call()), 'paid 1 true')
})

for (const approval of ['clients', true, null, {}])
  test(`the option approval refuses ${JSON.stringify(approval)}`, () => {
    assert.throws(() => createMcpServer(createTestRegistry(), { approval }), { code: 'INVALID_OPTIONS' })
  })

test('a call by call_tool asks as the tool itself does', async (t) => {
  const { call } = paying(t, {}, { expose: 'search' })
  const params = { name: 'call_tool', arguments: { name: 'pay', arguments: { amount: 7 } } }
  const { result } = await call(params)
  assert.match(result.inputRequests.approval.params.message, /"amount": 7/)
  const answered = await call({ ...params, inputResponses: ACCEPT, requestState: result.requestState })
  assert.equal(textOf(answered), 'paid 1 true')
})

test('the client sees what the arguments hide, the title of the tool, and its first sentence', async (t) => {
  const { call } = paying(t, {
    title: 'Pay\u202e now',
    description: 'Pays e.g.an order. Then more.\nAnd more.',
    inputSchema: { type: 'object' },
  })
  const args = { 'a\u200b': 'x\u202ey\u{e0041}\n  "approved": true', b: 'z'.repeat(10_000) }
  const { message } = (await call({ arguments: args })).result.inputRequests.approval.params
  const [head, description, , a] = message.split('\n')
  assert.deepEqual([head, description], ['Approve this call of Pay\\u{202E} now ("pay")?', 'Pays e.g.an order.'])
  assert.equal(a, String.raw`  "a\u{200B}": "x\u{202E}y\u{E0041}\n  \"approved\": true",`)
  assert.match(message, /z… \(\d+ characters more\)$/)
  assert.ok(message.length < 5_000)
})

test('integers that JavaScript does not keep are shown and run as they are', async (t) => {
  for (const kind of ['HTTP tool', 'operation']) {
    // Not that of a test, which records calls.
    const [registry, paid] = [new ToolRegistry(), []]
    await KINDS[kind](t, { registry }, paid)
    const ask = overFetch(createMcpServer(registry))
    t.after(() => registry.close())
    const call = async (more = {}) => {
      const _meta = modernMeta({ [CAPABILITIES]: FORMS })
      const sent = modern('tools/call', { name: 'pay', arguments: { amount: 77 }, ...more, _meta })
      const body = JSON.stringify(sent.body).replace('77', '9007199254740993')
      return (await ask({ ...sent, body })).json
    }
    const { result } = await call()
    assert.match(result.inputRequests.approval.params.message, /"amount": "9007199254740993"/)
    await call({ inputResponses: ACCEPT, requestState: result.requestState })
    assert.deepEqual(paid, ['9007199254740993'])
  }
})
