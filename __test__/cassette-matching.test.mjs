// toolrack/test: which recorded request a sent one is, and what `record` and `replay` do with a request as a whole.
import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import OpenAI from 'openai'
import { record, replay, scriptedModel } from 'toolrack/test'
import { folder } from './support/documents.mjs'

const file = async (t) => join(await folder(t), 'cassette.json')

/** Writes a cassette of requests: `[url, body, headers]`, each with the response `{ n }`. */
async function recorded(t, ...requests) {
  const path = await file(t)
  let n = 0
  const fetch = record(path, { fetch: () => Response.json({ n: ++n }) })
  for (const [url, body, headers] of requests)
    await fetch(`https://a.example${url}`, { method: body === undefined ? 'GET' : 'POST', body, headers })
  return path
}

const send = (fetch, [url, body]) =>
  fetch(`https://a.example${url}`, { method: body === undefined ? 'GET' : 'POST', body })

const BEARER = { authorization: 'Bearer TOKEN123' }
const FORM = 'grant_type=a&client_secret=abcdefgh'
const CASES = [
  ['another path', ['/b/v?key=abcd'], ['/c/v?key=abcd'], 501],
  ['another secret', ['/b/v?key=abcd'], ['/b/v?key=other'], 200],
  ['an empty secret', ['/b/v?key=abcd'], ['/b/v?key='], 501],
  ['more parameters', ['/b/v?key=abcd'], ['/b/v?key=abcd&x=1'], 501],
  ['more fields of a form', ['/', FORM], ['/', 'grant_type=a&client_secret=z&scope=admin'], 501],
  ['more fields of a form of a secret', ['/', 'client_secret=abcdefgh'], ['/', 'client_secret=z&scope=admin'], 501],
  ['another secret of a form', ['/', FORM], ['/', 'grant_type=a&client_secret=z'], 200],
  ['another place', ['/bot-TOKEN123/send', undefined, BEARER], ['/bot-x/deleteAll?y=/send'], 501],
  ['no secret in a path', ['/bot-TOKEN123/send', undefined, BEARER], ['/bot-/send'], 501],
  ['another secret in a path', ['/bot-TOKEN123/send', undefined, BEARER], ['/bot-x/send'], 200],
  ['another secret in JSON', ['/', '{"a":"x TOKEN123 y"}', BEARER], ['/', '{"a":"x other y"}'], 200],
  ['no secret in JSON', ['/', '{"a":"x TOKEN123 y"}', BEARER], ['/', '{"a":"x  y"}'], 501],
  ['a number for a secret', ['/', '{"password":"abcd"}'], ['/', '{"password":5}'], 200],
  ['nothing for a secret', ['/', '{"password":"abcd"}'], ['/', '{"password":null}'], 501],
  ['JSON with another number', ['/', '{"a":1.0}'], ['/', '{"a":1}'], 200],
  ['JSON with escapes', ['/', '{"a":"\\u00e9","b":1}'], ['/', '{"b":1,"a":"é"}'], 200],
  ['another long number', ['/', '{"a":12345678901234567890}'], ['/', '{"a":12345678901234567891}'], 501],
]

for (const [name, kept, sent, status] of CASES)
  test(`a request is ${status === 200 ? 'the' : 'not the'} recorded one: ${name}`, async (t) => {
    assert.equal((await send(replay(await recorded(t, kept)), sent)).status, status)
  })

test('the request that is equal in each letter comes before one with a secret', async (t) => {
  const path = await recorded(
    t,
    ['/', '{"password":"abcd"}'],
    ['/', '{"password":"REDACTED"}'],
    ['/', '{"password":""}'],
  )
  const fetch = replay(path)
  assert.equal((await (await send(fetch, ['/', '{"password":""}'])).json()).n, 3)
  for (const n of [1, 2]) assert.equal((await (await send(fetch, ['/', '{"password":"x"}'])).json()).n, n)
  fetch.done()
})

test('a text with a secret many times is compared at once', async (t) => {
  const path = await recorded(t, ['/', JSON.stringify({ log: 'call TOKEN123 failed, '.repeat(40) + 'end' }), BEARER])
  const start = performance.now()
  const { status } = await send(replay(path), ['/', JSON.stringify({ log: 'call x failed, '.repeat(4_000) + 'END' })])
  assert.equal(status, 501)
  assert.ok(performance.now() - start < 2_000)
})

test('record sends the content type that fetch gives a body', async (t) => {
  const types = []
  const fetch = record(await file(t), {
    fetch: (url, init) => {
      types.push(new Request(url, init).headers.get('content-type')?.split(/[=;]/, 1)[0])
      return Response.json({})
    },
  })
  const form = new FormData()
  form.set('a', '1')
  const bodies = [
    form,
    new URLSearchParams({ a: 1 }),
    new Blob(['{}'], { type: 'application/json' }),
    'x',
    Buffer.from('x'),
  ]
  for (const body of bodies) await fetch('https://a.example/', { method: 'POST', body })
  await fetch(new Request('https://a.example/', { method: 'POST', body: form }))
  await fetch('https://a.example/', { method: 'POST', body: 'x', headers: { 'content-type': 'text/csv' } })
  const FORM_DATA = 'multipart/form-data'
  const known = [FORM_DATA, 'application/x-www-form-urlencoded', 'application/json', 'text/plain', undefined]
  assert.deepEqual(types, [...known, FORM_DATA, 'text/csv'])
})

test('record sends the signal and the redirect of a Request', async (t) => {
  const sent = []
  const fetch = record(await file(t), {
    fetch: (_, { signal, redirect }) => {
      sent.push([signal.aborted, redirect])
      return Response.json({})
    },
  })
  await fetch(new Request('https://a.example/', { redirect: 'manual', signal: new AbortController().signal }))
  assert.deepEqual(sent, [[false, 'manual']])
})

test('an aborted request has no answer', async (t) => {
  const path = await recorded(t, ['/'])
  const model = scriptedModel('anthropic', ['Done'])
  const signal = AbortSignal.abort(new Error('mine'))
  for (const fetch of [replay(path), model.fetch, record(await file(t), { fetch: () => Response.json({}) })])
    for (const args of [['https://a.example/', { signal }], [new Request('https://a.example/', { signal })]])
      await assert.rejects(fetch(...args), { message: 'mine' })
  assert.deepEqual(model.requests, [])
})

test('an SDK sends a request that is not recorded once', async (t) => {
  const fetch = replay(await recorded(t, ['/']))
  let sent = 0
  const counted = (url, init) => (sent++, fetch(url, init))
  const client = new OpenAI({ apiKey: 'x', fetch: counted })
  await assert.rejects(client.chat.completions.create({ model: 'm', messages: [] }), { status: 501 })
  assert.equal(sent, 1)
})

test('the file is JSON as people write it', async (t) => {
  const text = readFileSync(await recorded(t, ['/'], ['/x', '{"a":["b\\nc"]}']), 'utf8')
  assert.equal(text, `${JSON.stringify(JSON.parse(text), null, 2)}\n`)
})
