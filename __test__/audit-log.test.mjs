// The audit log: which records it has, and what is in them.
import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { readFile, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry, verifyAudit } from 'toolrack'
import { audited, data, place, recomputed, records } from './support/audit-logs.mjs'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, callFromRust, tool } from './support/tools.mjs'

test('every change is a record with the hashes of what it changed, in the order of revisions', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const handle = registry.register(tool({ name: 'a' }))
  const before = registry.get('a').schemaHash
  handle.update(tool({ name: 'a', description: 'Says more' }))
  const after = registry.get('a').schemaHash
  handle.disable()
  handle.update(tool({ name: 'b', description: 'Says more' }))
  handle.remove()
  const renamed = (await data(path, 'change'))[3].added[0].after
  assert.deepEqual(await data(path, 'change'), [
    { revision: 1, added: [{ name: 'a', after: before }], updated: [], removed: [], stale: [] },
    { revision: 2, added: [], updated: [{ name: 'a', before, after }], removed: [], stale: [] },
    { revision: 3, added: [], updated: [{ name: 'a', before: after, after, enabled: false }], removed: [], stale: [] },
    {
      revision: 4,
      added: [{ name: 'b', after: renamed }],
      updated: [],
      removed: [{ name: 'a', before: after }],
      stale: [],
    },
    { revision: 5, added: [], updated: [], removed: [{ name: 'b', before: renamed }], stale: [] },
  ])
  registry.close()
  assert.deepEqual(
    (await records(path)).map(({ kind }) => kind),
    ['open', ...Array(5).fill('change'), 'close'],
  )
  assert.ok((await records(path)).every(({ time }) => Math.abs(Date.now() - time) < 60_000))
})

test('loads are records too, those that failed included', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  const file = join(await folder(t), 'crm.json')
  await writeFile(file, text(['a', 'b']))
  const { hash, bytes } = await loader.load(file, { name: 'crm' })
  await writeFile(file, 'junk: [')
  await assert.rejects(loader.reload('crm'))
  await assert.rejects(loader.load('http://user:secret@127.0.0.1:9/x.json?key=secret', { name: 'erp' }))
  const [change] = await data(path, 'change')
  assert.deepEqual([change.source, change.added.map(({ name }) => name)], ['crm', ['a', 'b']])
  assert.deepEqual(await data(path, 'load'), [
    {
      source: 'crm',
      trigger: 'load',
      version: '1.2.0',
      hash,
      bytes,
      revision: 1,
      added: 2,
      updated: 0,
      removed: 0,
      unchanged: 0,
      stale: 0,
      skipped: 0,
      held: [],
      objections: [],
    },
  ])
  const failed = await data(path, 'loadFailed')
  assert.deepEqual(
    failed.map(({ source, trigger, code }) => [source, trigger, code]),
    [
      ['crm', 'reload', 'INVALID_SPEC'],
      ['erp', 'load', 'SOURCE_UNREADABLE'],
    ],
  )
  assert.ok(!(await readFile(path, 'utf8')).includes('secret'))
})

test('what gates said, and what somebody decided, is in the log', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  t.after(() => loader.close())
  const load = (description, gates) => loader.load(document(['a'], { a: { description } }), { name: 'crm', gates })
  await load('old')
  const { holdId } = await load('new', { wording: 'hold' })
  loader.approve(holdId)
  await assert.rejects(load('newer', { wording: 'refuse' }))
  const { revision } = loader.rollback('crm', '1.2.0')
  const [, held] = await data(path, 'load')
  assert.deepEqual(
    [held.holdId, held.held, held.class, held.objections.map(({ gate, tool }) => [gate, tool])],
    [holdId, ['a'], 'wording', [['wording', 'a']]],
  )
  assert.deepEqual(
    (await data(path, 'decision')).map(({ holdId, outcome, updated }) => [holdId, outcome, updated]),
    [[holdId, 'approved', ['a']]],
  )
  assert.deepEqual(
    (await data(path, 'loadFailed')).map(({ code, refusals }) => [code, refusals[0].gate]),
    [['GATE_REFUSED', 'wording']],
  )
  assert.deepEqual(
    (await data(path, 'rollback')).map((one) => [one.source, one.revision]),
    [['crm', revision]],
  )
})

test('a record says who asked for a load: a file that changed, or a webhook', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  const file = join(await folder(t), 'crm.json')
  await writeFile(file, text(['a']))
  await loader.load(file, { name: 'crm', watch: true })
  const reloaded = next(registry, 'reloaded')
  await writeFile(file, text(['a', 'b']))
  await reloaded
  const failed = next(registry, 'reloadFailed')
  await writeFile(file, 'junk: [')
  await failed
  const { Webhook } = await import('standardwebhooks')
  const secret = Buffer.from('secret').toString('base64')
  const server = createServer(loader.webhook({ secrets: `whsec_${secret}`, source: 'crm' })).listen(0, '127.0.0.1')
  t.after(() => (server.closeAllConnections(), server.close()))
  await once(server, 'listening')
  const headers = {
    'webhook-id': '1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': new Webhook(secret).sign('1', new Date(), '{}'),
  }
  assert.equal(
    (await fetch(`http://127.0.0.1:${server.address().port}`, { method: 'POST', body: '{}', headers })).status,
    422,
  )
  const loads = (await records(path))
    .filter(({ kind }) => kind.startsWith('load'))
    .map(({ kind, data }) => [kind, data.trigger])
  assert.deepEqual(loads, [
    ['load', 'load'],
    ['load', 'watch'],
    ['loadFailed', 'watch'],
    ['loadFailed', 'webhook'],
  ])
})

test('every call is a record: who, what, on which definition, and what came of it', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const seen = []
  registry.register(
    tool({
      name: 'works',
      inputSchema: { type: 'object', properties: { a: { default: 1 } } },
      execute: (_, { callId }) => void seen.push(callId),
    }),
  )
  registry.register(
    tool({
      name: 'fails',
      execute: () => {
        throw new Error('no')
      },
    }),
  )
  registry.register(tool({ name: 'user', requiresAuth: true }))
  const context = { userId: 7, auditingId: 'a-1', metadata: { card: '4111 1111' } }
  await registry.execute('works', { b: 'secret value', userId: 9 }, { context })
  await registry.execute('works', { b: 'secret value', userId: 'u'.repeat(1000), __metadata: { card: '4111 1111' } })
  await assert.rejects(registry.execute('fails', {}, { context: { userId: { card: '4111 1111' } } }))
  await assert.rejects(registry.execute('user', {}))
  await assert.rejects(registry.execute('works', [1]))
  await assert.rejects(registry.execute('nobody'))
  await assert.rejects(registry.execute('works', {}, { signal: AbortSignal.abort() }))
  await registry.respond('anthropic', { id: 't', name: 'works', input: {} }, { context })
  const calls = await data(path, 'call')
  assert.deepEqual(
    calls.map(({ tool, outcome }) => [tool, outcome]),
    [
      ['works', 'ok'],
      ['works', 'ok'],
      ['fails', 'TOOL_FAILED'],
      ['user', 'MISSING_CONTEXT'],
      ['works', 'INVALID_PARAMS'],
      ['nobody', 'UNKNOWN_TOOL'],
      ['works', 'CANCELLED'],
      ['works', 'ok'],
    ],
  )
  const [first, second, third] = calls
  const { durationMs, ...rest } = first
  const argumentsHash = createHash('sha256').update('{"b":"secret value"}').digest('hex')
  assert.deepEqual(rest, {
    callId: seen[0],
    tool: 'works',
    source: 'code',
    revision: 3,
    schemaHash: registry.get('works').schemaHash,
    userId: 7,
    auditingId: 'a-1',
    argumentsHash,
    outcome: 'ok',
  })
  assert.ok(durationMs >= 0 && durationMs < 60_000)
  assert.deepEqual(
    [second.callId, second.userId, second.argumentsHash],
    [seen[1], `${'u'.repeat(120)}…`, argumentsHash],
  )
  assert.equal(third.userId, undefined)
  assert.equal(calls[5].schemaHash, undefined)
  assert.equal(new Set(calls.map(({ callId }) => callId)).size, calls.length)
  const whole = await readFile(path, 'utf8')
  assert.ok(!whole.includes('secret value') && !whole.includes('4111 1111'))
})

test('calls that begin on Rust threads are records too, under the name that the closure is told', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const seen = []
  registry.register(tool({ execute: (params, { callId }) => (seen.push(callId), params) }))
  await callFromRust(registry, { params: { b: 2, a: 1 }, context: { userId: 'u' }, total: 20, inFlight: 4 })
  await callFromRust(registry, { name: 'nobody', total: 1 })
  const calls = await data(path, 'call')
  assert.deepEqual(
    calls
      .slice(0, 20)
      .map(({ callId }) => callId)
      .sort(),
    seen.sort(),
  )
  const argumentsHash = createHash('sha256').update('{"a":1,"b":2}').digest('hex')
  assert.ok(
    calls
      .slice(0, 20)
      .every(
        (call) =>
          call.outcome === 'ok' && call.userId === 'u' && call.argumentsHash === argumentsHash && call.revision === 1,
      ),
  )
  assert.deepEqual([calls[20].tool, calls[20].outcome], ['nobody', 'UNKNOWN_TOOL'])
  await recomputed(path)
})

test('calls of HTTP operations are one record each', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const { url } = await serve(t, ({ url }, response) =>
    url === '/a' ? { fine: true } : void response.writeHead(500).end(),
  )
  await new SpecLoader(registry).load(document(['a', 'b']), { baseUrl: url })
  await registry.execute('a')
  await assert.rejects(registry.execute('b'))
  assert.deepEqual(
    (await data(path, 'call')).map(({ tool, outcome }) => [tool, outcome]),
    [
      ['a', 'ok'],
      ['b', 'HTTP_FAILED'],
    ],
  )
})

test('no call is written down unless it is asked for', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path })
  registry.register(tool())
  await registry.execute('echo')
  await callFromRust(registry)
  assert.deepEqual(
    (await records(path)).map(({ kind }) => kind),
    ['open', 'change'],
  )
})

test('arguments that cannot be JSON leave a record without their hash', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true }, { validateParams: false })
  registry.register(tool({ execute: () => 1 }))
  const circle = {}
  circle.circle = circle
  await registry.execute('echo', circle)
  await registry.execute('echo', { n: 1n })
  assert.deepEqual(
    (await data(path, 'call')).map((call) => ['argumentsHash' in call, call.outcome]),
    [
      [false, 'ok'],
      [false, 'ok'],
    ],
  )
})

test('a call that is under way while its revision is released is written down', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  let answer
  registry.register(tool({ execute: () => new Promise((resolve) => (answer = resolve)) }))
  const turn = registry.snapshot()
  const result = turn.execute('echo')
  registry.unregister('echo')
  turn.release()
  answer(5)
  assert.equal(await result, 5)
  assert.equal((await data(path, 'call'))[0].outcome, 'ok')
})

test('options that cannot be meant are refused', async (t) => {
  const path = await place(t)
  for (const audit of [
    5,
    null,
    '',
    {},
    { path: '' },
    { path: 5 },
    { path, calls: 'yes' },
    { path, sync: 'always' },
    { path, onBroken: 'ignore' },
    { path, file: 1 },
  ]) {
    assert.equal(await codeOf(() => new ToolRegistry({ audit })), 'INVALID_OPTIONS', JSON.stringify(audit))
  }
  assert.equal(await codeOf(() => new ToolRegistry({ audit: join(path, 'below') })), 'AUDIT_UNWRITABLE')
  assert.equal(await codeOf(() => verifyAudit(path)), 'SOURCE_UNREADABLE')
  assert.equal(await codeOf(() => verifyAudit(5)), 'INVALID_OPTIONS')
  assert.equal(new ToolRegistry().audit(), undefined)
})
