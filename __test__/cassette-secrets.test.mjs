// toolrack/test: what a cassette redacts, by its name, by its place and by its value, and what it leaves as it is.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { createTestRegistry, record, replay } from 'toolrack/test'
import { document, folder } from './support/documents.mjs'

const SECRET = 'S3CRETTOKEN'
const file = async (t) => join(await folder(t), 'cassette.json')
const interactions = (path) => JSON.parse(readFileSync(path, 'utf8')).interactions
const type = (name) => ({ headers: { 'content-type': name } })

/** Records one request, with the response, and returns the path. */
async function recorded(t, { url = 'https://a.example/t', init, body = '{}', response, secrets } = {}) {
  const path = await file(t)
  const answer = () => response?.() ?? new Response(body, type('application/json'))
  await record(path, { fetch: answer, secrets })(url, init)
  return path
}

const post = (body, headers) => ({ init: { method: 'POST', body, headers } })
const multipart = () => {
  const form = new FormData()
  form.set('password', SECRET)
  form.set('note', 'kept')
  return form
}

const PLACES = {
  'JSON with 3600.0': { body: `{"access_token":"${SECRET}","expires_in":3600.0}` },
  'JSON with an escaped slash': { body: `{"password":"${SECRET}","u":"https:\\/\\/x"}` },
  'JSON with an escaped letter': { body: `{"refresh_token":"${SECRET}","n":"Ren\\u00e9"}` },
  'JSON with a long number': { body: `{"password":"${SECRET}","id":12345678901234567890}` },
  'JSON after a byte order mark': { body: `\ufeff{"password":"${SECRET}"}` },
  'lines of JSON': { body: `{"password":"${SECRET}"}\n{"a":1}\n` },
  'server-sent events': { body: `data: {"password":"${SECRET}"}\n\n` },
  'JSON after a quote alone': { body: `5" wide: {"password":"${SECRET}"}` },
  'JSON that is cut off': { body: `{"password":{"a":"${SECRET}` },
  'an object in a text': { body: `{"a":1.0,"token":{"value":"${SECRET}"}}` },
  'an object': { body: `{"token":{"value":"${SECRET}"}}` },
  'JSON in a string': { body: JSON.stringify({ result: `{"password":"${SECRET}"}` }) },
  'JSON in a string of a text': { body: `{"a":1.0,"result":"{\\"password\\":\\"${SECRET}\\"}"}` },
  'a number': post('{"password":481516}'),
  'a number by a name of the caller': { ...post('{"pin":481516}'), secrets: ['pin'] },
  'a URL in JSON': { body: `{"upload":"https://s3.example/o?X-Amz-Signature=${SECRET}&a=1"}` },
  'a URL in JSON with escapes': { body: `{"a":1.0,"u":"https://s3.example/o?a=1\\u0026X-Amz-Signature=${SECRET}"}` },
  'a login in JSON': { body: `{"u":"https://ann:${SECRET}@a.example/"}` },
  'a token as a login': { body: `{"u":"https://${SECRET}@a.example/"}` },
  'the header location': {
    response: () =>
      new Response(null, { status: 302, headers: { location: `https://a.example/?access_token=${SECRET}` } }),
  },
  'a fragment': { url: `https://a.example/t#access_token=${SECRET}` },
  'a login': { url: `https://ann:${SECRET}@a.example/t` },
  'a multipart field': post(multipart()),
  'a form with a space': post(`user=a b&password=${SECRET}`),
  'a form with a newline at its end': post(`password=${SECRET}\n`),
  'the name of a member': { init: { headers: { authorization: `Bearer ${SECRET}` } }, body: `{"${SECRET}":1}` },
  'the password of a login': { init: { headers: { authorization: `Basic ${btoa(`ann:${SECRET}`)}` } }, body: SECRET },
  'a parameter in brackets': { url: `https://a.example/t?auth[token]=${SECRET}` },
  'a parameter in one word': { url: `https://a.example/t?accesstoken=${SECRET}` },
  'a parameter with capitals': { url: `https://a.example/t?APIToken=${SECRET}` },
  'a token of a page': { url: `https://a.example/t?page_access_token=${SECRET}` },
}

for (const [place, request] of Object.entries(PLACES))
  test(`a secret is redacted: ${place}`, async (t) => {
    const text = readFileSync(await recorded(t, request), 'utf8')
    assert.ok(!text.includes(SECRET) && !text.includes('481516') && text.includes('REDACTED'), text)
  })

const latin1 = (text, name) => new Response(Buffer.from(text, 'latin1'), type(`${name}; charset=iso-8859-1`))
const upload = () => {
  const form = new FormData()
  form.set('about', new Blob([`{"password":"${SECRET}","title":"\u732b"}`], type('application/json')), 'about.json')
  form.set('picture', new Blob([Buffer.from([0x89, 0x50, 0xff, 0xfe, 0xf4, 0x8f, 0xbf, 0xbf])]), 'cat.png')
  return form
}
/** Requests and responses with bytes that are no UTF-8, and what is left of them. */
const BYTES = {
  'JSON in Latin-1': {
    response: () => latin1(`{"password":"${SECRET}","name":"Ren\xe9"}`, 'application/json'),
    left: '{"password":"REDACTED","name":"Ren\xe9"}',
  },
  'a form in Latin-1': {
    ...post(Buffer.from(`password=${SECRET}&name=Ren\xe9`, 'latin1')),
    left: 'password=REDACTED&name=Ren\xe9',
  },
  'a URL in Latin-1': {
    response: () => latin1(`Ren\xe9: https://a.example/?sig=${SECRET}`, 'text/plain'),
    left: 'Ren\xe9: https://a.example/?sig=REDACTED',
  },
  'JSON in a string': {
    response: () => latin1(`\xe9{"a":"{\\"password\\":\\"${SECRET}\\",\\"b\\":\\"\\u732b\xe8\\"}"}`, 'text/plain'),
    left: `\xe9{"a":"{\\"password\\":\\"REDACTED\\",\\"b\\":\\"${Buffer.from('\u732b').toString('latin1')}\xe8\\"}"}`,
  },
}

for (const [place, { left, ...request }] of Object.entries(BYTES))
  test(`a secret among bytes that are no UTF-8 is redacted: ${place}`, async (t) => {
    const [{ request: sent, response }] = interactions(await recorded(t, request))
    const bytes = Buffer.from(sent.base64 ?? response.base64, 'base64')
    assert.equal(bytes.toString('latin1'), left)
  })

test('a multipart body with a picture loses its secrets, and the picture keeps each byte', async (t) => {
  const [{ request }] = interactions(await recorded(t, post(upload())))
  const bytes = Buffer.from(request.base64, 'base64')
  assert.match(bytes.toString(), /\{"password":"REDACTED","title":"\u732b"\}/)
  assert.ok(bytes.includes(Buffer.from([0x89, 0x50, 0xff, 0xfe, 0xf4, 0x8f, 0xbf, 0xbf])))
})

test('each sequence of bytes is the same after the redaction of another one', async (t) => {
  const some = [0x00, 0x41, 0x80, 0xbf, 0xc2, 0xe0, 0xa0, 0xed, 0xef, 0xf0, 0x90, 0xf4, 0x8f, 0xff]
  const bytes = Buffer.from(some.flatMap((a) => some.flatMap((b) => some.flatMap((c) => [a, b, c, 0xbe, 10]))))
  const fetch = record(await file(t), { fetch: () => new Response(bytes) })
  assert.ok(Buffer.from(await (await fetch('https://a.example/')).arrayBuffer()).equals(bytes))
  const path = await recorded(t, { response: () => new Response(Buffer.concat([Buffer.from('?sig=x#'), bytes])) })
  const left = Buffer.from(interactions(path)[0].response.base64, 'base64')
  assert.ok(left.equals(Buffer.concat([Buffer.from('?sig=REDACTED#'), bytes])))
})

test('a token that a response in Latin-1 gives is redacted in later requests', async (t) => {
  const path = await file(t)
  const answer = () => latin1(`{"access_token":"${SECRET}","name":"Ren\xe9"}`, 'application/json')
  const fetch = record(path, { fetch: answer })
  for (let i = 0; i < 2; i++) await fetch('https://a.example/', { method: 'POST', body: `say ${SECRET}` })
  assert.deepEqual(
    interactions(path).map(({ request }) => request.text),
    ['say REDACTED', 'say REDACTED'],
  )
})

/** A request with a credential, and a part of it that a response repeats. */
const REPEATED = {
  'a number by a name of the caller': { ...post('{"pin":481516}'), secrets: ['pin'], part: '481516' },
  'a cookie of a session': { init: { headers: { cookie: `lang=text; connect.sid=${SECRET}` } } },
  'a cookie by its name': { init: { headers: { cookie: `a=1; auth_token="${SECRET}"` } } },
  'a part of a credential': { init: { headers: { authorization: `HMAC id="text", mac="${SECRET}"` } } },
  'an answer to a challenge': { init: { headers: { authorization: `Digest realm=text,response=${SECRET}` } } },
  'a signature': { init: { headers: { authorization: `AWS4-HMAC-SHA256 Credential=a/b, Signature=${SECRET}` } } },
  'a proof of possession': { init: { headers: { dpop: SECRET } } },
}

for (const [what, { part = SECRET, ...request }] of Object.entries(REPEATED))
  test(`a secret is redacted where a response repeats it: ${what}`, async (t) => {
    const body = JSON.stringify({ text: `text ${part}`, id: `x1${part}2`, number: 9 })
    const [{ response }] = interactions(await recorded(t, { ...request, body }))
    const id = part === SECRET ? 'x1REDACTED2' : `x1${part}2`
    assert.deepEqual(response.json, { text: 'text REDACTED', id, number: 9 })
  })

test('a number by a name of the caller is redacted as a number too', async (t) => {
  const body = JSON.stringify({ code: 481516, id: 14815162 })
  const [{ response }] = interactions(await recorded(t, { ...post('{"pin":481516}'), secrets: ['pin'], body }))
  assert.deepEqual(response.json, { code: 'REDACTED', id: 14815162 })
})

test('members of many names are redacted', async (t) => {
  const names = 'session_token authToken secretAccessKey SecretAccessKey secret_key jwt passwd bearer_token api_token '
  const more = 'csrf_token webhook_secret private_key assertion credential passphrase apiKey client_assertion'
  const members = Object.fromEntries(`${names}${more}`.split(' ').map((name) => [name, `value of ${name}`]))
  const [{ response }] = interactions(await recorded(t, { body: JSON.stringify(members) }))
  for (const [name, value] of Object.entries(response.json)) assert.equal(value, 'REDACTED', name)
})

test('what is no secret stays: logprobs, pages, flags, schemas and ordinary words', async (t) => {
  const body = {
    choices: [{ text: 'The order', logprobs: [{ token: 'order', logprob: 0 }] }],
    label: 'order',
    next_page_token: 'p2',
    hasPassword: true,
    password: null,
    max_tokens: 5,
    security: [{ apiKey: [] }],
    paths: { '/token': { get: { operationId: 'token' } } },
    properties: { password: { type: 'string' }, token: { $ref: '#/t' }, secret: { anyOf: [{ type: 'null' }] } },
    required: ['password'],
  }
  const text = JSON.stringify(body)
  for (const spelled of [text, text.replace('"max_tokens":5', '"max_tokens":5.0')]) {
    const path = await recorded(t, { url: 'https://a.example/t?key=order', body: spelled })
    const [{ response, request }] = interactions(path)
    assert.deepEqual(response.json ?? JSON.parse(response.text), body)
    assert.equal(request.url, 'https://a.example/t?key=REDACTED')
  }
})

test('of two secrets that begin alike nothing of the longer one is left', async (t) => {
  const path = await file(t)
  const fetch = record(path, { fetch: (_, { headers }) => Response.json({ echo: headers['x-api-key'] }) })
  for (const key of ['prod', `prod-${SECRET}`, 'ACTED'])
    await fetch('https://a.example/?key=zzzz', { headers: { 'x-api-key': key } })
  assert.deepEqual(
    interactions(path).map(({ request, response }) => [request.url, response.json.echo]),
    Array(3).fill(['https://a.example/?key=REDACTED', 'REDACTED']),
  )
})

test('credentials of `auth` are redacted in each spelling of a URL, short ones too', async (t) => {
  const scheme = { type: 'apiKey', in: 'query', name: 'k' }
  const source = document(['get'], { get: { security: [{ s: [] }] } })
  source.components = { securitySchemes: { s: scheme } }
  for (const key of ['p@ss!word(1)*', "it's a:key", 'a&b=c#d?e', '"quoted"\\back', '<x>|^`{}', 'per%cent%2F', 'abc']) {
    const path = await file(t)
    const own = record(path, { fetch: () => Response.json({}) })
    // A wrapper that has the members of the recording `fetch` is told the credentials too.
    for (const fetch of [own, Object.assign((url, init) => own(url, init), own)]) {
      const registry = createTestRegistry()
      const loader = new SpecLoader(registry, { fetch })
      await loader.load(source, { auth: { s: key } })
      await registry.execute('get')
      loader.close()
    }
    for (const { request } of interactions(path)) assert.match(request.url, /\?k=REDACTED$/, key)
  }
})

test('messages of a replay have no credentials: of `auth`, of headers and by the names of `secrets`', async (t) => {
  const path = await file(t)
  await record(path, { fetch: () => Response.json({}) })('https://a.example/')
  const fetch = replay(path, { secrets: ['pin'] })
  fetch[Symbol.for('toolrack.secrets')]('told-secret')
  const urls = ['https://a.example/told-secret?k=told-secret&pin=481516', `https://a.example/${SECRET}`]
  const headers = { authorization: `Bearer ${SECRET}` }
  for (const url of urls) {
    const text = await (await fetch(url, { headers })).text()
    assert.ok(!/told-secret|481516|S3CRET/.test(text) && text.includes('REDACTED'), text)
  }
  assert.throws(fetch.done, ({ message }) => !message.includes('told-secret') && !message.includes('481516'))
})

test('a multipart body keeps its other fields, and is replayed with another boundary', async (t) => {
  const path = await recorded(t, post(multipart()))
  const [{ request }] = interactions(path)
  assert.match(request.text, /name="password"\r\n\r\nREDACTED\r\n--[^]*name="note"\r\n\r\nkept\r\n/)
  const fetch = replay(path)
  assert.equal((await fetch('https://a.example/t', { method: 'POST', body: multipart() })).status, 200)
  fetch.done()
})

test('a long form with much space is redacted at once', async (t) => {
  const start = performance.now()
  const [{ request }] = interactions(await recorded(t, post(`password=${SECRET}&a=${' '.repeat(300_000)}x`)))
  assert.match(request.text, /^password=REDACTED&a= /)
  assert.ok(performance.now() - start < 5_000)
})
