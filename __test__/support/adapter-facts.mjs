// What an adapter keeps, as facts about an agent loop of its framework with a scripted model. Each framework brings how
// its loop is run; what a framework cannot do is said in `cannot`, and is a fact too.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolError, ToolRegistry } from '../../lib/index.js'

/** The first bytes of a PNG. */
export const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a])

/** A registry whose offered tools do one thing each, and what their closures were given. */
export function offeredRegistry() {
  const calls = []
  const started = Promise.withResolvers()
  const registry = new ToolRegistry()
  const register = (definition) => registry.register({ tags: ['offered'], ...definition })
  register({
    name: 'crm/lookup',
    description: 'Looks up a customer',
    parameters: { id: { type: 'string' }, note: { type: 'string', required: false } },
    execute(params, { userId, metadata }) {
      calls.push({ params, userId, tenant: metadata?.tenant })
      return { id: params.id, name: 'Ann', left: null }
    },
  })
  register({
    name: 'write',
    description: 'Writes a line about something',
    parameters: { about: { type: 'string' } },
    async *execute({ about }) {
      for (const word of ['All ', 'about ', about]) yield word
    },
  })
  register({
    name: 'fail',
    description: 'Fails',
    execute() {
      throw new ToolError('the shop is closed')
    },
  })
  register({
    name: 'photo',
    description: 'Takes a photo',
    execute: () => new File([PNG], 'cat.png', { type: 'image/png' }),
  })
  register({
    name: 'wait',
    description: 'Waits until it is cancelled',
    execute: (_, { signal }) =>
      new Promise((_resolve, reject) => {
        signal.addEventListener('abort', () => {
          calls.push({ aborted: true })
          reject(signal.reason)
        })
        started.resolve()
      }),
  })
  registry.register({
    name: 'purge',
    description: 'Deletes all',
    tags: ['internal'],
    execute: () => calls.push('purge'),
  })
  return { registry, calls, started: started.promise }
}

/** A registry with a tool of which some calls need approval, and the amounts that it has refunded. */
export function guardedRegistry() {
  const refunded = []
  const registry = new ToolRegistry()
  registry.register({
    name: 'shop/refund',
    description: 'Refunds an order',
    parameters: { amount: { type: 'number' } },
    requiresApproval: ({ amount }) => amount > 100,
    execute({ amount }, { approved }) {
      refunded.push([amount, approved])
      return `refunded ${amount}`
    },
  })
  return { registry, refunded }
}

/** A call of its tool. */
export const refund = (id, amount) => ({ id, name: 'shop_refund', args: { amount } })

const FILTER = { tags: ['offered'] }
const NAMES = ['crm_lookup', 'write', 'fail', 'photo', 'wait']
const lookup = (id, args) => ({ id, name: 'crm_lookup', args: { id: 'C1', ...args } })

/**
 * Tests an adapter. `loop({ source, options, steps, run, signal })` runs an agent whose model makes the calls of each
 * step, and returns the requests that the model got, each as `{ tools, answers }`, and the pieces of streamed results.
 */
export function testAdapter(framework, { loop, cannot = {}, contextOf, image, shown }) {
  const fact = (name, body) => test(`${framework}: ${name}`, { timeout: 30_000 }, body)

  fact('the_model_gets_the_tools_of_the_filter_by_their_wire_names', async () => {
    const { registry } = offeredRegistry()
    const { requests } = await loop({ source: registry, options: { filter: FILTER }, steps: [] })
    assert.deepEqual(requests[0].tools, NAMES)
  })

  fact('three_steps_with_two_calls_at_once_and_a_reload_in_between', async () => {
    const { registry, calls } = offeredRegistry()
    const options = { filter: FILTER, context: { userId: 'ann', metadata: { tenant: 'acme' } } }
    const reload = () =>
      registry.register({ name: 'later', description: 'New', tags: ['offered'], execute: () => 'new' })
    const steps = [
      [lookup('a', { userId: 'eve' }), { id: 'b', name: 'write', args: { about: 'cats' } }],
      () => (
        reload(),
        [
          { id: 'c', name: 'fail', args: {} },
          { id: 'd', name: 'crm_lookup', args: { id: 7 } },
        ]
      ),
      [lookup('e', { note: 'urgent' })],
    ]
    const { requests } = await loop({ source: registry, options, steps })
    const [first, second, third, last] = requests
    assert.deepEqual(first.answers, {})
    assert.match(second.answers.a.text, /Ann/)
    assert.match(second.answers.b.text, /All about cats/)
    assert.deepEqual([second.answers.a.failed, second.answers.b.failed], [false, false])
    assert.match(third.answers.c.text, /the shop is closed/)
    assert.match(third.answers.d.text, /INVALID_PARAMS/)
    assert.deepEqual([third.answers.c.failed, third.answers.d.failed], [true, true])
    assert.match(last.answers.e.text, /Ann/)
    assert.deepEqual(calls[0], { params: { id: 'C1' }, userId: 'ann', tenant: 'acme' })
    assert.equal(third.tools.includes('later'), !cannot.follow)
  })

  if (!cannot.nulls)
    fact('null_for_an_optional_argument_of_strict_mode_is_left_out', async () => {
      const { registry, calls } = offeredRegistry()
      const options = { filter: { names: ['crm/lookup'] }, strict: true }
      await loop({ source: registry, options, steps: [[lookup('a', { note: null })]] })
      assert.deepEqual(calls[0].params, { id: 'C1' })
    })

  fact('a_snapshot_is_offered_as_it_is', async () => {
    const { registry } = offeredRegistry()
    const source = registry.snapshot({ filter: { names: ['write'] } })
    const { requests } = await loop({ source, steps: [[{ id: 'a', name: 'write', args: { about: 'dogs' } }]] })
    assert.deepEqual(requests[0].tools, ['write'])
    assert.match(requests[1].answers.a.text, /All about dogs/)
  })

  const unoffered = async () => {
    const { registry, calls } = offeredRegistry()
    const run = loop({ source: registry, options: { filter: FILTER }, steps: [[{ id: 'a', name: 'purge', args: {} }]] })
    if (cannot.unknown) await assert.rejects(run, cannot.unknown)
    else assert.equal((await run).requests[1].answers.a.failed, true)
    assert.deepEqual(calls, [])
  }
  if (cannot.unknown !== null) fact('a_tool_that_was_not_offered_is_never_called', unoffered)

  fact('a_call_over_its_timeout_is_a_failure', async () => {
    const { registry } = offeredRegistry()
    const options = { filter: FILTER, timeoutMs: 5 }
    const { requests } = await loop({ source: registry, options, steps: [[{ id: 'a', name: 'wait', args: {} }]] })
    assert.match(requests[1].answers.a.text, /TIMEOUT/)
    assert.equal(requests[1].answers.a.failed, true)
  })

  fact('a_cancelled_run_aborts_its_calls', async () => {
    const { registry, calls, started } = offeredRegistry()
    const run = new AbortController()
    const options = { filter: FILTER, ...(cannot.cancel ? { signal: run.signal } : {}) }
    const steps = [[{ id: 'a', name: 'wait', args: {} }]]
    const ended = loop({ source: registry, options, steps, signal: run.signal }).catch((error) => error)
    await started
    run.abort()
    await ended
    assert.deepEqual(calls, [{ aborted: true }])
  })

  fact('pieces_of_a_stream_arrive_before_the_answer', async () => {
    const { registry } = offeredRegistry()
    const steps = [[{ id: 'a', name: 'write', args: { about: 'cats' } }]]
    const { pieces } = await loop({ source: registry, options: { filter: FILTER }, steps })
    if (shown) shown(pieces)
    else assert.deepEqual(pieces, cannot.stream ? [] : ['All ', 'about ', 'cats'])
  })

  fact('a_file_of_an_answer_reaches_the_model', async () => {
    const { registry } = offeredRegistry()
    const { requests } = await loop({
      source: registry,
      options: { filter: FILTER },
      steps: [[{ id: 'a', name: 'photo', args: {} }]],
    })
    image(requests[1].answers.a, requests[1])
  })

  fact('the_option_approve_decides_for_a_call_that_needs_approval', async () => {
    const { registry, refunded } = guardedRegistry()
    const asked = []
    const approve = (call) => asked.push([call.toolName, call.input]) && call.input.amount < 1_000
    const steps = [[refund('a', 50), refund('b', 500), refund('c', 5_000)]]
    const { requests } = await loop({ source: registry, options: { approve }, steps })
    assert.deepEqual(refunded.sort(), [
      [50, false],
      [500, true],
    ])
    assert.deepEqual(asked.map(([name, { amount }]) => `${name} ${amount}`).sort(), [
      'shop/refund 500',
      'shop/refund 5000',
    ])
    const { a, b, c } = requests[1].answers
    assert.deepEqual([a.failed, b.failed, c.failed], [false, false, true])
    assert.match(c.text, /a person declined this call/)
  })

  if (contextOf)
    fact('the_context_may_come_from_the_run', async () => {
      const { registry, calls } = offeredRegistry()
      const options = { filter: FILTER, context: contextOf }
      await loop({ source: registry, options, steps: [[lookup('a', { userId: 'eve' })]], run: { user: 'ann' } })
      assert.equal(calls[0].userId, 'ann')
    })
}

/**
 * Tests the approval of calls. `decide({ source, steps, decision })` runs an agent until it asks a person, who decides,
 * and then to its end. It returns the requests that the model got, and the names of the tools that it asked for.
 * `cannot.pairs`: the framework drops the answers of other calls of the step. `cannot.tell`: it tells no tool that its
 * call was declined.
 */
export function testApproval(framework, decide, { cannot = {} } = {}) {
  for (const decision of [true, false])
    test(`${framework}: a_call_that_a_person_${decision ? 'approves_is_made' : 'declines_is_not_made'}`, async () => {
      const registry = new ToolRegistry()
      const calls = []
      const execute = (params, { approved }) => calls.push({ ...params, approved })
      const parameters = { id: { type: 'string' } }
      const requiresApproval = ({ id }) => id !== 'small'
      registry.register({ name: 'shop/remove', description: 'Removes', parameters, requiresApproval, execute })
      registry.register({ name: 'keep', description: 'Keeps', execute: () => 'kept' })
      const remove = (id) => ({ id, name: 'shop_remove', args: { id } })
      const steps = [[remove('small')], [remove('big'), { id: 'b', name: 'keep', args: {} }]]
      const outcomes = []
      registry.on('call', ({ toolName, outcome }) => outcomes.push(`${toolName} ${outcome}`))
      const { requests, asked } = await decide({ source: registry, steps, decision })
      assert.deepEqual(asked, ['shop_remove'])
      assert.equal(outcomes.includes('shop/remove APPROVAL_REQUIRED'), !decision && !cannot.tell)
      const small = { id: 'small', approved: false }
      assert.deepEqual(calls, decision ? [small, { id: 'big', approved: true }] : [small])
      const { big, b } = requests.at(-1).answers
      if (!cannot.pairs) assert.match(b.text, /kept/)
      if (!decision) assert.match(big.text, /declined|not approved/)
    })
}

/**
 * Tests that a person's no is final. `decide` is that of `testApproval`; after `onAsked` it makes the tools again,
 * where its framework can.
 */
export function testDecline(framework, decide) {
  let limit
  const definition = {
    name: 'refund',
    description: 'Pays back',
    parameters: { amount: { type: 'number' } },
    requiresApproval: ({ amount }) => amount > limit,
    execute: () => assert.fail('made'),
  }
  const changes = {
    its_predicate_changes_its_mind: () => (limit = 1_000),
    its_tool_requires_none_any_more: (registry) => registry.replace({ ...definition, requiresApproval: false }),
  }
  for (const [change, make] of Object.entries(changes))
    test(`${framework}: a_declined_call_is_not_made_when_${change}`, async () => {
      limit = 100
      const registry = new ToolRegistry()
      registry.register(definition)
      const steps = [[{ id: 'a', name: 'refund', args: { amount: 500 } }]]
      const onAsked = () => make(registry)
      const { requests } = await decide({ source: registry, steps, decision: false, onAsked })
      assert.match(requests.at(-1).answers.a.text, /declined/)
    })
}
