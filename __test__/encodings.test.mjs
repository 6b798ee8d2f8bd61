// Answers and documents in an encoding that nobody asked for, from servers and through an own fetch.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { refusal } from './support/tools.mjs'
import { serve } from './support/server.mjs'

const BODY = JSON.stringify({ text: 'grün'.repeat(20) })
const document = {
  openapi: '3.1.0',
  info: { title: 'a', version: '1' },
  paths: { '/a': { get: { operationId: 'get' } } },
}

/** The tool `get` of an API that answers with these bytes under this `content-encoding`. */
async function encoded(t, coding, bytes, { status = 200, type = 'application/json', fetch } = {}) {
  const { url } = await serve(t, (_, response) => {
    response.writeHead(status, { 'content-type': type, ...(coding !== undefined && { 'content-encoding': coding }) })
    response.end(bytes)
  })
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry, { fetch })
  t.after(() => registry.close())
  await loader.load(document, { name: 'api', baseUrl: url, callLimits: { retries: 0 } })
  return { registry, loader, url }
}

const own = (url, init) => fetch(url, init)
const gzip = gzipSync(BODY)

for (const [name, coding, bytes, options] of [
  ['nothing', undefined, BODY],
  ['identity', 'identity', BODY],
  ['gzip', 'gzip', gzip],
  ['brotli', 'br', brotliCompressSync(BODY)],
  ['gzip, through an own fetch', 'gzip', gzip, { fetch: own }],
  ['deflate, which an own fetch takes off', 'deflate', deflateSync(BODY), { fetch: own }],
  ['gzip twice, which an own fetch takes off', 'gzip, gzip', gzipSync(gzip), { fetch: own }],
]) {
  test(`an answer in ${name} is read`, async (t) => {
    const { registry } = await encoded(t, coding, bytes, options)
    assert.deepEqual(await registry.execute('get'), JSON.parse(BODY))
  })
}

for (const [name, coding, bytes, words, options] of [
  ['deflate', 'deflate', deflateSync(BODY), /"deflate", which was not asked for/],
  ['an unknown encoding', 'x-foo', BODY, /"x-foo", which was not asked for/],
  ['gzip twice in one line', 'gzip, gzip', gzipSync(gzip), /"gzip, gzip", which was not asked for/],
  ['gzip twice in two lines', ['gzip', 'gzip'], gzipSync(gzip), /still compressed with gzip/],
  ['gzip that is not said', undefined, gzip, /still compressed with gzip/],
  ['deflate, with a file', 'deflate', deflateSync(BODY), /"deflate"/, { type: 'image/png' }],
  ['deflate, with a failure', 'deflate', deflateSync(BODY), /"deflate"/, { status: 422 }],
  ['an unknown encoding, through an own fetch', 'x-foo', BODY, /"x-foo"/, { fetch: own }],
]) {
  test(`an answer in ${name} is HTTP_FAILED and says why`, async (t) => {
    const { registry } = await encoded(t, coding, bytes, options)
    const { code, message, details } = await refusal(() => registry.execute('get'))
    assert.equal(code, 'HTTP_FAILED')
    assert.match(message, words)
    assert.deepEqual([details.status, details.body ?? null], [options?.status, null])
  })
}

test('a document in an encoding that was not asked for is SOURCE_UNREADABLE and says why', async (t) => {
  for (const [coding, bytes] of [
    ['deflate', deflateSync(JSON.stringify(document))],
    [['gzip', 'gzip'], gzipSync(gzipSync(JSON.stringify(document)))],
  ]) {
    const { loader, url } = await encoded(t, coding, bytes)
    const { code, message } = await refusal(() => loader.load(`${url}/spec.json`))
    assert.equal(code, 'SOURCE_UNREADABLE')
    assert.match(message, /"deflate", which was not asked for|still compressed with gzip/)
  }
})

for (const [what, body, values] of [
  ['a million numbers', `[${'1,'.repeat(1_000_000)}1]`, 1_000_002],
  ['a million lists', `[${'[],'.repeat(1_000_000)}[]]`, 1_000_002],
  [
    'maps with keys of their own',
    `[${Array.from({ length: 200_000 }, (_, n) => `{"key${n}":1}`).join(',')}]`,
    1_600_001,
  ],
]) {
  test(`an answer of ${what} is RESPONSE_TOO_LARGE and says that values are counted`, async (t) => {
    const { registry } = await encoded(t, undefined, body)
    const { code, message, details } = await refusal(() => registry.execute('get'))
    assert.deepEqual([code, details], ['RESPONSE_TOO_LARGE', { tool: 'get', limit: 1_000_000, values }])
    assert.match(message, new RegExp(`counts as ${values} values; the limit is 1000000 values`))
  })
}

test('an answer of rows is read whole, however long it is below the limit of bytes', async (t) => {
  const rows = Array.from({ length: 75_000 }, (_, id) => ({
    id,
    name: `Customer ${id}`,
    email: `customer${id}@example.com`,
    tags: ['a', 'b'],
    address: { street: 'Main street 1', city: 'Oslo' },
    note: 'n'.repeat(40),
  }))
  const { registry } = await encoded(t, undefined, JSON.stringify(rows))
  assert.equal((await registry.execute('get')).length, rows.length)
  const index = Object.fromEntries(Array.from({ length: 2_000 }, (_, n) => [`customer${n}`, n]))
  const indexed = await encoded(t, undefined, JSON.stringify({ index, rows: rows.slice(0, 70_000) }))
  assert.equal((await indexed.registry.execute('get')).rows.length, 70_000)
})
