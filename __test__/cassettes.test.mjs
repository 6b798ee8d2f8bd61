// toolrack/test: record writes requests and responses into a file without credentials, and replay answers from it.
import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import Anthropic from '@anthropic-ai/sdk'
import { SpecLoader } from 'toolrack'
import { createTestRegistry, record, replay, scriptedModel } from 'toolrack/test'
import { document, folder } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal } from './support/tools.mjs'

const file = async (t) => join(await folder(t), 'deep', 'cassette.json')
const json = (path) => JSON.parse(readFileSync(path, 'utf8'))
const messageOf = (action) => {
  try {
    action()
  } catch ({ message }) {
    return message
  }
  return undefined
}

/** Writes a cassette of these requests: `[method, url, body]`, each with the response `{ n }`. */
async function recorded(t, ...requests) {
  const path = await file(t)
  let n = 0
  const fetch = record(path, { fetch: () => Response.json({ n: ++n }) })
  for (const [method, url, body] of requests) await fetch(url, { method, body })
  return path
}

test('what was recorded against a server is replayed without it', async (t) => {
  const api = await serve(t, ({ url, body }) => ({ url, got: body, big: 1 }))
  const path = await file(t)
  const post = {
    operationId: 'make',
    requestBody: { content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } },
  }
  const source = document(['get'])
  source.paths['/make'] = { post }
  const run = async (fetch) => {
    const registry = createTestRegistry()
    const loader = new SpecLoader(registry, { fetch })
    await loader.load(source, { baseUrl: api.url })
    const results = [await registry.execute('get'), await registry.execute('make', { body: { a: 'é' } })]
    loader.close()
    return results
  }
  const fetch = record(path)
  const results = await run(fetch)
  fetch.done()
  await api.close()
  const again = replay(pathToFileURL(path))
  assert.deepEqual(await run(again), results)
  again.done()
  const { cassette, interactions } = json(path)
  assert.deepEqual([cassette, interactions.length], [1, 2])
  assert.deepEqual(interactions[1].request.json, { a: 'é' })
  assert.equal(interactions[1].response.json.got, '{"a":"é"}')
  assert.deepEqual(readdirSync(join(path, '..')), ['cassette.json'], 'no temporary file is left')
})

test('credentials of each kind are not written, wherever they occur', async (t) => {
  const secrets = [
    'key in+query',
    'key-in-header',
    'a-password',
    'an-access-token',
    'a-client-secret',
    'given-token',
    'cookie-value',
  ]
  const schemes = {
    query: { type: 'apiKey', in: 'query', name: 'who' },
    header: { type: 'apiKey', in: 'header', name: 'x-who' },
    cookie: { type: 'apiKey', in: 'cookie', name: 'sid' },
    basic: { type: 'http', scheme: 'basic' },
    given: { type: 'http', scheme: 'bearer' },
    oauth: { type: 'oauth2', flows: { clientCredentials: { tokenUrl: 'http://127.0.0.1:9/token', scopes: {} } } },
  }
  const names = Object.keys(schemes)
  const source = document(names, Object.fromEntries(names.map((name) => [name, { security: [{ [name]: [] }] }])))
  source.components = { securitySchemes: schemes }
  const path = await file(t)
  const api = (url, { headers, body }) => {
    const sent = `${url} ${JSON.stringify(headers)} ${body ?? ''}`
    const answer = url.includes('/token') ? { access_token: 'an-access-token', token_type: 'Bearer' } : { sent }
    return Response.json(answer, { headers: { 'set-cookie': 'session=a-session', 'x-request-id': 'r1' } })
  }
  const registry = createTestRegistry()
  const loader = new SpecLoader(registry, { fetch: record(path, { fetch: api }) })
  await loader.load(source, {
    auth: {
      query: 'key in+query',
      header: 'key-in-header',
      cookie: 'cookie-value',
      basic: { username: 'ann', password: 'a-password' },
      given: () => ({ token: 'given-token' }),
      oauth: { clientId: 'me', clientSecret: 'a-client-secret', clientAuth: 'body' },
    },
  })
  for (const name of names) await registry.execute(name)
  const text = readFileSync(path, 'utf8')
  const basic = Buffer.from('ann:a-password').toString('base64')
  for (const secret of [...secrets, 'key%20in', basic, 'a-session']) assert.ok(!text.includes(secret), secret)
  assert.ok(text.includes('who=REDACTED') && text.includes('client_secret=REDACTED') && text.includes('r1'))

  const replayed = replay(path)
  const other = createTestRegistry()
  await new SpecLoader(other, { fetch: replayed }).load(source, {
    auth: {
      query: 'q',
      header: 'h',
      cookie: 'c',
      basic: { username: 'u', password: 'p' },
      given: 'g',
      oauth: { clientId: 'me', clientSecret: 'other', clientAuth: 'body' },
    },
  })
  for (const name of names) await other.execute(name)
  replayed.done()
})

test('names that mean a credential are redacted in queries, forms and bodies, and those of the caller', async (t) => {
  const path = await file(t)
  const fetch = record(path, {
    secrets: ['pin', 'x-own'],
    fetch: () => Response.json({ refresh_token: 'rrrr', key: 'k1' }),
  })
  await fetch('https://a.example/x?apiKey=aaaa&page_token=pppp&X-Amz-Signature=ssss&q=a+b&pin=1234', {
    method: 'POST',
    headers: { authorization: 'Bearer bbbb', 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=x&client_secret=cccc&refresh_token=rrrr',
  })
  await fetch('https://a.example/y', { method: 'POST', body: '{"password":"dddd","pin":"5678","note":"rrrr"}' })
  const [first, second] = json(path).interactions
  assert.equal(
    first.request.url,
    'https://a.example/x?apiKey=REDACTED&page_token=pppp&X-Amz-Signature=REDACTED&q=a+b&pin=REDACTED',
  )
  assert.equal(first.request.text, 'grant_type=x&client_secret=REDACTED&refresh_token=REDACTED')
  assert.deepEqual(first.request.headers, { 'content-type': 'application/x-www-form-urlencoded' })
  assert.deepEqual(first.response.json, { refresh_token: 'REDACTED', key: 'k1' })
  assert.deepEqual(second.request.json, { password: 'REDACTED', pin: 'REDACTED', note: 'REDACTED' })
})

test('a secret is found in each spelling: among bytes, in JSON, in a form, and half a character is none', async (t) => {
  const path = await file(t)
  const secret = 'a "b" c/é'
  const fetch = record(path, {
    fetch: () => Response.json({ access_token: secret, password: '\ud800\ud800\ud800\ud800' }),
  })
  const bodies = [
    Buffer.concat([Buffer.from([0xff]), Buffer.from(secret), Buffer.from([0xfe])]),
    `{"a": 1.0, "b": ${JSON.stringify(secret)}}`,
    `x=${encodeURIComponent(secret)}&y=${encodeURIComponent(secret).replaceAll('%20', '+')}`,
  ]
  for (const body of bodies) await fetch('https://a.example/', { method: 'POST', body })
  const [bytes, text, form] = json(path).interactions.map(({ request }) => request)
  assert.equal(Buffer.from(bytes.base64, 'base64').toString('latin1'), '\xffREDACTED\xfe')
  assert.equal(text.text, '{"a": 1.0, "b": "REDACTED"}')
  assert.equal(form.text, 'x=REDACTED&y=REDACTED')
  const again = replay(path)
  const other = Buffer.concat([Buffer.from([0xff]), Buffer.from('any & #\n'), Buffer.from([0xfe])])
  assert.equal((await again('https://a.example/', { method: 'POST', body: other })).status, 200)
})

test('bodies come back byte by byte: JSON, text, long numbers and bytes', async (t) => {
  const bodies = [
    Buffer.from('{"a": [1, 2.5, "x y"]}'),
    Buffer.from('{"id":12345678901234567890,"a":1.0}'),
    Buffer.from('{"a":1,"a":2}'),
    Buffer.from('é\u0000 plain'),
    Buffer.from([0xff, 0x00, 0xfe]),
    Buffer.alloc(0),
  ]
  const path = await file(t)
  const fetch = record(path, { fetch: (url) => new Response(bodies[new URL(url).searchParams.get('n')]) })
  const answers = []
  for (const n of bodies.keys()) answers.push(await (await fetch(`https://a.example/?n=${n}`)).text())
  assert.deepEqual(
    json(path).interactions.map(({ response }) => Object.keys(response).slice(2).join()),
    ['json', 'text', 'text', 'text', 'base64', ''],
  )
  const again = replay(path)
  for (const [n, body] of bodies.entries()) {
    const bytes = Buffer.from(await (await again(`https://a.example/?n=${n}`)).arrayBuffer())
    assert.deepEqual(n === 0 ? JSON.parse(bytes) : bytes, n === 0 ? JSON.parse(body) : body)
  }
})

test('a request whose body is an empty stream is recorded', async (t) => {
  const path = await file(t)
  const sent = []
  const api = (_, init) => {
    sent.push(init)
    return Response.json({})
  }
  const fetch = record(path, { fetch: api })
  const body = new Blob([]).stream()
  await fetch('https://a.example/', { method: 'POST', duplex: 'half', body })
  assert.equal(new Request('https://a.example/', sent[0]).body, null)
  assert.deepEqual(json(path).interactions[0].request, { method: 'POST', url: 'https://a.example/', headers: {} })
})

test('the stream of an SDK is recorded and replayed, without its key', async (t) => {
  const path = await file(t)
  const ask = async (fetch, apiKey) => {
    const stream = new Anthropic({ apiKey, fetch }).messages.stream({ model: 'm', max_tokens: 9, messages: [] })
    return (await stream.finalMessage()).content[0].text
  }
  const model = scriptedModel('anthropic', ['All is well'])
  assert.equal(await ask(record(path, { fetch: model.fetch }), 'sk-secret'), 'All is well')
  assert.ok(!readFileSync(path, 'utf8').includes('sk-secret'))
  const fetch = replay(path)
  assert.equal(await ask(fetch, 'none'), 'All is well')
  fetch.done()
})

test('statuses without a body, redirects and headers come back', async (t) => {
  const path = await file(t)
  const given = [
    new Response(null, { status: 204 }),
    new Response(null, { status: 302, headers: { location: '/there' } }),
    new Response('no', { status: 418, headers: { 'x-a': '1' } }),
  ]
  const fetch = record(path, { fetch: () => given.shift() })
  for (const n of [1, 2, 3]) await fetch(`https://a.example/${n}`)
  const again = replay(path)
  const statuses = []
  for (const n of [1, 2, 3]) {
    const { status, headers } = await again(new Request(`https://a.example/${n}`))
    statuses.push([status, headers.get('location'), headers.get('x-a')])
  }
  assert.deepEqual(statuses, [
    [204, null, null],
    [302, '/there', null],
    [418, null, '1'],
  ])
})

test('equal requests are answered in their order, and once more is a fault', async (t) => {
  const path = await recorded(t, ['GET', 'https://a.example/x'], ['GET', 'https://a.example/x'])
  const fetch = replay(path)
  const next = async () => (await fetch('https://a.example/x')).json()
  assert.deepEqual([await next(), await next()], [{ n: 1 }, { n: 2 }])
  fetch.done()
  const { error } = await next()
  const message = 'no recorded response to GET https://a.example/x: it was recorded 2 times, and this is once more'
  assert.deepEqual([error, messageOf(fetch.done)], [{ code: 'NOT_RECORDED', message }, message])
})

test('an unknown request is told what is near', async (t) => {
  const path = await recorded(
    t,
    ['GET', 'https://a.example/orders/7?full=1'],
    ['POST', 'https://a.example/orders', '{"item":{"id":1},"note":"a"}'],
    ['PUT', 'https://a.example/text', 'abc'],
  )
  const reason = async (method, url, body) => {
    const response = await replay(path)(url, { method, body })
    assert.equal(response.status, 501)
    return (await response.json()).error.message.split(': ').slice(1).join(': ')
  }
  assert.equal(
    await reason('GET', 'https://a.example/orders/7?full=0&token=abc'),
    'nearest: GET https://a.example/orders/7?full=1',
  )
  assert.equal(
    await reason('GET', 'https://a.example/orders/8?full=1'),
    'nearest: GET https://a.example/orders/7?full=1',
  )
  assert.equal(
    await reason('POST', 'https://a.example/orders', '{"item":{"id":2},"note":"a"}'),
    'the recorded one has another body: they differ at /item/id',
  )
  assert.equal(
    await reason('POST', 'https://a.example/orders', '{"item":{"id":1}}'),
    'the recorded one has another body: they differ at /note',
  )
  assert.equal(await reason('PUT', 'https://a.example/text', 'abd'), 'the recorded one has another body')
  const fetch = replay(path)
  const text = await (await fetch('https://a.example/?api_key=hidden')).text()
  assert.ok(!text.includes('hidden') && text.includes('api_key=REDACTED'))
})

test('the order of JSON members does not count, and headers do not', async (t) => {
  const path = await recorded(t, ['POST', 'https://a.example/', '{"a":1,"b":[{"c":2}]}'])
  const fetch = replay(path)
  const init = { method: 'post', body: '{ "b": [{"c":2}], "a": 1 }', headers: { authorization: 'x', 'x-b': 'y' } }
  assert.equal((await fetch(new URL('https://a.example'), init)).status, 200)
  fetch.done()
})

test('recorded requests that were not made are named', async (t) => {
  const requests = [1, 2, 3, 4, 5, 6, 7].map((n) => ['GET', `https://a.example/${n}`])
  const path = await recorded(t, ...requests)
  const fetch = replay(path)
  await fetch('https://a.example/2')
  const named = [1, 3, 4, 5, 6].map((n) => `GET https://a.example/${n}`).join(', ')
  assert.equal(messageOf(fetch.done), `6 of 7 recorded requests were not made: ${named}, …`)
})

test('without strict, equal requests repeat and others may be left', async (t) => {
  const path = await recorded(t, ['GET', 'https://a.example/x'], ['GET', 'https://a.example/y'])
  const fetch = replay(path, { strict: false })
  for (const _ of [1, 2]) assert.deepEqual(await (await fetch('https://a.example/x')).json(), { n: 1 })
  fetch.done()
  await fetch('https://a.example/z')
  assert.match(messageOf(fetch.done), /no recorded response/)
})

test('requests that run at once stand in the order of their start', async (t) => {
  const path = await file(t)
  const ends = []
  const fetch = record(path, { fetch: () => new Promise((resolve) => ends.push(() => resolve(Response.json(1)))) })
  const calls = ['a', 'b'].map((name) => fetch(`https://a.example/${name}`))
  while (ends.length < 2) await new Promise((resolve) => setImmediate(resolve))
  ends[1]()
  await calls[1]
  assert.equal(json(path).interactions.length, 1)
  ends[0]()
  await calls[0]
  assert.deepEqual(
    json(path).interactions.map(({ request }) => request.url),
    ['https://a.example/a', 'https://a.example/b'],
  )
})

test('a request that fails is not recorded', async (t) => {
  const path = await file(t)
  const broken = record(path, { fetch: () => Promise.reject(new Error('down')) })
  await assert.rejects(broken('https://a.example/'), { message: 'down' })
  broken.done()
})

test('a file that cannot be written is refused before a request, and later by done alone', async (t) => {
  const path = await file(t)
  const inFile = join(path, '..', '..', 'file')
  writeFileSync(inFile, '')
  for (const name of [join(inFile, 'cassette.json'), join(path, '..', '..')])
    assert.equal(await codeOf(() => record(name, { fetch: () => Response.json(1) })), 'INVALID_OPTIONS')
  const fetch = record(path, { fetch: () => Response.json(1) })
  mkdirSync(path)
  assert.equal((await fetch('https://a.example/')).status, 200, 'an SDK would send it again after a throw')
  assert.ok(messageOf(fetch.done))
})

test('what is no cassette and no option is refused', async (t) => {
  const path = join(await folder(t), 'x.json')
  assert.match((await refusal(() => replay(path))).message, /record the cassette first/)
  for (const text of [
    '',
    'null',
    '[]',
    '{"cassette":2}',
    '{"cassette":1,"interactions":[{}]}',
    '{"cassette":1,"interactions":[null]}',
  ]) {
    writeFileSync(path, text)
    assert.equal(await codeOf(() => replay(path)), 'INVALID_OPTIONS', text)
  }
  for (const name of ['', 5, null, undefined, new URL('https://a.example/')])
    for (const make of [record, replay]) assert.equal(await codeOf(() => make(name)), 'INVALID_OPTIONS')
  writeFileSync(path, '{"cassette":1,"interactions":[]}')
  assert.equal(await codeOf(() => replay(path, { strict: 1 })), 'INVALID_OPTIONS')
  for (const options of [{ fetch: 5 }, { secrets: 'a' }, { secrets: [5] }, { other: 1 }])
    assert.equal(await codeOf(() => record(path, options)), 'INVALID_OPTIONS')
  const fetch = replay(path)
  for (const url of [undefined, 5, null, {}]) assert.equal(await codeOf(() => fetch(url)), 'INVALID_OPTIONS')
  assert.match((await (await fetch('https://a.example/')).json()).error.message, /the cassette is empty/)
})
