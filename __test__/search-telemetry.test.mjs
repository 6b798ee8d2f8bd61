// Searches in OpenTelemetry: a span and two histograms, and the text of the query only where it is asked for.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { metrics, SpanStatusCode, trace } from '@opentelemetry/api'
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from '@opentelemetry/sdk-metrics'
import { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } from '@opentelemetry/sdk-trace-base'
import { ToolRegistry } from 'toolrack'

const spans = new InMemorySpanExporter()
const measured = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE)
const reader = new PeriodicExportingMetricReader({ exporter: measured, exportIntervalMillis: 3_600_000 })
test.before(() => {
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spans)] }))
  metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
})
test.after(() => reader.shutdown())
test.beforeEach(() => spans.reset())

function registryOf(telemetry) {
  const registry = new ToolRegistry(telemetry === undefined ? {} : { telemetry })
  registry.register({ name: 'closeTicket', description: 'Ends a ticket', execute: () => 'done' })
  return registry
}

/** The histograms of searches by name, with the labels and the sums of their points. */
async function histograms() {
  await reader.forceFlush()
  const all = measured
    .getMetrics()
    .at(-1)
    .scopeMetrics.flatMap(({ metrics: each }) => each)
  return new Map(all.map(({ descriptor, dataPoints }) => [descriptor.name, dataPoints]))
}

const everything = (span) => JSON.stringify([span.name, span.attributes, span.events, span.status])

test('a search is a span with revision and hits, and without the query', async () => {
  const registry = registryOf()
  registry.search('zebra ticket')
  await registry.searchAsync(['zebra tikcet', 'ticket'])
  const [first, second] = spans.getFinishedSpans()
  assert.equal(first.name, 'search tools')
  const counts = { 'toolrack.revision': 1, 'toolrack.search.hits': 1, 'toolrack.search.total': 1 }
  assert.deepEqual(first.attributes, { ...counts, 'toolrack.search.phrasings': 1 })
  assert.deepEqual(second.attributes, { ...counts, 'toolrack.search.phrasings': 2 })
  assert.doesNotMatch(everything(first) + everything(second), /zebra|tikcet/)
})

test('with content the query is recorded, and what was corrected', () => {
  registryOf({ content: true }).search(['close the tikcet'])
  const [{ attributes }] = spans.getFinishedSpans()
  assert.deepEqual(attributes['toolrack.search.query'], ['close the tikcet'])
  assert.deepEqual(attributes['toolrack.search.corrected'], ['tikcet: ticket'])
})

test('a refused search is a failed span with its code, and without the query', async () => {
  const registry = registryOf()
  assert.throws(() => registry.search('zebra', { limit: 0 }), { code: 'INVALID_OPTIONS' })
  await assert.rejects(registry.searchAsync('zebra'.repeat(101)), { code: 'LIMIT_EXCEEDED' })
  const finished = spans.getFinishedSpans()
  assert.deepEqual(
    finished.map(({ status, attributes }) => [status, attributes['error.type']]),
    ['INVALID_OPTIONS', 'LIMIT_EXCEEDED'].map((code) => [{ code: SpanStatusCode.ERROR, message: code }, code]),
  )
  assert.doesNotMatch(finished.map(everything).join(), /zebra/)
})

test('searches are counted with durations and hits, by nothing that grows without bounds', async () => {
  const before = await histograms()
  const count = (all, name) => (all.get(name) ?? []).reduce((sum, { value }) => sum + value.count, 0)
  const registry = registryOf()
  for (let search = 0; search < 3; search++) registry.search(`ticket ${search}`)
  const after = await histograms()
  for (const name of ['toolrack.search.duration', 'toolrack.search.hits'])
    assert.equal(count(after, name) - count(before, name), 3, name)
  const labels = [...after.values()].flatMap((points) => points.flatMap(({ attributes }) => Object.keys(attributes)))
  assert.deepEqual([...new Set(labels)], ['error.type'])
})

test('without telemetry a search leaves no span', () => {
  assert.equal(registryOf(false).search('ticket').total, 1)
  assert.deepEqual(spans.getFinishedSpans(), [])
})
