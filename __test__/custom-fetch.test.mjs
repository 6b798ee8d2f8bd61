// A loader whose requests an own fetch carries.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { codeOf, refusal } from './support/tools.mjs'

const { fetchExecutor } = createRequire(import.meta.url)('../lib/load/custom-fetch.js')

const DOCUMENT = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.example.com/v1' }],
  paths: {
    '/orders/{id}': {
      get: {
        operationId: 'getOrder',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
      },
      put: {
        operationId: 'putOrder',
        parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }],
        requestBody: {
          content: { 'application/json': { schema: { type: 'object', properties: { note: { type: 'string' } } } } },
        },
      },
    },
  },
}

/** A registry whose loader asks `answer`, which hears all; an answer that is no Response is the JSON of one. */
async function through(t, answer, source = DOCUMENT, options = {}) {
  const asked = []
  const registry = new ToolRegistry()
  const fetch = async (url, init) => {
    asked.push({ url, ...init })
    const told = await answer(url, init)
    return told instanceof Response || told?.notAResponse ? told : Response.json(told)
  }
  const loader = new SpecLoader(registry, { fetch })
  t.after(() => loader.close())
  await loader.load(source, { name: 'shop', headers: { authorization: 'Bearer s3cret-key' }, ...options })
  return { registry, loader, asked }
}

test('calls go through an own fetch, with all that they say', async (t) => {
  const { registry, asked } = await through(t, (url) => ({ url }))
  assert.deepEqual(await registry.execute('getOrder', { id: 'a/b' }), {
    url: 'https://api.example.com/v1/orders/a%2Fb',
  })
  await registry.execute('putOrder', { id: '1', note: 'é' })
  const [{ method, headers, redirect, signal, body }, put] = asked
  assert.deepEqual(
    [method, headers.authorization, redirect, signal instanceof AbortSignal, body],
    ['GET', 'Bearer s3cret-key', 'manual', true, undefined],
  )
  assert.match(headers.accept, /^application\/json/)
  assert.deepEqual(
    [put.method, put.headers['content-type'], put.body.toString()],
    ['PUT', 'application/json', '{"note":"é"}'],
  )
})

test('documents come through it too, and are asked for without the user in their address', async (t) => {
  const { registry, asked } = await through(
    t,
    (url) => (url.endsWith('/spec.json') ? DOCUMENT : { ok: true }),
    'https://ada:pw@api.example.com/spec.json',
  )
  assert.deepEqual(
    [asked[0].url, asked[0].headers.authorization],
    ['https://api.example.com/spec.json', `Basic ${Buffer.from('ada:pw').toString('base64')}`],
  )
  assert.deepEqual(await registry.execute('getOrder', { id: '1' }), { ok: true })
})

/** The headers with which an own fetch is asked for an address. */
async function headersOf(url, headers) {
  let sent
  const send = fetchExecutor((_, init) => {
    sent = init.headers
    return Response.json({})
  })
  await send({ method: 'GET', url, headers, body: null, maxBytes: 99 }, { signal: new AbortController().signal })
  return sent
}

for (const [login, bytes] of [
  ['a%40b:p%3aw', 'a@b:p:w'],
  ['100%:%zz', '100%:%zz'],
  ['%ff:%E9', '\u00ff:\u00e9'],
]) {
  test(`a login in an address is sent with its bytes, also where its escapes are none: ${login}`, async () => {
    const { authorization } = await headersOf(`https://${login}@a.example/`, [])
    assert.equal(authorization, `Basic ${Buffer.from(bytes, 'latin1').toString('base64')}`)
  })
}

test('several headers of one name are sent as one', async () => {
  const headers = [
    ['x-tag', 'a'],
    ['cookie', 'a=1'],
    ['x-tag', 'b'],
    ['cookie', 'b=2'],
    ['__proto__', 'x'],
  ]
  const sent = await headersOf('https://a.example/', headers)
  assert.deepEqual(Object.entries(sent), [
    ['x-tag', 'a, b'],
    ['cookie', 'a=1; b=2'],
    ['__proto__', 'x'],
  ])
})

test('a redirect is not followed by it, and its answer is read in every form', async (t) => {
  const answers = [
    new Response(null, { status: 302, headers: { location: 'https://other.example/?token=x' } }),
    new Response(Buffer.from([1, 255]), { headers: { 'content-type': 'image/png' } }),
    new Response(null, { status: 204 }),
    new Response('{"title":"No order"}', { status: 404, headers: { 'content-type': 'application/problem+json' } }),
  ]
  const { registry, asked } = await through(t, () => answers.shift())
  const call = () => registry.execute('getOrder', { id: '1' })
  assert.equal(
    (await refusal(call)).message,
    'tool "getOrder" failed: the API responded with status 302: ' +
      'it redirects to https://other.example, which is not followed',
  )
  assert.deepEqual(await call(), { mediaType: 'image/png', data: Buffer.from([1, 255]) })
  assert.equal(await call(), null)
  assert.match((await refusal(call)).message, /responded with status 404: No order$/)
  assert.equal(asked.length, 4)
})

test('what is out of reach is not asked through it either', async (t) => {
  const { registry, asked } = await through(
    t,
    (url) =>
      url.endsWith('/spec.json') ? { ...DOCUMENT, servers: [{ url: 'http://169.254.169.254' }] } : { ok: true },
    'https://docs.example.com/spec.json',
  )
  const { code, message } = await refusal(() => registry.execute('getOrder', { id: '1' }))
  assert.deepEqual([code, asked.length], ['ADDRESS_FORBIDDEN', 1])
  assert.match(message, /169\.254\.169\.254 is in 169\.254\.0\.0\/16/)
})

test('one that fails is HTTP_FAILED with its words, and without what stood in the address', async (t) => {
  for (const [fails, reason] of [
    [
      (url) => {
        throw new TypeError('fetch failed', { cause: new Error(`no way to ${url}`) })
      },
      /https:\/\/api\.example\.com: fetch failed: no way to …$/,
    ],
    [
      (url) => {
        throw new Error(`${'x'.repeat(8_160)}${url}`)
      },
      /x{8000}/,
    ],
    [() => ({ notAResponse: true }), /must return a Response/],
    [() => Promise.reject(undefined), /fetch failed/],
    [() => Response.error(), /hides where|must answer|status/],
  ]) {
    const { registry } = await through(
      t,
      fails,
      { ...DOCUMENT, servers: undefined },
      { baseUrl: 'https://api.example.com/?key=s3cret-key', callLimits: { retries: 0 } },
    )
    const { code, details } = await refusal(() => registry.execute('putOrder', { id: '1' }))
    assert.equal(code, 'HTTP_FAILED')
    assert.match(details.reason, reason)
    assert.doesNotMatch(details.reason, /s3cret|\/orders/)
  }
})

test('an answer without end stops at the limit, and one that never comes at the deadline', async (t) => {
  let given = 0
  let cancelled
  const isCancelled = new Promise((resolve) => (cancelled = resolve))
  const endless = () =>
    new Response(
      new ReadableStream({
        pull: (controller) => controller.enqueue(new Uint8Array((given++, 1 << 20))),
        cancel: () => cancelled(),
      }),
      { headers: { 'content-type': 'text/event-stream' } },
    )
  const long = await through(t, endless)
  assert.equal(await codeOf(() => long.registry.execute('getOrder', { id: '1' })), 'RESPONSE_TOO_LARGE')
  await isCancelled
  assert.ok(given < 40, `${given} MiB were read`)
  let gaveUp
  const late = await through(
    t,
    (_, { signal }) =>
      new Promise(() => (gaveUp = new Promise((resolve) => signal.addEventListener('abort', resolve)))),
  )
  assert.equal(await codeOf(() => late.registry.execute('getOrder', { id: '1' }, { timeoutMs: 50 })), 'TIMEOUT')
  await gaveUp
})

test('a fetch that is none is refused', () => {
  for (const fetch of [null, 'https://proxy', {}])
    assert.throws(() => new SpecLoader(new ToolRegistry(), { fetch }), { code: 'INVALID_OPTIONS' })
})
