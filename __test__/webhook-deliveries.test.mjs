// Deliveries of webhooks: which are answered once more, which share a reload, and how many are remembered.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { folder, text } from './support/documents.mjs'
import { BODY, OTHER, PLAIN, SECRET, github, post, scene, served, standard } from './support/webhooks.mjs'

test('a delivery that comes again is answered as it was, without another reload', async (t) => {
  const { registry, loader, write } = await scene(t)
  let now = Date.now()
  const url = await served(t, loader.webhook({ secrets: [SECRET, PLAIN], source: 'crm', now: () => now }))
  let reloads = 0
  registry.on('reloaded', () => void (reloads += 1))
  for (const headers of [standard(BODY, { at: now }), await github(BODY)]) {
    const first = await post(url, BODY, headers)
    await write('a', 'b')
    const again = await post(url, BODY, headers)
    assert.deepEqual([again.status, again.body], [200, { ...first.body, duplicate: true }])
  }
  assert.equal(reloads, 2)
  await write('a', 'b', 'c')
  assert.deepEqual((await post(url, BODY, standard(BODY, { id: 'msg_2', at: now }))).body.added, ['c'])
  now += 600_001
  assert.equal(
    (await post(url, BODY, await github(BODY))).body.duplicate,
    undefined,
    'after the window it is forgotten',
  )
})

test('a delivery that failed may be tried again', async (t) => {
  const { registry, loader, path, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  const failed = []
  registry.on('reloadFailed', ({ source, error }) => failed.push([source, error.code]))
  await writeFile(path, '{ "openapi": ')
  const headers = standard(BODY)
  const refused = await post(url, BODY, headers)
  assert.deepEqual([refused.status, refused.body.source, refused.body.error.code], [422, 'crm', 'INVALID_SPEC'])
  await write('a', 'b')
  assert.deepEqual((await post(url, BODY, headers)).body.added, ['b'])
  assert.deepEqual(failed, [['crm', 'INVALID_SPEC']])
})

test('without a name all watched documents are reloaded, or all there are', async (t) => {
  const { loader } = await scene(t)
  const second = join(await folder(t), 'erp.json')
  await writeFile(second, text(['x']))
  await loader.load(second, { name: 'erp', watch: true })
  const url = await served(t, loader.webhook({ secrets: SECRET }))
  let id = 0
  const names = async () =>
    (await post(url, BODY, standard(BODY, { id: `w${id++}` }))).body.sources.map(({ source }) => source)
  assert.deepEqual(await names(), ['erp'])
  loader.watch('crm')
  assert.deepEqual((await names()).sort(), ['crm', 'erp'])
  loader.unwatch('crm')
  loader.unload('erp')
  assert.deepEqual(await names(), ['crm'])
})

test('concurrent deliveries for one document share reloads and are answered with the newest', async (t) => {
  const { registry, loader, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  const second = await served(t, loader.webhook({ secrets: OTHER, source: 'crm' }))
  let reloads = 0
  registry.on('reloaded', () => void (reloads += 1))
  await write('a', 'b')
  const answers = await Promise.all(
    Array.from({ length: 40 }, (_, i) => {
      const [to, secret] = i % 2 === 0 ? [url, SECRET] : [second, OTHER]
      return post(to, BODY, standard(BODY, { id: `c${i}`, secret }))
    }),
  )
  assert.ok(answers.every(({ status, body }) => status === 200 && body.revision === 2))
  assert.ok(reloads >= 1 && reloads < 40, `${reloads} reloads`)
})

test('one reload runs and one waits, however many ask', async () => {
  const { createRequire } = await import('node:module')
  const { Reloads } = createRequire(import.meta.url)('../lib/webhook/webhook-deliveries.js')
  const begun = []
  const reloads = new Reloads((source) => new Promise((resolve, reject) => begun.push({ source, resolve, reject })))
  const first = reloads.ask('crm')
  const others = Array.from({ length: 9 }, () => reloads.ask('crm'))
  assert.equal(new Set(others).size, 1)
  reloads.ask('erp')
  assert.deepEqual(
    begun.map(({ source }) => source),
    ['crm', 'erp'],
  )
  begun[0].reject(new Error('down'))
  await assert.rejects(first, /down/)
  await new Promise(setImmediate)
  assert.deepEqual(
    begun.map(({ source }) => source),
    ['crm', 'erp', 'crm'],
    'one that fails holds up nobody',
  )
  const later = reloads.ask('crm')
  assert.notEqual(later, others[0])
  begun[2].resolve(2)
  assert.equal(await others[0], 2)
  await new Promise(setImmediate)
  begun[3].resolve(3)
  assert.equal(await later, 3)
})

test('of deliveries a bounded number is remembered', async () => {
  const { createRequire } = await import('node:module')
  const { Deliveries } = createRequire(import.meta.url)('../lib/webhook/webhook-deliveries.js')
  let now = 0
  let acts = 0
  const deliveries = new Deliveries(1_000, () => now)
  const come = (key) => deliveries.once(key, async () => ({ status: 200, body: { act: ++acts } }))
  for (let i = 0; i < 10_001; i++) await come(`${i}`)
  assert.equal((await come('10000')).body.duplicate, true)
  assert.equal((await come('1')).body.duplicate, true)
  assert.equal((await come('0')).body.act, 10_002, 'the oldest was forgotten')
  now = 1_000
  assert.equal((await come('10000')).body.act, 10_003)
})

test('an answer at once says what will be reloaded', async (t) => {
  const { registry, loader, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm', respond: 'immediately' }))
  await write('a', 'b')
  const reloaded = new Promise((resolve) => registry.on('reloaded', resolve))
  const { status, body } = await post(url, BODY, standard(BODY))
  assert.deepEqual([status, body], [202, { accepted: ['crm'] }])
  assert.deepEqual((await reloaded).added, ['b'])
  const failed = new Promise((resolve) => registry.on('reloadFailed', resolve))
  await writeFile(join((await loader.sources())[0].location), 'junk')
  assert.equal((await post(url, BODY, standard(BODY, { id: '2' }))).status, 202)
  assert.equal((await failed).source, 'crm')
})

test('of a long answer which revision it told of is remembered', async (t) => {
  const { loader, write } = await scene(t)
  const url = await served(t, loader.webhook({ secrets: SECRET, source: 'crm' }))
  await write(...Array.from({ length: 500 }, (_, i) => `tool${i}`))
  const first = await post(url, BODY, standard(BODY))
  assert.equal(first.body.added.length, 500)
  const { source, revision, hash } = first.body
  assert.deepEqual((await post(url, BODY, standard(BODY))).body, { source, revision, hash, duplicate: true })
})
