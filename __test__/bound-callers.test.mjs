// A snapshot with a context: it is for one caller, whatever its calls say.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const who = tool({
  name: 'who',
  inputSchema: { type: 'object', additionalProperties: true },
  execute: (params, { userId, auditingId, metadata }) => ({ params, userId, auditingId, metadata }),
})
const plainCall = (args = {}) => ({ name: 'who', arguments: args })

/** What a call of each kind tells the closure. */
const DOORS = {
  execute: (turn, params, options) => turn.execute('who', params, options),
  call: async (turn, params, options) => (await turn.call('who', params, options)).value,
  stream: async (turn, params, options) => {
    for await (const piece of turn.stream('who', params, options)) return piece
  },
  respond: async (turn, params, options) => (await turn.respond('plain', plainCall(params), options)).value,
}

for (const [name, door] of Object.entries(DOORS)) {
  test(`${name} on a snapshot with a context is made by its caller`, async () => {
    const registry = registryOf(who)
    const turn = registry.snapshot({
      context: { userId: 'ada', auditingId: 7, metadata: { tenant: 'acme', plan: 'free' } },
    })
    const { userId, auditingId, metadata } = await door(turn, {})
    assert.deepEqual([userId, auditingId, metadata], ['ada', 7, { tenant: 'acme', plan: 'free' }])
    const said = await door(
      turn,
      {},
      { context: { userId: 'ada', auditingId: 8, metadata: { tenant: 'acme', plan: 'pro', trace: 't' } } },
    )
    assert.deepEqual(
      [said.userId, said.auditingId, said.metadata],
      ['ada', 8, { tenant: 'acme', plan: 'pro', trace: 't' }],
    )
  })

  test(`${name} on a snapshot with a context refuses another caller`, async () => {
    const registry = registryOf(who)
    const turn = registry.snapshot({ context: { userId: 7, metadata: { tenant: 'acme' } } })
    for (const context of [
      { userId: 8 },
      { userId: '7' },
      { metadata: { tenant: 'other' } },
      { metadata: { tenant: 7 } },
      { metadata: 'acme' },
      { user: 7 },
      'ada',
      5,
    ]) {
      assert.equal(await codeOf(() => door(turn, {}, { context })), 'INVALID_OPTIONS', JSON.stringify(context))
    }
    for (const context of [
      {},
      { userId: undefined },
      { userId: null },
      { userId: 7 },
      { metadata: { tenant: 'acme' } },
      { metadata: {} },
      { metadata: null },
    ]) {
      const { userId, metadata } = await door(turn, {}, { context })
      assert.deepEqual([userId, metadata.tenant], [7, 'acme'], JSON.stringify(context))
    }
  })

  test(`${name} on a snapshot with a context drops context keys among the arguments and tells it`, async () => {
    const registry = registryOf(who)
    const told = []
    registry.on('spoofAttempt', ({ keys, userId }) => told.push([keys, userId]))
    for (const context of [{ userId: 'ada' }, {}]) {
      const turn = registry.snapshot({ context })
      const { params, userId, auditingId, metadata } = await door(turn, {
        a: 1,
        userId: 'eve',
        auditingId: 9,
        __metadata: { tenant: 'x' },
      })
      assert.deepEqual(
        [params, userId ?? undefined, auditingId ?? undefined, metadata ?? undefined],
        [{ a: 1 }, context.userId, undefined, undefined],
      )
    }
    assert.deepEqual(told, [
      [['userId', 'auditingId', '__metadata'], 'ada'],
      [['userId', 'auditingId', '__metadata'], undefined],
    ])
  })
}

test('a context that is changed afterwards changes nothing', async () => {
  const registry = registryOf(who)
  const context = { userId: 'ada', metadata: { tenant: 'acme', roles: ['reader'] } }
  const turn = registry.snapshot({ context })
  context.userId = 'eve'
  context.metadata.tenant = 'other'
  context.metadata.roles.push('admin')
  const { userId, metadata } = await turn.execute('who', {})
  assert.deepEqual([userId, metadata], ['ada', { tenant: 'acme', roles: ['reader'] }])
})

test('who is not said may be added by a call, and is not kept for the next one', async () => {
  const turn = registryOf(who).snapshot({ context: { metadata: { tenant: 'acme' } } })
  assert.equal((await turn.execute('who', {}, { context: { userId: 'ada' } })).userId, 'ada')
  assert.equal((await turn.execute('who', {})).userId, undefined)
})

test('a key of metadata that a route looks at is part of who calls', async () => {
  const registry = registryOf(who)
  const { SpecLoader } = await import('toolrack')
  const loader = new SpecLoader(registry)
  for (const version of ['1', '2'])
    await loader.load(
      { openapi: '3.1.0', info: { title: 'c', version }, paths: { '/a': { get: { operationId: 'a' } } } },
      { name: `crm@${version}`, baseUrl: 'http://127.0.0.1:1' },
    )
  registry.route('crm', { tenants: { acme: '2' }, tenantKey: 'org' })
  const turn = registry.snapshot({ context: { metadata: { org: 'acme' } } })
  const error = await refusal(() => turn.execute('who', {}, { context: { metadata: { org: 'other' } } }))
  assert.deepEqual([error.code, error.details.option], ['INVALID_OPTIONS', 'context.metadata.org'])
  registry.close()
})

test('a snapshot for a caller without a user is refused by a tool that needs one', async () => {
  const registry = registryOf({ ...who, requiresAuth: true })
  assert.equal(
    await codeOf(() => registry.snapshot({ context: {} }).execute('who', { userId: 'eve' })),
    'MISSING_CONTEXT',
  )
  assert.equal((await registry.snapshot({ context: { userId: 1 } }).execute('who', {})).userId, 1)
})

test('a context that is none is refused when the snapshot is taken', () => {
  const registry = new ToolRegistry()
  for (const context of [null, 5, 'ada', { user: 1 }])
    assert.throws(() => registry.snapshot({ context }), { code: 'INVALID_OPTIONS' })
})

test('a context that answers differently at each look is one caller', async () => {
  let looks = 0
  const turn = registryOf(who).snapshot({
    context: {
      get userId() {
        return `user ${++looks}`
      },
    },
  })
  for (let i = 0; i < 2; i++) assert.equal((await turn.execute('who')).userId, 'user 1')
  assert.equal(looks, 1, 'and who the tools are shown to')
})
