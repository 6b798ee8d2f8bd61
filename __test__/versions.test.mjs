// Two versions of one source side by side: who is shown which, and that what is shown is what is called.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, holdOpen, never, refusal, tool } from './support/tools.mjs'

/** A document of a version: what all have, and what this one alone has. */
const documentOf = (version, operations, url) => ({
  openapi: '3.1.0',
  info: { title: 'CRM', version },
  servers: [{ url }],
  paths: Object.fromEntries(
    operations.map((id) => [
      `/v${version[0]}/${id}`,
      {
        get: {
          operationId: id,
          description: `${id} of ${version}`,
          parameters: [{ name: 'q', in: 'query', schema: { type: 'string' } }],
        },
      },
    ]),
  ),
})

/**
 * Two APIs that answer who they are, and a registry that has both. What `answers` of a label says instead is answered.
 */
async function scene(t, { answers = {}, options } = {}) {
  const registry = new ToolRegistry(options)
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  const [servers, path] = [{}, await folder(t)]
  const load = async (label, version, operations) => {
    servers[label] ??= await serve(t, answers[label] ?? ((asked) => ({ api: label, path: asked.url })))
    const file = join(path, `${label}.json`)
    await writeFile(file, JSON.stringify(documentOf(version, operations, servers[label].url)))
    return loader.load(file, { name: `crm@${label}`, namespace: 'crm' })
  }
  const reports = [await load('1', '1.4.0', ['list', 'old']), await load('2', '2.0.1', ['new', 'list'])]
  const whoIs = async (context, versions) => (await registry.execute('crm_list', {}, { context, versions })).api
  return { registry, loader, load, reports, servers, whoIs }
}

/** Users on both sides of a share. */
async function users(registry, versionOf, share) {
  registry.route('crm', { shares: { '2.x': share } })
  const all = Array.from({ length: 200 }, (_, i) => `user-${i}`)
  const inside = all.filter((userId) => versionOf({ userId }) === 'crm@2')
  return { inside, outside: all.filter((user) => !inside.includes(user)) }
}

const versionIn = (registry) => (context) => registry.snapshot({ context }).get('crm_list').source

test('a second version is there and enters traffic only when told', async (t) => {
  const { registry, loader, reports, whoIs } = await scene(t)
  assert.deepEqual(
    reports.map(({ source, added }) => [source, added]),
    [
      ['crm@1', ['crm_list', 'crm_old']],
      ['crm@2', ['crm_new', 'crm_list']],
    ],
  )
  assert.deepEqual(registry.list(), ['crm_list', 'crm_old'])
  assert.deepEqual(registry.snapshot({ versions: { crm: '2' } }).list(), ['crm_list', 'crm_new'])
  assert.equal(await whoIs(), '1')
  assert.equal(await whoIs({}, { crm: '^2' }), '2')
  assert.deepEqual(
    registry.sources().map(({ name, version, tools, family }) => [name, version, tools, family]),
    [
      ['crm@1', '1.4.0', 2, { name: 'crm', version: '1.4.0', standing: true }],
      ['crm@2', '2.0.1', 2, { name: 'crm', version: '2.0.1', standing: false }],
    ],
  )
  assert.deepEqual(loader.sources(), registry.sources())
  assert.deepEqual(registry.routes(), [
    {
      source: 'crm',
      standing: 'crm@1',
      versions: [
        { source: 'crm@1', version: '1.4.0', standing: true, returned: false },
        { source: 'crm@2', version: '2.0.1', standing: false, returned: false },
      ],
    },
  ])
})

test('an operation has one name in both versions, whatever its path, and names are saved for both', async (t) => {
  const { registry, load } = await scene(t)
  const paths = registry
    .names()
    .names.filter(({ name }) => name === 'crm_list')
    .map(({ source, path }) => [source, path])
  assert.deepEqual(paths, [
    ['crm@1', '/v1/list'],
    ['crm@2', '/v2/list'],
  ])
  const again = new ToolRegistry({ names: registry.names() })
  assert.deepEqual(again.names(), registry.names())
  const report = await load('3', '3.0.0', ['list'])
  assert.deepEqual(report.added, ['crm_list'])
  assert.equal(registry.forgetNames('crm@2'), 0, 'its tools wait and have their names')
  assert.deepEqual(registry.unregisterSource('crm@2'), ['crm_list', 'crm_new'])
  assert.equal(registry.forgetNames('crm@2'), 2)
})

test('what comes first decides: what is asked for, the tenant, the share, the version in use', async (t) => {
  const { registry, load, whoIs } = await scene(t)
  for (const [label, version] of [
    ['3', '3.0.0'],
    ['4', '4.0.0'],
    ['5', '5.0.0'],
  ])
    await load(label, version, ['list'])
  const {
    inside: [inside],
    outside: [outside],
  } = await users(registry, versionIn(registry), 0.5)
  registry.route('crm', { use: '2', tenants: { acme: '^4' }, shares: { '3.x': 0.5 } })
  for (const [context, versions, expected] of [
    [undefined, undefined, '2'],
    [{ userId: outside }, undefined, '2'],
    [{ userId: inside }, undefined, '3'],
    [{ userId: inside, metadata: { tenant: 'acme', other: { deep: 1n } } }, undefined, '4'],
    [{ userId: inside, metadata: { tenant: 'acme' } }, { crm: '>=2' }, '5'],
    [{ metadata: { tenant: 'else' } }, { crm: 'crm@1' }, '1'],
  ]) {
    assert.equal(await whoIs(context, versions), expected, JSON.stringify(versions ?? expected))
    assert.equal(registry.snapshot({ context, versions }).get('crm_list').source, `crm@${expected}`)
    const call = { type: 'tool_use', id: 'x', name: 'crm_list', input: {} }
    assert.equal(JSON.parse((await registry.respond('anthropic', call, { context, versions })).content).api, expected)
  }
})

test('a share is sticky, counts as it says, and only takes users when it grows', async (t) => {
  const { registry } = await scene(t)
  const versionOf = versionIn(registry)
  let before = new Set()
  for (const share of [0, 0.1, 0.25, 0.5, 1]) {
    const { inside } = await users(registry, versionOf, share)
    assert.ok(
      Math.abs(inside.length - 200 * share) <= 4 * Math.sqrt(200 * share * (1 - share)),
      `${share}: ${inside.length}`,
    )
    for (const user of before) assert.ok(inside.includes(user), `${user} left at ${share}`)
    assert.deepEqual((await users(registry, versionOf, share)).inside, inside)
    before = new Set(inside)
  }
  registry.route('crm', { shares: { 2: 0.5 } })
  assert.equal(versionOf({ userId: 7 }), versionOf({ userId: '7' }))
  assert.equal(versionOf({ userId: 7n }), versionOf({ userId: '7' }))
  for (const userId of ['', 0, null, undefined, {}, Number.NaN])
    assert.equal(versionOf({ userId }), 'crm@1', 'nobody has no share')
})

test('whoever is named among the arguments is the caller, where arguments may name one', async (t) => {
  for (const [contextFrom, expected] of [
    ['params', '2'],
    ['caller', undefined],
  ]) {
    const { registry } = await scene(t, { options: { contextFrom } })
    registry.route('crm', { tenants: { acme: '2' } })
    const call = registry.execute('crm_list', { __metadata: { tenant: 'acme' } })
    if (expected === undefined) assert.equal(await codeOf(() => call), 'INVALID_PARAMS')
    else assert.equal((await call).api, expected)
    assert.equal(
      (await registry.execute('crm_list', { __metadata: { tenant: 'acme' } }, { context: {} })).api,
      '1',
      'a context counts alone',
    )
    const sent = { type: 'tool_use', id: 'x', name: 'crm_list', input: { __metadata: { tenant: 'acme' } } }
    assert.equal(JSON.parse((await registry.respond('anthropic', sent)).content).api, '1', 'a model is nobody')
  }
})

test('what a snapshot lists it calls, whatever routes and versions do meanwhile', async (t) => {
  const { registry, load, loader } = await scene(t)
  registry.route('crm', { tenants: { acme: '2' } })
  const [acme, other] = [
    registry.snapshot({ context: { metadata: { tenant: 'acme' } } }),
    registry.snapshot({ context: {} }),
  ]
  const turns = [
    [acme, '2', 'new'],
    [other, '1', 'old'],
  ]
  const moves = [
    () => registry.route('crm', { use: '2' }),
    () => load('2', '2.1.0', ['later']),
    () => registry.route('crm', null),
    () => loader.unload('crm@1'),
    () => loader.unload('crm@2'),
  ]
  for (const move of [() => {}, ...moves]) {
    await move()
    for (const [snapshot, api, own] of turns) {
      const names = snapshot.definitions('anthropic').map(({ name }) => name)
      assert.deepEqual(names, ['crm_list', `crm_${own}`])
      for (const name of names) assert.equal((await snapshot.execute(name)).api, api)
      const answer = await snapshot.respond('anthropic', { type: 'tool_use', id: 'x', name: `crm_${own}`, input: {} })
      assert.equal(JSON.parse(answer.content).api, api)
    }
  }
  assert.deepEqual(registry.list(), [])
  acme.release()
  assert.throws(() => acme.list(), { code: 'CLOSED' })
})

test('definitions of a view keep their objects while their tools stay', async (t) => {
  const { registry } = await scene(t)
  const of = (versions) => registry.snapshot({ versions }).definitions('openai')
  const [first, second] = [of({ crm: '1' }), of({ crm: '2' })]
  assert.equal(of({ crm: '2' }), second)
  assert.equal(of({ crm: '1' }), registry.definitions('openai'))
  assert.notDeepEqual(first, second)
  registry.register(tool())
  const later = of({ crm: '2' })
  assert.equal(later.length, 3)
  for (const [i, definition] of second.entries()) assert.equal(later[i], definition)
})

test('a delta of a view is beside what its caller was shown then', async (t) => {
  const { registry } = await scene(t)
  const { revision } = registry
  registry.route('crm', { tenants: { acme: '2' } })
  const delta = (context) => {
    const { added, changed, removed } = registry.snapshot({ context }).delta(revision, 'openai')
    return [added, changed, removed].map((list) => list.map(({ name }) => name))
  }
  assert.deepEqual(delta({ metadata: { tenant: 'acme' } }), [['crm_new'], ['crm_list'], ['crm_old']])
  assert.deepEqual(delta({}), [[], [], []])
})

test('a version that fails is left for the old one, and a route is a new trial', async (t) => {
  let fails = true
  const answer = (_, response) => (fails ? void response.writeHead(500).end() : { api: '2' })
  const { registry, whoIs } = await scene(t, { answers: { 2: answer } })
  const route = { use: '2.x', fallback: { failureRate: 0.5, windowMs: 60_000, minCalls: 5 } }
  registry.route('crm', route)
  assert.deepEqual(registry.routes()[0].route, route)
  const held = registry.snapshot()
  const [returned, changed] = [next(registry, 'versionReturned'), next(registry, 'change')]
  for (let i = 0; i < 5; i++) assert.equal(await codeOf(() => whoIs({})), 'HTTP_FAILED')
  const event = await returned
  assert.deepEqual(event, {
    revision: registry.revision,
    source: 'crm',
    from: 'crm@2',
    to: 'crm@1',
    calls: 5,
    failures: 5,
    windowMs: 60_000,
  })
  assert.deepEqual(await changed, {
    revision: registry.revision,
    source: 'crm@1',
    added: ['crm_old'],
    updated: ['crm_list'],
    removed: ['crm_new'],
    stale: [],
  })
  assert.equal(await whoIs({}), '1')
  fails = false
  assert.equal((await held.execute('crm_new')).api, '2', 'a turn goes on with what it began with')
  assert.equal(await whoIs({}), '1', 'nothing but a route brings it back')
  assert.equal(await whoIs({}, { crm: '2' }), '2', 'or who asks for it')
  registry.route('crm', route)
  assert.equal(await whoIs({}), '2')
})

test('a call that runs out of time is a failure, and one that is given up or refused is none', async (t) => {
  holdOpen(t)
  const { registry } = await scene(t, {
    answers: { 2: (asked) => (asked.url.includes('q=late') ? never() : { api: '2' }) },
  })
  registry.route('crm', { use: '2', fallback: { failureRate: 0, minCalls: 1 } })
  const { revision } = registry
  for (const i of [1, 2, 3]) {
    const abort = new AbortController()
    const call = registry.execute('crm_list', { q: `late${i}` }, { signal: abort.signal })
    abort.abort()
    assert.equal(await codeOf(() => call), 'CANCELLED')
    assert.equal(await codeOf(() => registry.execute('crm_list', { q: 5 })), 'INVALID_PARAMS')
  }
  assert.equal(registry.revision, revision)
  const returned = next(registry, 'versionReturned')
  assert.equal(await codeOf(() => registry.execute('crm_list', { q: 'late' }, { timeoutMs: 500 })), 'TIMEOUT')
  assert.deepEqual(((event) => [event.calls, event.failures])(await returned), [1, 1])
})

test('a rule whose version is unloaded is told, and the next one decides', async (t) => {
  const { registry, loader, whoIs } = await scene(t)
  registry.route('crm', { tenants: { acme: '2.x' }, use: '1.x' })
  const missing = next(registry, 'versionMissing')
  assert.deepEqual(loader.unload('crm@2'), ['crm_list', 'crm_new'])
  assert.deepEqual(await missing, {
    revision: registry.revision,
    source: 'crm',
    unmet: [{ rule: '/tenants/acme', version: '2.x' }],
  })
  assert.equal(await whoIs({ metadata: { tenant: 'acme' } }), '1')
})

test('when the version that stands is unloaded the newest one stands, in one revision', async (t) => {
  const { registry, loader, load, whoIs } = await scene(t)
  await load('3', '3.0.0', ['list'])
  const changes = []
  registry.onChange((change) => changes.push(change))
  loader.unload('crm@1')
  assert.deepEqual(
    changes.map(({ source, added, updated, removed }) => [source, added, updated, removed]),
    [['crm@1', [], ['crm_list'], ['crm_old']]],
  )
  assert.equal(await whoIs({}), '3')
})

test('a reload of a version that waits is told by its name and moves nobody', async (t) => {
  const { registry, load } = await scene(t)
  const changes = []
  registry.onChange((change) => changes.push(change))
  const before = registry.definitions('openai')
  const report = await load('2', '2.1.0', ['list', 'newer'])
  assert.deepEqual([report.added, report.removed], [['crm_newer'], ['crm_new']])
  assert.deepEqual(
    changes.map(({ source, added, removed }) => [source, added, removed]),
    [['crm@2', ['crm_newer'], ['crm_new']]],
  )
  assert.deepEqual(registry.definitions('openai'), before)
  const same = await load('2', '2.1.0', ['list', 'newer'])
  assert.deepEqual([same.unchanged, changes.length], [['crm_list', 'crm_newer'], 1])
})

test('versions and routes that are none are refused, through the door of the call', async (t) => {
  const { registry } = await scene(t)
  const { revision } = registry
  for (const [action, code, door] of [
    [() => registry.snapshot({ versions: { crm: '^3' } }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot({ versions: { crn: '1' } }), 'UNKNOWN_SOURCE', 'throws'],
    [() => registry.snapshot({ versions: { ['__proto__']: '1' } }), 'UNKNOWN_SOURCE', 'throws'],
    [() => registry.snapshot({ versions: [] }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot({ versions: { crm: 2 } }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot({ versions: () => 1 }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot({ context: 'me' }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot({ contexts: {} }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.snapshot(null), 'INVALID_OPTIONS', 'throws'],
    [() => registry.execute('crm_list', {}, { versions: { crm: '^3' } }), 'INVALID_OPTIONS', 'rejects'],
    [() => registry.execute('crm_new', {}, {}), 'UNKNOWN_TOOL', 'rejects'],
    [() => registry.execute('crm_list', {}, { versions: { crm: '2' }, context: 5 }), 'INVALID_OPTIONS', 'rejects'],
    [() => registry.snapshot().execute('crm_list', {}, { versions: { crm: '2' } }), 'INVALID_OPTIONS', 'rejects'],
    [() => registry.respond('openai', {}, { versions: 5 }), 'INVALID_OPTIONS', 'rejects'],
    [() => registry.route('crn', {}), 'UNKNOWN_SOURCE', 'throws'],
    [() => registry.route('crm'), 'INVALID_OPTIONS', 'throws'],
    [() => registry.route('crm', { use: '^3' }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.route('crm', { use: 1n }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.route('crm', { uses: '1' }), 'INVALID_OPTIONS', 'throws'],
    [() => registry.route(5, {}), 'INVALID_OPTIONS', 'throws'],
    [() => registry.route('crm', { shares: { 1: 0.6, 2: 0.6 } }), 'INVALID_OPTIONS', 'throws'],
  ]) {
    const error = await refusal(action)
    assert.deepEqual([error.code, error.door], [code, door], `${action} ${error}`)
  }
  assert.equal(registry.revision, revision)
  const { details } = await refusal(() => registry.route('crm', { use: '9', tenants: { a: '8' } }))
  assert.deepEqual(
    details.problems.map(({ pointer, message }) => [pointer, message]),
    [
      ['/use', 'no version meets "9": use one of crm@1 (1.4.0), crm@2 (2.0.1), or load that version first'],
      ['/tenants/a', 'no version meets "8": use one of crm@1 (1.4.0), crm@2 (2.0.1), or load that version first'],
    ],
  )
  registry.close()
  assert.equal(await codeOf(() => registry.route('crm', null)), 'CLOSED')
  assert.equal(await codeOf(() => registry.snapshot({ versions: { crm: '1' } })), 'CLOSED')
})

test('a filter by the source means all of its versions', async (t) => {
  const { registry } = await scene(t)
  registry.register(tool())
  const view = registry.snapshot({ versions: { crm: '2' } })
  assert.deepEqual(view.list({ source: 'crm' }), ['crm_list', 'crm_new'])
  assert.deepEqual([view.list({ source: 'crm@1' }), view.list({ source: 'crm@2' })], [[], ['crm_list', 'crm_new']])
  assert.deepEqual(
    view.tools({ source: 'crm' }).map(({ source }) => source),
    ['crm@2', 'crm@2'],
  )
})
