// Output schemas of operations: the success response of a document is what results are judged by.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'

const PET = { type: 'object', required: ['name'], properties: { name: { type: 'string' }, age: { type: 'integer' } } }
const json = (schema, more) => ({ description: 'x', content: { 'application/json': { schema } }, ...more })

function documentOf(responses, more) {
  return { openapi: '3.1.0', paths: { '/pet': { get: { operationId: 'getPet', responses, ...more } } } }
}

/** A registry with the tool of `GET /pet`, and the report. `answer` is what the API answers. */
async function loaded(
  t,
  { responses = { 200: json(PET) }, operation, answer = () => Response.json({}), ...options } = {},
) {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry, { fetch: async () => answer() })
  t.after(() => loader.close())
  const all = { name: 'pets', baseUrl: 'https://pets.example', ...options }
  const report = await loader.load(documentOf(responses, operation), all)
  return { registry, loader, report, outputSchema: registry.get('getPet').outputSchema }
}

test('without the option a tool has no output schema, and any answer is a result', async (t) => {
  const { registry, report, outputSchema } = await loaded(t)
  assert.deepEqual([outputSchema, report.outputSchemas, report.notes], [undefined, undefined, []])
  assert.deepEqual(await registry.execute('getPet'), {})
})

test('a result that the success response does not allow is OUTPUT_INVALID, with each place', async (t) => {
  let body = { name: 'Rex', owner: 'documents leave properties out' }
  const answer = () => Response.json(body)
  const { registry, report, outputSchema } = await loaded(t, { answer, outputSchemas: true })
  assert.deepEqual([outputSchema, report.outputSchemas], [PET, 1])
  assert.deepEqual(await registry.execute('getPet'), body)
  body = { age: 'seven' }
  await assert.rejects(registry.execute('getPet'), ({ code, details }) => {
    const places = details.problems.map(({ pointer }) => pointer).sort()
    assert.deepEqual([code, places], ['OUTPUT_INVALID', ['/age', '/name']])
    return true
  })
})

const ANSWERS = [
  ['a text in place of JSON', () => new Response('pet'), 'OUTPUT_INVALID'],
  ['a file in place of JSON', () => new Response('x', { headers: { 'content-type': 'image/png' } }), 'OUTPUT_INVALID'],
  ['nothing in place of JSON', () => new Response(null, { status: 204 }), 'OUTPUT_INVALID'],
  ['JSON of another media type', () => Response.json({ name: 'a' }, { headers: { 'content-type': 'a/b+json' } }), 'ok'],
  ['an undocumented success with the same schema', () => Response.json({ name: 'a' }, { status: 202 }), 'ok'],
  ['a failure', () => Response.json({}, { status: 404 }), 'HTTP_FAILED'],
]
for (const [what, answer, expected] of ANSWERS) {
  test(`the outcome of ${what} is ${expected}`, async (t) => {
    const { registry } = await loaded(t, { answer, outputSchemas: true })
    const outcome = await registry.execute('getPet').then(
      () => 'ok',
      ({ code }) => code,
    )
    assert.equal(outcome, expected)
  })
}

test('a condition of a call allows an answer without a body', async (t) => {
  const parameters = [{ name: 'If-None-Match', in: 'header', schema: { type: 'string' } }]
  const answer = () => new Response(null, { status: 304 })
  const { registry, outputSchema } = await loaded(t, { operation: { parameters }, answer, outputSchemas: true })
  assert.deepEqual(outputSchema, { anyOf: [PET, { type: 'null' }] })
  assert.equal(await registry.execute('getPet', { 'If-None-Match': '"1"' }), null)
})

test('an override leaves an output schema out, or asks for one; a document cannot', async (t) => {
  const off = await loaded(t, { outputSchemas: true, overrides: { getPet: { outputSchema: false } } })
  assert.deepEqual([off.outputSchema, off.report.outputSchemas], [undefined, 0])
  const on = await loaded(t, { overrides: { 'GET /pet': { outputSchema: true } } })
  assert.deepEqual([on.outputSchema, on.report.outputSchemas], [PET, 1])
  const own = await loaded(t, { outputSchemas: true, operation: { 'x-toolrack': { outputSchema: false } } })
  assert.deepEqual([own.outputSchema, own.report.notes.map(({ code }) => code)], [PET, ['EXTENSION_IGNORED']])
})

const INVALID = [
  [{ outputSchemas: 'yes' }, /outputSchemas/],
  [{ outputSchemas: 1 }, /outputSchemas/],
  [{ limits: { outputTokens: -1 } }, /outputTokens/],
  [{ limits: { outputTokens: 1.5 } }, /outputTokens/],
  [{ outputTokens: 9 }, /"outputTokens" belongs into limits/],
  [{ overrides: { getPet: { outputSchema: PET } } }, /outputSchema must be a boolean/],
]
for (const [options, message] of INVALID) {
  test(`${JSON.stringify(options).slice(0, 60)} is INVALID_OPTIONS`, async (t) => {
    await assert.rejects(loaded(t, options), { code: 'INVALID_OPTIONS', message })
  })
}

test('a schema over limits.outputTokens is left out, and its tool stays', async (t) => {
  const { outputSchema, report } = await loaded(t, { outputSchemas: true, limits: { outputTokens: 5 } })
  assert.deepEqual([outputSchema, report.added, report.outputSchemas], [undefined, ['getPet'], 0])
  assert.deepEqual(
    report.notes.map(({ code, tools }) => [code, tools]),
    [['OUTPUT_SCHEMA_DROPPED', ['getPet']]],
  )
})

test('a reload with another success response changes the tool', async (t) => {
  const { registry, loader } = await loaded(t, { outputSchemas: true })
  const options = { name: 'pets', baseUrl: 'https://pets.example', outputSchemas: true }
  const before = registry.get('getPet')
  const same = await loader.load(documentOf({ 200: json(PET, { description: 'y' }) }), options)
  assert.deepEqual([same.updated, same.unchanged], [[], ['getPet']])
  const narrower = { ...PET, required: ['name', 'age'] }
  const changed = await loader.load(documentOf({ 200: json(narrower) }), options)
  assert.deepEqual([changed.updated, registry.get('getPet').outputSchema], [['getPet'], narrower])
  assert.notEqual(registry.get('getPet').schemaHash, before.schemaHash)
  const off = await loader.load(documentOf({ 200: json(narrower) }), { ...options, outputSchemas: false })
  assert.deepEqual([off.updated, registry.get('getPet').outputSchema], [['getPet'], undefined])
})

test('a tool of the state file has its output schema', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const options = { name: 'pets', baseUrl: 'https://pets.example', outputSchemas: true }
  const state = join(folder, 'state.json')
  const first = new SpecLoader(new ToolRegistry(), { state })
  await first.load(documentOf({ 200: json(PET) }), options)
  await first.close()
  const registry = new ToolRegistry()
  const second = new SpecLoader(registry, { state })
  t.after(() => second.close())
  const report = await second.load('openapi: 3.1.0\npaths: [', options)
  assert.ok(report.restored.error)
  assert.deepEqual(registry.get('getPet').outputSchema, PET)
})

test('a client of MCP gets the result as structured content', async (t) => {
  const body = { name: 'Rex' }
  const { registry } = await loaded(t, { outputSchemas: true, answer: () => Response.json(body) })
  const [definition] = registry.definitions('mcp')
  assert.deepEqual(definition.outputSchema, PET)
  const call = { name: 'getPet', arguments: {} }
  const { structuredContent, content } = await registry.respond('mcp', call)
  assert.deepEqual([structuredContent, JSON.parse(content[0].text)], [body, body])
})
