// Files in calls of an API: those that go there, and those that come back.
import assert from 'node:assert/strict'
import { openAsBlob } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import busboy from 'busboy'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { folder } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const { hasFiles, withFiles } = createRequire(import.meta.url)('../lib/call/files.js')

const text = { type: 'string' }
const bytes = { type: 'string', format: 'binary' }
const upload = (operationId, media, schema) => ({
  operationId,
  requestBody: { required: true, content: { [media]: { schema } } },
})
const DOCUMENT = {
  openapi: '3.0.3',
  paths: {
    '/form': {
      post: upload('form', 'multipart/form-data', {
        type: 'object',
        properties: { note: text, photos: { type: 'array', items: bytes } },
      }),
    },
    '/raw': { put: upload('raw', 'application/octet-stream', bytes) },
    '/csv': { put: upload('csv', 'text/csv', text) },
    '/json': {
      post: upload('json', 'application/json', {
        type: 'object',
        properties: { photo: { type: 'string', format: 'byte' }, url: text },
      }),
    },
    '/photo': {
      get: { operationId: 'photo', responses: { 200: { description: 'A photo', content: { 'image/png': {} } } } },
    },
  },
}
const CAT = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 0xff])

/** A registry with these tools, and what their server heard: bodies as bytes, forms read by busboy. */
async function uploads(t) {
  const heard = []
  const { url } = await serve(
    t,
    async ({ url }, response) => {
      if (url !== '/photo') return { ok: true }
      response
        .writeHead(200, {
          'content-type': 'image/png',
          'content-disposition': 'attachment; filename="../../cat.png"',
          'x-secret': 'no',
        })
        .end(CAT)
    },
    (listener) => createServerThatReads(heard, listener),
  )
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(DOCUMENT, { name: 'photos', baseUrl: url })
  return { registry, heard }
}

const { createServer } = await import('node:http')
function createServerThatReads(heard, listener) {
  return createServer(async (request, response) => {
    const isForm = (request.headers['content-type'] ?? '').startsWith('multipart/')
    const whole = Buffer.concat(await request.toArray())
    heard.push({ type: request.headers['content-type'], body: isForm ? await parts(request.headers, whole) : whole })
    // What was read is read once more by the server of all tests.
    listener(Object.assign(request, { toArray: async () => [whole] }), response)
  })
}

/** The parts of a form, as busboy reads them. */
function parts(headers, whole) {
  return new Promise((resolve, reject) => {
    const found = []
    const reader = busboy({ headers, preservePath: true, defParamCharset: 'utf8' })
    reader.on('file', (name, stream, { filename, mimeType }) =>
      stream.toArray().then((chunks) => found.push({ name, filename, mimeType, content: Buffer.concat(chunks) })),
    )
    reader.on('field', (name, value) => found.push({ name, value }))
    reader.on('error', reject)
    reader.on('close', () => resolve(found))
    reader.end(whole)
  })
}

test('Blob, File, Buffer and typed arrays are parts of a form with their type and name', async (t) => {
  const { registry, heard } = await uploads(t)
  const photos = [
    new File([CAT], 'my "cat"; é.png', { type: 'image/png' }),
    new Blob([CAT], { type: 'image/jpeg' }),
    CAT,
    new Uint8Array(CAT).buffer,
    CAT.toString('base64'),
    { mediaType: 'image/gif', name: 'a.gif', data: CAT },
  ]
  await registry.execute('form', { note: 'data:,x', photos })
  const file = (filename, mimeType) => ({ name: 'photos', filename, mimeType, content: CAT })
  assert.deepEqual(heard[0].body, [
    { name: 'note', value: 'data:,x' },
    file('my _cat_; é.png', 'image/png'),
    file('photos', 'image/jpeg'),
    file('photos', 'application/octet-stream'),
    file('photos', 'application/octet-stream'),
    file('photos', 'application/octet-stream'),
    file('a.gif', 'image/gif'),
  ])
})

test('a file is the body, the text of a text, and base64 in JSON', async (t) => {
  const { registry, heard } = await uploads(t)
  await registry.execute('raw', { body: new Blob([CAT], { type: 'image/png' }) })
  await registry.execute('raw', { body: CAT })
  await registry.execute('csv', { body: Buffer.from('é;1\n') })
  await registry.execute('json', { photo: CAT, url: 'data:image/png;base64,AA==' })
  assert.deepEqual(
    heard.map(({ type, body }) => [type, type.startsWith('text') || type.endsWith('json') ? body.toString() : body]),
    [
      ['image/png', CAT],
      ['application/octet-stream', CAT],
      ['text/csv; charset=utf-8', 'é;1\n'],
      ['application/json', JSON.stringify({ photo: CAT.toString('base64'), url: 'data:image/png;base64,AA==' })],
    ],
  )
})

test('a path of this machine is no file, and nothing is sent', async (t) => {
  const { registry, heard } = await uploads(t)
  for (const body of ['/etc/passwd', './cat.png', 'file:///etc/passwd', 'data:image/png;base64,no!'])
    assert.equal(await codeOf(() => registry.execute('raw', { body })), 'INVALID_PARAMS', body)
  assert.equal(heard.length, 0)
})

test('an unreadable, late or deeply nested file is refused and not sent', async (t) => {
  const { registry, heard } = await uploads(t)
  const path = join(await folder(t), 'cat.png')
  await writeFile(path, CAT)
  const gone = await openAsBlob(path)
  await writeFile(path, 'another one altogether')
  const { code, message } = await refusal(() => registry.execute('raw', { body: gone }))
  assert.deepEqual([code, /have a file that cannot be read: /.test(message)], ['INVALID_PARAMS', true])
  let read
  const slow = new Blob([CAT])
  Object.defineProperty(slow, 'arrayBuffer', { value: () => new Promise((resolve) => (read = () => resolve(CAT))) })
  assert.equal(await codeOf(() => registry.execute('raw', { body: slow }, { timeoutMs: 20 })), 'TIMEOUT')
  read()
  let deep = [CAT]
  for (let i = 0; i < 20_000; i++) deep = [deep]
  assert.equal(await codeOf(() => registry.execute('raw', { body: deep })), 'INVALID_PARAMS')
  assert.equal(hasFiles(deep), false)
  assert.equal(heard.length, 0)
})

test('a response of bytes is a Buffer with media type and safe name, and can be sent again', async (t) => {
  const { registry, heard } = await uploads(t)
  const photo = await registry.execute('photo', {})
  assert.deepEqual(photo, { mediaType: 'image/png', name: 'cat.png', data: CAT })
  await registry.execute('form', { photos: [photo] })
  assert.deepEqual(heard[1].body, [{ name: 'photos', filename: 'cat.png', mimeType: 'image/png', content: CAT }])
})

test('arguments without files are the very same object, whatever they are made of', async () => {
  const circle = { a: [] }
  circle.a.push(circle)
  const poisoned = JSON.parse('{"__proto__": {"a": 1}}')
  for (const value of [
    circle,
    poisoned,
    null,
    'data:;toolrack;base64,AA==',
    [new Date(), 1n, Symbol.iterator, () => {}],
    { toJSON: () => Buffer.alloc(1) },
    new Proxy({}, {}),
  ]) {
    assert.equal(hasFiles(value), false)
    assert.equal(await withFiles(value), value)
  }
  const given = {
    ...circle,
    ['__proto__']: { file: new Uint16Array([1]) },
    deep: [{ file: new DataView(new ArrayBuffer(1)) }],
  }
  const { deep, ...rest } = await withFiles(given)
  assert.deepEqual(deep, [{ file: 'data:;toolrack;base64,AA==' }])
  assert.deepEqual(Object.getOwnPropertyDescriptor(rest, '__proto__')?.value, { file: 'data:;toolrack;base64,AQA=' })
  assert.equal({}.file, undefined)
  assert.ok(given.deep[0].file instanceof DataView, 'what was given stays as it is')
})

test('what JSON would lose is refused beside a file too, and nothing is sent', async (t) => {
  const { registry, heard } = await uploads(t)
  class Hidden {
    // oxlint-disable-next-line no-unused-private-class-members -- nothing else tells what it is
    #secret = 1
  }
  const values = { Map: new Map([[1, 2]]), Set: new Set([1]), Hidden: new Hidden(), Promise: Promise.resolve(1) }
  for (const [name, url] of Object.entries(values)) {
    const { code, details } = await refusal(() => registry.execute('json', { photo: CAT, url }))
    const problems = [{ pointer: '/url', message: `is an instance of ${name}, which cannot be JSON` }]
    assert.deepEqual([code, details.problems], ['INVALID_PARAMS', problems], name)
  }
  assert.equal(heard.length, 0)
  await registry.execute('json', { photo: CAT, url: new String('boxed') })
  assert.equal(JSON.parse(heard[0].body).url, 'boxed')
})
