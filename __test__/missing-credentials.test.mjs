// Documents whose security or server nobody answers for: the report says so, and nothing is sent.
import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const document = {
  openapi: '3.1.0',
  info: { title: 'Safe', version: '1.0.0' },
  paths: {
    '/open': { get: { operationId: 'open', security: [] } },
    '/things': { get: { operationId: 'get' }, post: { operationId: 'make' } },
  },
  security: [{ key: [] }],
  components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'X-Key' } } },
}

/** A loader of an API that answers everybody. */
async function safe(t, loaderOptions) {
  const server = await serve(t, () => ({ ok: true }))
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry, loaderOptions)
  t.after(() => registry.close())
  const load = (options) => loader.load(document, { name: 'safe', baseUrl: server.url, ...options })
  return { ...server, registry, loader, load }
}

const told = (report, code) => report.notes.filter((note) => note.code === code)

test('a load without auth tells each scheme once with its tools, and their calls are AUTH_FAILED', async (t) => {
  const { registry, load, loader, requests, url } = await safe(t)
  const report = await load()
  const [{ message, ...note }, ...more] = told(report, 'AUTH_NOT_CONFIGURED')
  assert.deepEqual(
    [note, more],
    [
      {
        code: 'AUTH_NOT_CONFIGURED',
        effect: 'NARROWER',
        pointer: '/components/securitySchemes/key',
        tools: ['get', 'make'],
      },
      [],
    ],
  )
  assert.match(message, /"key" has no entry in auth; .*auth: false/)
  assert.deepEqual(registry.list(), ['open', 'get', 'make'])
  const { code, details } = await refusal(() => registry.execute('get'))
  assert.deepEqual([code, details.schemes, requests.length], ['AUTH_FAILED', ['key'], 0])
  assert.match(details.reason, /auth: \{ "key": … \}, or with auth: false/)
  const check = await loader.check(document, { name: 'safe', baseUrl: url })
  assert.equal(told(check, 'AUTH_NOT_CONFIGURED').length, 1)
  await registry.execute('open')
  assert.equal(requests.length, 1)
})

for (const [name, options, loaderOptions] of [
  ['auth: false', { auth: false }],
  ['a header', { headers: { 'x-key': 'of-headers' } }],
  ['a fetch of its own', {}, { fetch: (url, init) => fetch(url, init) }],
]) {
  test(`${name} leaves calls as they are`, async (t) => {
    const { registry, load, requests } = await safe(t, loaderOptions)
    assert.deepEqual(told(await load(options), 'AUTH_NOT_CONFIGURED'), [])
    assert.deepEqual(await registry.execute('get'), { ok: true })
    assert.equal(requests.length, 1)
  })
}

test('auth is a map or false', async (t) => {
  const { load } = await safe(t)
  for (const auth of [true, null, 0, 'x', []]) {
    const { code, details, message } = await refusal(() => load({ auth }))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'auth'])
    assert.match(message, /false/)
  }
})

test('a document without a server is told, and its calls keep their error', async (t) => {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  t.after(() => registry.close())
  const report = await loader.load(document, { name: 'safe', auth: false })
  const [{ pointer, tools, message }] = told(report, 'NO_SERVER')
  assert.deepEqual([pointer, tools], ['', []])
  assert.match(message, /names no server; set the option baseUrl/)
  assert.equal(await codeOf(() => registry.execute('get')), 'INVALID_OPTIONS')
})

test('what was restored without its document says so too, and is AUTH_FAILED as before', async (t) => {
  const directory = await folder(t)
  const [path, state] = [join(directory, 'safe.json'), join(directory, 'state')]
  await writeFile(path, JSON.stringify({ ...document, servers: [{ url: 'http://127.0.0.1:9' }] }))
  const live = async () => {
    const registry = new ToolRegistry()
    const loader = new SpecLoader(registry, { state })
    t.after(() => loader.close())
    return { registry, loader, report: await loader.load(path) }
  }
  const first = await live()
  const wanted = told(first.report, 'AUTH_NOT_CONFIGURED')
  await first.loader.save()
  first.loader.close()
  await rm(path)
  const { report, registry } = await live()
  assert.equal(report.restored.error.code, 'SOURCE_UNREADABLE')
  assert.deepEqual([wanted.length, told(report, 'AUTH_NOT_CONFIGURED')], [1, wanted])
  assert.equal(await codeOf(() => registry.execute('get')), 'AUTH_FAILED')
})
