// Calls that wait for approval, in records: the audit log, events, spans, and a process that ends meanwhile.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { nextRequest, payment } from './support/approvals.mjs'
import { data, place, records } from './support/audit-logs.mjs'
import { runFile } from './support/child.mjs'
import { codeOf } from './support/tools.mjs'

const CONTEXT = { userId: 'ann', auditingId: 'a1' }
const AMOUNT = { amount: 5 }

/** What ends a wait, with what its records and events say. */
const ENDS = {
  approved: {
    end: ({ request }) => request.approve({ by: 'Grace' }),
    call: { approved: true, approvedBy: 'Grace', outcome: 'ok' },
    settled: { by: 'Grace' },
  },
  rejected: {
    end: ({ request }) => request.reject({ by: 'Grace', reason: 'no' }),
    call: { rejectedBy: 'Grace', outcome: 'APPROVAL_REJECTED' },
    settled: { by: 'Grace', reason: 'no' },
  },
  expired: {
    end: ({ clock }) => clock.advance(1_000),
    call: { outcome: 'APPROVAL_REQUIRED' },
    settled: {},
  },
  cancelled: { end: ({ controller }) => controller.abort(), call: { outcome: 'CANCELLED' }, settled: {} },
}

for (const kind of ['closure', 'operation'])
  for (const [outcome, { end, call, settled }] of Object.entries(ENDS))
    test(`the audit log and the events have that a call of a ${kind} waited, and was ${outcome}`, async (t) => {
      const path = await place(t)
      const options = { audit: { path, calls: true }, approvalTimeoutMs: 1_000 }
      const { registry, clock } = await payment(t, kind, options)
      const events = { call: [], approvalSettled: [] }
      for (const name of Object.keys(events)) registry.on(name, (event) => events[name].push(event))
      const controller = new AbortController()
      const asked = nextRequest(registry)
      const result = registry
        .execute('pay', AMOUNT, { context: CONTEXT, signal: controller.signal })
        .catch(({ code }) => code)
      const request = await asked
      const [waiting] = await data(path, 'approval')
      const { schemaHash } = registry.get('pay')
      const about = {
        callId: request.callId,
        tool: 'pay',
        revision: request.revision,
        source: request.source,
        schemaHash,
      }
      assert.match(waiting.argumentsHash, /^[0-9a-f]{64}$/)
      const { argumentsHash } = waiting
      const note = { ...about, ...CONTEXT, argumentsHash, approvalId: request.id, asked: 'registry' }
      assert.deepEqual(waiting, { ...note, expiresAt: request.expiresAt })
      assert.deepEqual(
        [request.userId, request.auditingId, request.expiresAt - request.requestedAt],
        ['ann', 'a1', 1_000],
      )
      await end({ request, clock, controller })
      await result
      const waitedMs = outcome === 'expired' ? 1_000 : 0
      assert.deepEqual(await data(path, 'approvalSettled'), [{ ...note, outcome, ...settled, waitedMs }])
      const [{ durationMs, ...record }] = await data(path, 'call')
      assert.deepEqual(record, { ...about, ...CONTEXT, argumentsHash, ...call })
      assert.ok(durationMs >= 0)
      assert.deepEqual((await records(path)).map(({ kind: one }) => one).slice(-3), [
        'approval',
        'approvalSettled',
        'call',
      ])

      const { toolName, callId, revision } = request
      const told = { id: request.id, asked: 'registry', toolName, callId, revision, ...CONTEXT }
      assert.deepEqual(events.approvalSettled, [{ ...told, outcome, ...settled, waitedMs }])
      assert.ok(Object.isFrozen(events.approvalSettled[0]))
      const [{ approved, approvedBy, rejectedBy, outcome: ended }] = events.call
      assert.deepEqual({ approved: undefined, ...record }.approved, approved)
      assert.deepEqual([approvedBy, rejectedBy, ended], [call.approvedBy, call.rejectedBy, call.outcome])
    })

test('a call that its caller approved names nobody, and waits for nobody', async (t) => {
  const path = await place(t)
  const { registry } = await payment(t, 'closure', { audit: { path, calls: true } })
  registry.on('approval', () => assert.fail('asked'))
  await registry.execute('pay', AMOUNT, { approved: true })
  const [{ approved, approvedBy }] = await data(path, 'call')
  assert.deepEqual([approved, approvedBy, await data(path, 'approval')], [true, undefined, []])
})

test('a registry that closes records what becomes of its waiting calls', async (t) => {
  const path = await place(t)
  const { registry } = await payment(t, 'closure', { audit: { path, calls: true } })
  const asked = nextRequest(registry)
  const code = codeOf(() => registry.execute('pay', AMOUNT))
  await asked
  registry.close()
  assert.equal(await code, 'CLOSED')
  assert.deepEqual(
    (await data(path, 'approvalSettled')).map(({ outcome }) => outcome),
    ['cancelled'],
  )
})

const PROGRAM = (path, options) => `
  const { ToolRegistry } = require('toolrack')
  const registry = new ToolRegistry({ audit: { path: ${JSON.stringify(path)}, calls: true } })
  registry.register({ name: 'pay', description: 'P', requiresApproval: true, execute: () => 1 })
  registry.on('approval', () => {})
  void registry.execute('pay', {}, ${JSON.stringify(options)})`

test('a process that ends while a call waits has recorded the request, and no wait keeps it alive', async (t) => {
  for (const options of [{}, { timeoutMs: 3_600_000 }]) {
    const path = await place(t)
    const { code } = await runFile(['--eval', PROGRAM(path, options)])
    assert.equal(code, 0)
    const [{ tool, approvalId }] = await data(path, 'approval')
    assert.equal(tool, 'pay')
    assert.ok(approvalId)
    assert.deepEqual(await data(path, 'approvalSettled'), [])
  }
})

test('the span of a call has who approved or rejected it', async (t) => {
  const attributes = {}
  const span = {
    setAttribute: (name, value) => (attributes[name] = value),
    setStatus() {},
    isRecording: () => true,
    end() {},
  }
  const api = {
    SpanKind: {},
    SpanStatusCode: {},
    context: { active: () => ({}), with: (_, work) => work() },
    propagation: { extract: (parent) => parent },
    trace: { getTracer: () => ({ startSpan: () => span }), getTracerProvider: () => ({}), setSpan: () => ({}) },
    metrics: { getMeter: () => ({ createHistogram: () => ({ record() {} }) }), getMeterProvider: () => ({}) },
  }
  const { registry } = await payment(t, 'closure', { telemetry: { api } })
  registry.on('approval', ({ approve, reject, arguments: { amount } }) =>
    (amount === 5 ? approve : reject)({ by: 'Grace' }),
  )
  await registry.execute('pay', AMOUNT)
  await codeOf(() => registry.execute('pay', { amount: 6 }))
  const { 'toolrack.call.approved': approved, ...rest } = attributes
  assert.deepEqual(
    [approved, rest['toolrack.call.approved_by'], rest['toolrack.call.rejected_by']],
    [true, 'Grace', 'Grace'],
  )
})
