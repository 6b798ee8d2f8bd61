// What can be seen of calls from outside: results in full, the event `call`, spans and metrics.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { context, metrics, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CTraceContextPropagator } from '@opentelemetry/core'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { outputOf } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { codeOf, registryOf, tool } from './support/tools.mjs'

const { CallSpan } = createRequire(import.meta.url)('../lib/observe/telemetry.js')

function listened(registry) {
  const events = []
  registry.on('call', (event) => events.push(event))
  return events
}

test('call resolves with the value and with all that is known of the call', async () => {
  const registry = new ToolRegistry({ coerce: true })
  registry.register(tool({ inputSchema: { type: 'object', properties: { q: { type: 'integer' } } } }))
  const { durationMs, callId, ...result } = await registry.call('echo', { q: '5' })
  assert.ok(durationMs > 0 && typeof callId === 'string')
  const { schemaHash, source } = registry.get('echo')
  assert.deepEqual(result, {
    value: { q: 5 },
    toolName: 'echo',
    revision: 1,
    source,
    schemaHash,
    coerced: [{ pointer: '/q', to: 'integer' }],
  })
})

test('a listener has a frozen list of coerced arguments, and the result of the call one of its own', async () => {
  const registry = new ToolRegistry({ coerce: true })
  registry.register(tool({ inputSchema: { type: 'object', properties: { q: { type: 'integer' } } } }))
  const events = listened(registry)
  const { coerced } = await registry.call('echo', { q: '5' })
  const [event] = events
  assert.deepEqual([event.coerced, coerced], [[{ pointer: '/q', to: 'integer' }], [{ pointer: '/q', to: 'integer' }]])
  assert.ok(Object.isFrozen(event.coerced) && Object.isFrozen(event.coerced[0]))
  coerced[0].pointer = '/other'
  coerced.push({ pointer: '/more', to: 'string' })
  assert.deepEqual(event.coerced, [{ pointer: '/q', to: 'integer' }])
})

test('every call is an event, whichever door it came by and however it ends', async () => {
  const registry = registryOf(
    { requiresAuth: true },
    {
      name: 'fails',
      execute: () => {
        throw new Error('no')
      },
    },
    {
      name: 'streams',
      async *execute() {
        yield 1
      },
    },
  )
  const events = listened(registry)
  await registry.execute('echo', {}, { context: { userId: 'u', auditingId: 'a' } })
  await registry.call('echo', { userId: 'u' })
  await codeOf(() => registry.execute('echo'))
  await codeOf(() => registry.execute('fails'))
  await codeOf(() => registry.execute('nobody'))
  for await (const _ of registry.snapshot().stream('streams')) break
  await registry.respond('openai-chat', { id: 'c', type: 'function', function: { name: 'fails', arguments: '{}' } })
  assert.deepEqual(
    events.map(({ toolName, outcome }) => [toolName, outcome]),
    [
      ['echo', 'ok'],
      ['echo', 'ok'],
      ['echo', 'MISSING_CONTEXT'],
      ['fails', 'TOOL_FAILED'],
      ['nobody', 'UNKNOWN_TOOL'],
      ['streams', 'CANCELLED'],
      ['fails', 'TOOL_FAILED'],
    ],
  )
  assert.equal(new Set(events.map((event) => event.callId)).size, events.length)
  const [first] = events
  assert.deepEqual(
    [first.userId, first.auditingId, first.source, first.schemaHash, first.revision],
    ['u', 'a', 'code', registry.get('echo').schemaHash, registry.revision],
  )
  assert.equal(events.at(-1).target, 'openai-chat')
  assert.ok(events.every((event) => Object.isFrozen(event) && event.durationMs >= 0))
  assert.equal('schemaHash' in events[4], false)
})

test('a call that outlives its revision is an event, and keeps its result', async () => {
  const registry = new ToolRegistry()
  const events = listened(registry)
  let finish
  registry.register(tool({ execute: () => new Promise((resolve) => (finish = resolve)) }))
  const { schemaHash } = registry.get('echo')
  const result = registry.execute('echo')
  registry.replace(tool({ description: 'Another' }))
  finish('done')
  assert.equal(await result, 'done')
  assert.deepEqual([events[0].outcome, events[0].schemaHash], ['ok', schemaHash])
})

test('no argument and no result is in an event', async () => {
  const registry = registryOf({ execute: () => ({ answer: 'sesame-out' }) })
  const events = listened(registry)
  await registry.execute('echo', { q: 'sesame-in' })
  assert.doesNotMatch(JSON.stringify(events), /sesame/)
})

test('a listener that calls the tool again, throws or changes the registry harms no call', async () => {
  const registry = registryOf({})
  let again = 0
  registry.on('call', () => {
    if (again++ < 3) registry.execute('echo').catch(() => {})
    registry.unregister('echo')
    throw new Error('listener')
  })
  assert.deepEqual(await registry.execute('echo', { q: 1 }), { q: 1 })
})

test('the definition that a model saw is found by what an event or an audit record says of the call', async (t) => {
  const path = join(await folder(t), 'audit.jsonl')
  const registry = new ToolRegistry({ audit: { path, calls: true } })
  const handle = registry.register(tool({ description: 'first' }))
  const seen = registry.snapshot().get('echo')
  await registry.execute('echo')
  handle.update(tool({ description: 'second' }))
  handle.remove()
  registry.close()
  const { data } = (await readFile(path, 'utf8'))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .find(({ kind }) => kind === 'call')
  const other = new ToolRegistry()
  const again = other.register(tool({ description: 'first' }))
  assert.deepEqual(other.definition(data.tool, data.schemaHash).description, 'first')
  again.update(tool({ description: 'second' }))
  assert.deepEqual(other.definition(data.tool, data.schemaHash).inputSchema, seen.inputSchema)
  again.remove()
  const { description, schemaHash } = other.definition(data.tool, data.schemaHash)
  assert.deepEqual([description, schemaHash], ['first', seen.schemaHash])
  assert.equal(other.definition(data.tool, 'f'.repeat(64)), undefined)
  assert.equal(other.definition('nobody', data.schemaHash), undefined)
})

/** A provider in memory. Registered once for this file, as a program does. */
const spans = new InMemorySpanExporter()
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 })
test.before(() => {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  propagation.setGlobalPropagator(new W3CTraceContextPropagator())
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
})
test.after(() => reader.shutdown())

test('a call is a span, and what its closure traces is below it', async () => {
  spans.reset()
  const registry = registryOf({
    execute: async () => {
      await Promise.resolve()
      trace.getTracer('own').startSpan('inner').end()
    },
  })
  const { callId } = await registry.call('echo', { q: 1 })
  const [inner, outer] = spans.getFinishedSpans()
  assert.deepEqual(
    [outer.name, outer.kind, outer.attributes],
    [
      'execute_tool echo',
      SpanKind.INTERNAL,
      {
        'gen_ai.operation.name': 'execute_tool',
        'gen_ai.tool.name': 'echo',
        'gen_ai.tool.type': 'function',
        'gen_ai.tool.call.id': callId,
        'toolrack.call.id': callId,
      },
    ],
  )
  assert.equal(inner.parentSpanContext.spanId, outer.spanContext().spanId)
})

test('a registry is traced from the call on after which a provider was registered', async () => {
  const output = await outputOf(`
    const registry = registryOf({ execute: () => 1 })
    await registry.execute('echo')
    const { trace } = await import('@opentelemetry/api')
    const sdk = await import('@opentelemetry/sdk-trace-base')
    const spans = new sdk.InMemorySpanExporter()
    const spanProcessors = [new sdk.SimpleSpanProcessor(spans)]
    trace.setGlobalTracerProvider(new sdk.BasicTracerProvider({ spanProcessors }))
    await registry.execute('echo')
    console.log(spans.getFinishedSpans().map(({ name }) => name))`)
  assert.equal(output, "[ 'execute_tool echo' ]\n")
})

test('the span of a call has that a person approved it', async () => {
  spans.reset()
  const registry = registryOf({ requiresApproval: true, execute: () => 1 })
  await registry.execute('echo', {}, { approved: true })
  await codeOf(() => registry.execute('echo'))
  const said = spans.getFinishedSpans().map(({ attributes }) => attributes['toolrack.call.approved'])
  assert.deepEqual(said, [true, undefined])
})

test('what a generator traces between its pieces is below the span of its call', async () => {
  spans.reset()
  const registry = registryOf({
    async *execute() {
      yield 1
      trace.getTracer('own').startSpan('inner').end()
      yield 2
    },
  })
  for await (const _ of registry.stream('echo'));
  const [inner, outer] = spans.getFinishedSpans()
  assert.deepEqual(
    [inner.name, outer.name, inner.parentSpanContext?.spanId],
    ['inner', 'execute_tool echo', outer.spanContext().spanId],
  )
})

test('a failed call is a failed span with its code, and says nothing of what was in it', async () => {
  spans.reset()
  const registry = registryOf({
    execute: () => {
      throw new Error('sesame')
    },
  })
  await codeOf(() => registry.execute('echo', { q: 'sesame' }))
  const [span] = spans.getFinishedSpans()
  assert.deepEqual(
    [span.status, span.attributes['error.type']],
    [{ code: SpanStatusCode.ERROR, message: 'TOOL_FAILED' }, 'TOOL_FAILED'],
  )
  assert.doesNotMatch(JSON.stringify([span.attributes, span.events, span.status]), /sesame/)
})

test('a fault without a code is INTERNAL in the status of its span', () => {
  const statuses = []
  const span = { setAttribute() {}, end() {}, setStatus: (status) => statuses.push(status) }
  const api = { SpanStatusCode, metrics, context, trace }
  new CallSpan(api, span, context.active(), {}, false, false).end(new Error('broken'), 1)
  assert.deepEqual(statuses, [{ code: SpanStatusCode.ERROR, message: 'INTERNAL' }])
})

test('arguments are recorded where that is asked for', async () => {
  spans.reset()
  const registry = new ToolRegistry({ telemetry: { content: true } })
  registry.register(tool())
  await registry.execute('echo', { q: 'x', userId: 'u' })
  assert.equal(spans.getFinishedSpans()[0].attributes['gen_ai.tool.call.arguments'], '{"q":"x"}')
})

test('the call of an MCP client is a span of its server, in the trace of the client', async () => {
  spans.reset()
  const traceId = '4bf92f3577b34da6a3ce929d0e0e4736'
  const registry = registryOf({
    execute: () => {
      throw new Error('no')
    },
  })
  const answer = await registry.respond('mcp', {
    name: 'echo',
    arguments: {},
    _meta: { traceparent: `00-${traceId}-00f067aa0ba902b7-01` },
  })
  assert.equal(answer.isError, true)
  const [span] = spans.getFinishedSpans()
  assert.deepEqual(
    [
      span.name,
      span.kind,
      span.spanContext().traceId,
      span.attributes['mcp.method.name'],
      span.attributes['error.type'],
      span.attributes['toolrack.error.code'],
    ],
    ['tools/call echo', SpanKind.SERVER, traceId, 'tools/call', 'tool_error', 'TOOL_FAILED'],
  )
})

for (const own of [true, false])
  test(`the trace of an HTTP request is that of its call${own ? ', if the call names none' : ''}`, async (t) => {
    spans.reset()
    const [ofHeader, ofCall] = ['4bf92f3577b34da6a3ce929d0e0e4736', '0af7651916cd43dd8448eb211c80319c']
    const server = createMcpServer(registryOf({}))
    t.after(() => server.close())
    const traceparent = (id) => `00-${id}-00f067aa0ba902b7-01`
    const params = { name: 'echo', ...(!own && { _meta: { traceparent: traceparent(ofCall) } }) }
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent: traceparent(ofHeader) },
      body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/call', params }),
    }
    await server.fetch(new Request('http://localhost/mcp', init))
    const [span] = spans.getFinishedSpans()
    assert.equal(span.spanContext().traceId, own ? ofHeader : ofCall)
  })

test('the id that a model gave its call is that of the span', async () => {
  spans.reset()
  await registryOf({}).respond('anthropic', { type: 'tool_use', id: 'toolu_1', name: 'echo', input: {} })
  assert.equal(spans.getFinishedSpans()[0].attributes['gen_ai.tool.call.id'], 'toolu_1')
})

test('durations are a histogram in seconds, by tool and outcome', async () => {
  measured.reset()
  const registry = registryOf({ name: 'measured' })
  await registry.execute('measured')
  await registry.respond('mcp', { name: 'measured', arguments: {} })
  await codeOf(() => registry.execute('measured', [1]))
  await reader.forceFlush()
  const points = measured
    .getMetrics()
    .at(-1)
    .scopeMetrics.flatMap(({ metrics }) => metrics)
    .flatMap(({ descriptor, dataPoints }) =>
      dataPoints.map(({ attributes, value }) => [descriptor.name, descriptor.unit, attributes, value.count]),
    )
  const ours = points.filter(([, , attributes]) => attributes['gen_ai.tool.name'] === 'measured')
  assert.deepEqual(ours, [
    [
      'gen_ai.execute_tool.duration',
      's',
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'measured' },
      1,
    ],
    [
      'gen_ai.execute_tool.duration',
      's',
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'measured', 'error.type': 'INVALID_PARAMS' },
      1,
    ],
    [
      'mcp.server.operation.duration',
      's',
      { 'gen_ai.operation.name': 'execute_tool', 'gen_ai.tool.name': 'measured', 'mcp.method.name': 'tools/call' },
      1,
    ],
  ])
})

test('a registry that is told not to traces nothing', async () => {
  spans.reset()
  const registry = new ToolRegistry({ telemetry: false })
  registry.register(tool())
  await registry.execute('echo')
  assert.deepEqual(spans.getFinishedSpans(), [])
  for (const telemetry of [1, 'yes', { api: {} }, { other: 1 }, { content: 1 }])
    assert.equal(await codeOf(() => new ToolRegistry({ telemetry })), 'INVALID_OPTIONS')
})
