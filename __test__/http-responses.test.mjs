// Answers of an API that are packed, hostile or without end, over loopback.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { root, runFile } from './support/child.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const DOCUMENT = { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'get', responses: {} } } } }

/** The tool `get` of an API that answers so. */
async function api(t, answer) {
  const { url } = await serve(t, (_, response) => void answer(response))
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(DOCUMENT, { name: 'api', baseUrl: url, callLimits: { retries: 0 } })
  return (options) => registry.execute('get', {}, options)
}

/**
 * Zstandard by hand (RFC 8878), for Node 20 has none: a frame of raw blocks, or of blocks that say one byte 131,072
 * times.
 */
const frame = (...blocks) =>
  Buffer.concat([Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0x38]), ...blocks.flat(), head(0, 0, true)])
const head = (kind, size, isLast = false) =>
  Buffer.from([0, 8, 16].map((shift) => (((size << 3) | (kind << 1) | Number(isLast)) >> shift) & 255))
const zstd = (bytes) => frame(head(0, bytes.length), bytes)
const repeated = (count) => frame(Array.from({ length: count }, () => [head(1, 131_072), Buffer.from('x')]).flat())

const JSON_TEXT = Buffer.from('{"a":[1,"é"]}')
const BOMB = Buffer.alloc(64 << 20, 'x')
const CODINGS = [
  ['gzip', gzipSync(JSON_TEXT), () => gzipSync(BOMB)],
  ['br', brotliCompressSync(JSON_TEXT), () => brotliCompressSync(BOMB, { params: { 1: 1 } })],
  ['zstd', zstd(JSON_TEXT), () => repeated(512)],
]
for (const [coding, packed, bomb] of CODINGS) {
  test(`an answer in ${coding} is unpacked, and one that is 64 MiB then stops at the limit`, async (t) => {
    const get = await api(t, (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding }).end(packed),
    )
    assert.deepEqual(await get(), { a: [1, 'é'] })
    const bytes = bomb()
    assert.ok(bytes.length < 200_000, `${bytes.length}`)
    const explode = await api(t, (response) =>
      response.writeHead(200, { 'content-type': 'text/plain', 'content-encoding': coding }).end(bytes),
    )
    const { code, details } = await refusal(() => explode())
    assert.deepEqual([code, details.limit], ['RESPONSE_TOO_LARGE', 16 << 20])
  })
}

test('an answer that is not what its coding says is HTTP_FAILED', async (t) => {
  for (const coding of ['gzip', 'br', 'zstd']) {
    const get = await api(t, (response) =>
      response.writeHead(200, { 'content-type': 'application/json', 'content-encoding': coding }).end('{"a":1}'),
    )
    assert.equal(await codeOf(() => get()), 'HTTP_FAILED', coding)
  }
})

test('events without end are bounded by the deadline and by their bytes', async (t) => {
  const closed = []
  const slow = await api(t, (response) => {
    closed.push(once(response, 'close'))
    response.writeHead(200, { 'content-type': 'text/event-stream' }).write('data: 1\n\n')
  })
  assert.equal(await codeOf(() => slow({ timeoutMs: 100 })), 'TIMEOUT')
  const fast = await api(t, (response) => {
    closed.push(once(response, 'close'))
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    const more = () => {
      while (!response.destroyed && response.write(`data: ${'x'.repeat(65_536)}\n\n`));
    }
    response.on('drain', more)
    more()
  })
  assert.equal(await codeOf(() => fast()), 'RESPONSE_TOO_LARGE')
  await Promise.all(closed)
})

test('events that end are their text', async (t) => {
  const get = await api(t, (response) =>
    response.writeHead(200, { 'content-type': 'text/event-stream' }).end('event: a\ndata: {"b":1}\n\n'),
  )
  assert.equal(await get(), 'event: a\ndata: {"b":1}\n\n')
})

test('a redirect to another server is told and not followed, so that nothing of the call gets there', async (t) => {
  const other = await serve(t, () => ({ taken: true }))
  const { url } = await serve(
    t,
    (_, response) => void response.writeHead(307, { location: `${other.url}/steal?x=1` }).end(),
  )
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(DOCUMENT, { name: 'api', baseUrl: url, headers: { 'x-api-key': 's3cret' } })
  const { code, message, details } = await refusal(() => registry.execute('get', {}))
  assert.deepEqual([code, details.status, details.headers.location], ['HTTP_FAILED', 307, `${other.url}/steal?x=1`])
  assert.ok(
    message.endsWith(`the API responded with status 307: it redirects to ${other.url}, which is not followed`),
    message,
  )
  assert.equal(other.requests.length, 0)
})

test('a document from this machine may name another port of it, one from elsewhere may not', async (t) => {
  const target = await serve(t, () => ({ here: true }))
  const docs = await serve(t, ({ url }) => ({
    ...DOCUMENT,
    servers: [{ url: url === '/far.json' ? 'http://10.255.255.1' : target.url }],
  }))
  const call = async (path, options) => {
    const registry = new ToolRegistry()
    await new SpecLoader(registry).load(`${docs.url}${path}`, { name: 'api', ...options })
    return registry.execute('get', {})
  }
  assert.deepEqual(await call('/near.json'), { here: true })
  assert.equal(await codeOf(() => call('/far.json')), 'ADDRESS_FORBIDDEN')
  assert.deepEqual(await call('/far.json', { baseUrl: target.url }), { here: true })
})

test('HEAD has no body, and its headers are those of the answer', async (t) => {
  const { url } = await serve(
    t,
    (_, response) =>
      void response
        .writeHead(200, { 'content-type': 'application/json', 'content-length': '1000000', etag: '"7"' })
        .end(),
  )
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(
    { openapi: '3.1.0', paths: { '/a': { head: { operationId: 'look', responses: {} } } } },
    { name: 'api', baseUrl: url },
  )
  const { value, status, headers } = await registry.call('look', {})
  assert.deepEqual([value, status, headers.etag], [null, 200, '"7"'])
})

test('a proxy of the environment carries nothing, for it would look names up behind the guard', async (t) => {
  const { url, requests } = await serve(t, () => ({ here: true }))
  const proxy = await serve(t, () => ({ taken: true }))
  const code = `
    import { SpecLoader, ToolRegistry } from 'toolrack'
    const registry = new ToolRegistry()
    await new SpecLoader(registry).load(${JSON.stringify(DOCUMENT)}, { name: 'api', baseUrl: '${url}' })
    console.log(JSON.stringify(await registry.execute('get', {})))`
  const env = Object.fromEntries(
    ['HTTP_PROXY', 'http_proxy', 'HTTPS_PROXY', 'ALL_PROXY', 'all_proxy'].map((name) => [name, proxy.url]),
  )
  const { stdout } = await runFile(['--input-type=module', '-e', code], {
    cwd: root,
    env: { ...process.env, ...env, NO_PROXY: '', no_proxy: '' },
  })
  assert.deepEqual([stdout.trim(), requests.length, proxy.requests.length], ['{"here":true}', 1, 0])
})
