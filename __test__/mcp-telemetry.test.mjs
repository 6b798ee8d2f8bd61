// Traces of MCP clients: the span of a call is the child of the client's, and the parent of what the tool does.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { context, propagation, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { W3CBaggagePropagator, CompositePropagator, W3CTraceContextPropagator } from '@opentelemetry/core'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { createMcpServer } from 'toolrack/mcp'
import { modern } from './support/mcp-http.mjs'
import { registryOf } from './support/tools.mjs'

const spans = new InMemorySpanExporter()
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
propagation.setGlobalPropagator(
  new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
)
trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))

const [IN_META, IN_HEADER] = ['4bf92f3577b34da6a3ce929d0e0e4736', 'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa']
const parent = (traceId) => ({ traceparent: `00-${traceId}-00f067aa0ba902b7-01` })

/** The trace of a call that a client makes with this metadata and these headers, as its tool sees it. */
async function traceOf(t, meta, headers) {
  spans.reset()
  const seen = {}
  const execute = () => {
    seen.active = trace.getActiveSpan()?.spanContext().traceId
    seen.baggage = propagation.getBaggage(context.active())?.getEntry('tenant')?.value
  }
  const server = createMcpServer(registryOf({ execute }))
  t.after(() => server.close())
  const { headers: own, body } = modern('tools/call', { name: 'echo', _meta: meta }, { headers })
  const init = { method: 'POST', headers: { ...own, host: 'localhost' }, body: JSON.stringify(body) }
  await (await server.fetch(new Request('http://localhost/mcp', init))).json()
  const [span] = spans.getFinishedSpans()
  assert.equal(seen.active, span.spanContext().traceId)
  return { traceId: span.spanContext().traceId, baggage: seen.baggage }
}

test('the trace of the metadata goes on', async (t) => {
  const { traceId } = await traceOf(t, parent(IN_META))
  assert.equal(traceId, IN_META)
})

test('without one there, the trace of the headers goes on, with its baggage', async (t) => {
  const found = await traceOf(t, undefined, { ...parent(IN_HEADER), baggage: 'tenant=acme' })
  assert.deepEqual(found, { traceId: IN_HEADER, baggage: 'acme' })
})

test('the metadata wins over the headers', async (t) => {
  const { traceId } = await traceOf(t, parent(IN_META), parent(IN_HEADER))
  assert.equal(traceId, IN_META)
})

test('what is no trace context begins a trace', async (t) => {
  for (const traceparent of ['', 'nonsense', '00-zz-zz-01']) {
    const { traceId } = await traceOf(t, { traceparent })
    assert.match(traceId, /^[0-9a-f]{32}$/)
  }
})
