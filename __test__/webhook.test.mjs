// A sender says that a document changed: who may, what comes of it, and what no sender can do. The signatures are made
// by the libraries of those who invented them.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { request as ask } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, text } from './support/documents.mjs'
import { codeOf, refusal } from './support/tools.mjs'
import { BODY, OTHER, PLAIN, SECRET, github, post, scene, served, standard } from './support/webhooks.mjs'

test('a delivery reloads the document and is answered with what changed', async (t) => {
  const { registry, loader, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  await write('a', 'b')
  const told = []
  registry.on('reloaded', ({ source, added }) => told.push([source, ...added]))
  const { status, headers, body } = await post(url, BODY, standard(BODY))
  assert.equal(status, 200)
  assert.equal(headers.get('content-type'), 'application/json')
  const { hash, ...rest } = body
  assert.match(hash, /^[0-9a-f]{64}$/)
  assert.deepEqual(rest, {
    source: 'crm',
    revision: 2,
    version: '1.2.0',
    added: ['b'],
    updated: [],
    removed: [],
    stale: [],
    held: [],
    unchanged: 1,
    skipped: 0,
  })
  assert.deepEqual(registry.list(), ['a', 'b'])
  assert.deepEqual(told, [['crm', 'b']])
})

test('both schemes are known, with texts, bytes and several secrets', async (t) => {
  const { loader } = await scene(t)
  const bytes = Buffer.from('bytes that are no text: \xff', 'latin1')
  const url = await served(t, loader.webhook({ secrets: [OTHER, bytes, SECRET, PLAIN], source: 'crm' }))
  const cases = {
    'the newer secret': standard(BODY, { id: '1' }),
    'the older secret': standard(BODY, { id: '2', secret: OTHER }),
    'GitHub, with a text': await github(BODY, { id: '3' }),
    'GitHub, with a text that looks like base64': await github(BODY, { id: '4', secret: SECRET }),
    bytes: standard(BODY, { id: '5', secret: bytes.toString('base64') }),
  }
  for (const [name, headers] of Object.entries(cases)) assert.equal((await post(url, BODY, headers)).status, 200, name)
})

test('of several signatures one is enough, whatever stands beside it', async (t) => {
  const { loader } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  const wrong = standard(BODY, { secret: OTHER })['webhook-signature']
  const cases = [
    [(good) => `${wrong} ${good}`, 200],
    [(good) => `v1a,${good.slice(3)} v1,x  ${good}`, 200],
    [(good) => `${wrong} v2,${good.slice(3)}`, 401],
    [(good) => `${good},`, 401],
    [(good) => `${good}=`, 401],
    [(good) => `${good.slice(0, -1)}`, 401],
    [(good) => `${`${wrong} `.repeat(16)}${good}`, 401],
  ]
  for (const [i, [written, status]] of cases.entries()) {
    const headers = standard(BODY, { id: `s${i}` })
    const signatures = written(headers['webhook-signature'])
    assert.equal((await post(url, BODY, { ...headers, 'webhook-signature': signatures })).status, status, signatures)
  }
})

test('what is not genuine is refused in one and the same way, and nothing is read', async (t) => {
  const { registry, loader, write } = await scene(t)
  const at = Date.now()
  const url = await served(t, loader.webhook({ secrets: [SECRET, PLAIN], source: 'crm', now: () => at }))
  await write('a', 'b')
  const good = standard(BODY, { at })
  const flipped = Buffer.from(good['webhook-signature'].slice(3), 'base64')
  flipped[0] ^= 1
  const cases = {
    'another secret': standard(BODY, { secret: OTHER }),
    'another body': standard('{}'),
    'another id': { ...good, 'webhook-id': 'msg_2' },
    'another time': { ...good, 'webhook-timestamp': String(Math.floor(at / 1000) + 1) },
    'a flipped bit': { ...good, 'webhook-signature': `v1,${flipped.toString('base64')}` },
    'a part of the signature': { ...good, 'webhook-signature': good['webhook-signature'].slice(0, -8) },
    'no signature of a known kind': { ...good, 'webhook-signature': 'v1' },
    'too old': standard(BODY, { at: at - 301_000 }),
    'too new': standard(BODY, { at: at + 301_000 }),
    'GitHub: another secret': await github(BODY, { secret: 'another' }),
    'GitHub: another body': await github('{}'),
    'GitHub: no hex': { ...(await github(BODY)), 'x-hub-signature-256': 'sha256=zz' },
    'GitHub: SHA-1': { ...(await github(BODY)), 'x-hub-signature-256': 'sha1=0000' },
  }
  const answers = new Set()
  for (const [name, headers] of Object.entries(cases)) {
    const { status, body } = await post(url, BODY, headers)
    assert.equal(status, 401, name)
    answers.add(JSON.stringify(body))
  }
  assert.equal(answers.size, 1)
  assert.deepEqual(registry.list(), ['a'])
  assert.equal((await post(url, BODY, good)).status, 200)
})

test('within the tolerance a clock may be wrong', async (t) => {
  const { loader } = await scene(t)
  let now = 1_763_740_800_000
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm', toleranceMs: 10_000, now: () => now }))
  for (const [i, [off, status]] of [
    [-10_000, 200],
    [10_000, 200],
    [-11_000, 401],
    [11_000, 401],
  ].entries()) {
    assert.equal((await post(url, BODY, standard(BODY, { id: `${i}`, at: now + off }))).status, status, off)
  }
})

test('headers that are missing or cannot be read are named', async (t) => {
  const { loader } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: [SECRET, PLAIN], source: 'crm' }))
  const good = standard(BODY)
  const without = (headers, name) => Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
  const cases = [
    [{}, 'webhook-id'],
    ...Object.keys(good).map((name) => [without(good, name), name]),
    [{ ...good, 'webhook-id': '' }, 'webhook-id'],
    [{ ...good, 'webhook-id': 'x'.repeat(257) }, 'webhook-id'],
    ...['1.5', '-1', '0x10', 'now', '9'.repeat(13)].map((time) => [
      { ...good, 'webhook-timestamp': time },
      'webhook-timestamp',
    ]),
    [without(await github(BODY), 'x-github-delivery'), 'x-github-delivery'],
    [without(await github(BODY), 'x-hub-signature-256'), 'webhook-id'],
  ]
  for (const [headers, name] of cases) {
    const { status, body } = await post(url, BODY, headers)
    assert.deepEqual([status, body.error.code], [400, 'HEADERS'])
    assert.match(body.error.message, new RegExp(`^header ${name} `))
  }
})

test('whatever is no POST is told so', async (t) => {
  const { loader } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET }))
  for (const method of ['GET', 'PUT', 'DELETE']) {
    const { status, headers } = await post(url, BODY, standard(BODY), method)
    assert.deepEqual([status, headers.get('allow')], [405, 'POST'])
  }
})

test('each way to fail has its status, and tells a sender nothing of where documents stand', async (t) => {
  const { rm } = await import('node:fs/promises')
  const { loader, path } = await scene(t)
  const webhook = (options) => served(t, loader.webhook({ secrets: SECRET, ...options }))
  const [crm, other, list] = [
    await webhook({ source: 'crm' }),
    await webhook({ source: 'billing' }),
    await webhook({ source: () => ['crm', 'billing'] }),
  ]
  let id = 0
  const told = (url) => post(url, BODY, standard(BODY, { id: `f${id++}` }))
  for (const url of [other, list]) {
    const { status, body } = await told(url)
    assert.deepEqual([status, body.error.code], [404, 'UNKNOWN_SOURCE'])
  }
  await rm(path)
  const gone = await told(crm)
  assert.deepEqual(
    [gone.status, gone.body.error],
    [502, { code: 'SOURCE_UNREADABLE', message: 'the document cannot be read' }],
  )
  await writeFile(path, JSON.stringify({ swagger: '1.2', paths: {} }))
  assert.deepEqual([(await told(crm)).status], [422])
  const text = JSON.stringify(gone.body)
  assert.ok(!text.includes(path) && !text.includes('whsec'), text)
})

test('a function says which documents changed', async (t) => {
  const { registry, loader } = await scene(t)
  const second = join(await folder(t), 'erp.json')
  await writeFile(second, text(['x']))
  await loader.load(second, { name: 'erp' })
  const seen = []
  const answers = [
    () => 'erp',
    () => ['crm', 'erp', 'crm'],
    async () => [],
    () => undefined,
    () => {
      throw new Error('no idea')
    },
    () => 5,
  ]
  const source = (headers, body) => {
    seen.push([headers['x-kind'], body])
    return answers[seen.length - 1]()
  }
  const failed = []
  registry.on('listenerFailed', ({ event, error }) => failed.push([event, error.message]))
  const url = await served(t, loader.webhook({ secrets: SECRET, source }))
  const told = []
  for (const [i] of answers.entries())
    told.push(await post(url, BODY, { ...standard(BODY, { id: `n${i}` }), 'x-kind': 'changed' }))
  assert.deepEqual(
    told.map(({ status }) => status),
    [200, 200, 200, 200, 500, 500],
  )
  assert.equal(told[0].body.source, 'erp')
  assert.deepEqual(
    told.slice(1, 4).map(({ body }) => body.sources.map(({ source }) => source)),
    [['crm', 'erp'], [], []],
  )
  assert.deepEqual(seen[0], ['changed', JSON.parse(BODY)])
  assert.deepEqual(failed, [
    ['webhook', 'no idea'],
    ['webhook', 'option "source": must give names'],
  ])
  assert.ok(!JSON.stringify(told[4].body).includes('no idea'))
})

test('bodies that are no JSON are no hindrance, and forms of GitHub are read', async (t) => {
  const { loader } = await scene(t)
  const seen = []
  const url = await served(t, loader.webhook({ secrets: [SECRET, PLAIN], source: (_, body) => (seen.push(body), []) }))
  const form = `payload=${encodeURIComponent('{"ref":"main"}')}`
  const bodies = ['', 'hello', '{"__proto__":{"polluted":1}}', '['.repeat(100_000), '{"a":1}{', form]
  for (const [i, body] of bodies.entries()) {
    const type = body === form ? 'application/x-www-form-urlencoded' : 'text/plain'
    assert.equal(
      (
        await post(url, body, {
          ...(await github(body || ' ', { id: `b${i}` })),
          ...(body === '' ? standard('', { id: 'empty' }) : {}),
          'content-type': type,
        })
      ).status,
      200,
      body.slice(0, 20),
    )
  }
  assert.deepEqual(
    [seen[0], seen[1], seen[3], seen[4], seen[5]],
    [undefined, undefined, undefined, undefined, { ref: 'main' }],
  )
  assert.equal({}.polluted, undefined)
})

test('a ping of GitHub is answered and reloads nothing', async (t) => {
  const { registry, loader, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: PLAIN }))
  await write('a', 'b')
  const { status, body } = await post(url, BODY, await github(BODY, { event: 'ping' }))
  assert.deepEqual([status, body], [200, { ping: true }])
  assert.deepEqual(registry.list(), ['a'])
})

test('a body over the limit is not read to its end', async (t) => {
  const { loader } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm', bodyLimit: 1000 }))
  const long = 'x'.repeat(1001)
  assert.equal((await post(url, long, standard(long))).status, 413)
  const exact = 'x'.repeat(1000)
  assert.equal((await post(url, exact, standard(exact))).status, 200)
  // Without a length, and without an end.
  const request = ask(url, { method: 'POST', headers: standard(long) })
  request.on('error', () => {})
  const pour = () => {
    if (!request.destroyed) while (request.write('x'.repeat(1 << 16)));
  }
  request.on('drain', pour)
  pour()
  const [response] = await once(request, 'response')
  assert.deepEqual([response.statusCode, response.headers.connection], [413, 'close'])
  request.destroy()
})

test('a sender that goes away harms nobody', async (t) => {
  const { loader } = await scene(t)
  const handler = loader.webhook({ secrets: SECRET, source: 'crm' })
  let ended
  const done = new Promise((resolve) => (ended = resolve))
  const url = await served(t, async (request, response) => {
    if (request.headers['x-goes'] !== undefined) return handler(request, response).then(ended)
    return handler(request, response)
  })
  const request = ask(url, { method: 'POST', headers: { ...standard(BODY), 'x-goes': '1', 'content-length': 100 } })
  request.on('error', () => {})
  request.write('{', () => request.destroy())
  await done
  assert.equal((await post(url, BODY, standard(BODY, { id: '2' }))).status, 200)
})

test('a door without a lock is not built', async (t) => {
  const { loader } = await scene(t)
  const wrong = [
    undefined,
    {},
    { secrets: undefined },
    { secrets: [] },
    { secrets: '' },
    { secrets: ['good', ''] },
    { secrets: [undefined] },
    { secrets: 'whsec_' },
    { secrets: 'whsec_no base64!' },
    { secrets: new Uint8Array() },
    { secrets: 5 },
  ]
  const others = [
    { source: 5 },
    { respond: 'later' },
    { toleranceMs: 0 },
    { toleranceMs: '1' },
    { bodyLimit: 0 },
    { bodyLimit: 1.5 },
    { now: 5 },
    { secret: 'x' },
  ].map((option) => ({ secrets: 'good', ...option }))
  for (const options of [...wrong, ...others]) {
    const error = await refusal(() => loader.webhook(options))
    assert.equal(error.code, 'INVALID_OPTIONS')
    assert.ok(!error.message.includes('base64!') && !error.message.includes('good'), error.message)
  }
  loader.close()
  assert.equal(await codeOf(() => loader.webhook({ secrets: 'good' })), 'CLOSED')
})

test('after the loader is closed its webhook says so', async (t) => {
  const { loader } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  loader.close()
  const { status, body } = await post(url, BODY, standard(BODY))
  assert.deepEqual([status, body.error.code], [503, 'CLOSED'])
})

test('whatever a server hands over, the handler neither throws nor rejects', async (t) => {
  const { loader } = await scene(t)
  const hook = loader.webhook({ secrets: SECRET, source: 'crm' })
  const good = standard(BODY)
  const breaks = () => {
    throw new Error('broken')
  }
  const stream = { on() {}, pause() {} }
  const requests = [
    undefined,
    null,
    5,
    {},
    { method: 'POST' },
    { method: 'POST', headers: null },
    ...[['a'], 5, {}, null, '\0', 'x'.repeat(100_000)].flatMap((value) =>
      Object.keys(good).map((name) => ({ method: 'POST', headers: { ...good, [name]: value }, body: BODY, ...stream })),
    ),
    ...[{}, [], 5, true, null].map((body) => ({ method: 'POST', headers: good, body, readableDidRead: true })),
    { method: 'POST', headers: good, on: breaks, pause() {} },
    {
      method: 'POST',
      get headers() {
        return breaks()
      },
    },
    {
      method: 'POST',
      headers: good,
      get body() {
        return breaks()
      },
    },
    { method: 'POST', headers: { ...good, 'content-length': '9'.repeat(400) }, ...stream },
  ]
  for (const request of requests) {
    const answers = []
    await hook(request, { writeHead: (status) => void answers.push(status), end() {} })
    assert.equal(answers.length, 1)
    assert.ok(answers[0] >= 400, `${answers[0]}`)
  }
  for (const response of [
    undefined,
    null,
    {},
    { writeHead: breaks },
    { headersSent: true, writeHead: breaks },
    { destroyed: true, writeHead: breaks },
  ]) {
    assert.equal(await hook({ method: 'GET', headers: {} }, response), undefined)
  }
})
