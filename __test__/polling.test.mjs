// Watched addresses: a server is asked whether its document has changed, and whatever it does the last good tools stay.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { registryOf } from './support/tools.mjs'

/** A document on a server that answers as it is told to, polled each 100 ms. */
async function polled(t) {
  const site = { body: text(['a']), tag: 0, how: undefined, answers: [], waiting: [] }
  const { url, requests } = await serve(t, ({ headers }, response) => {
    const etag = `"${site.tag}"`
    const answer = site.how ? site.how(response) : headers['if-none-match'] === etag ? 304 : 200
    if (answer === 304) response.writeHead(304).end()
    else if (answer === 200) response.writeHead(200, { etag, 'content-type': 'application/json' }).end(site.body)
    site.answers.push(answer)
    for (const wake of site.waiting.splice(0)) wake()
  })
  const registry = registryOf()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  await loader.load(`${url}/pets.json`, { watch: { pollMs: 100 } })
  const events = []
  for (const event of ['change', 'reloaded', 'reloadFailed', 'sourceMissing'])
    registry.on(event, () => events.push(event))
  const answered = async (count) => {
    const until = site.answers.length + count
    while (site.answers.length < until) await new Promise((wake) => site.waiting.push(wake))
  }
  const change = (body) => Object.assign(site, { body, tag: site.tag + 1 })
  return { url, site, requests, registry, loader, events, answered, change }
}

test('a document that has not changed is not sent again, and no event tells of it', async (t) => {
  const { site, registry, events, answered } = await polled(t)
  const [{ checkedAt, loadedAt }] = registry.sources()
  assert.equal(checkedAt, loadedAt)
  await answered(3)
  assert.deepEqual([site.answers.slice(0, 4), events, registry.revision], [[200, 304, 304, 304], [], 1])
  const [status] = registry.sources()
  assert.ok(status.checkedAt > checkedAt && status.loadedAt === loadedAt)
})

test('a document that has changed is reloaded', async (t) => {
  const { registry, change, events } = await polled(t)
  const reloaded = next(registry, 'reloaded')
  change(text(['a', 'b']))
  assert.deepEqual([(await reloaded).added, registry.list(), registry.revision], [['b'], ['a', 'b'], 2])
  assert.deepEqual(events, ['change', 'reloaded'])
})

const FAULTS = [
  ['answers 500', (response) => response.writeHead(500).end('no')],
  ['asks to be left alone for a second', (response) => response.writeHead(503, { 'retry-after': '1' }).end()],
  ['hangs up', (response) => response.destroy()],
  [
    'ends in the middle of the document',
    (response) => (
      response.writeHead(200, { 'content-length': 1000 }),
      response.write('{ "openapi', () => response.destroy())
    ),
  ],
  [
    'announces less than it sends',
    (response) => response.socket.end(`HTTP/1.1 200 OK\r\ncontent-length: 20\r\n\r\n${text(['a', 'b'])}`),
  ],
  ['sends an error page that says 200', (response) => response.writeHead(200).end('<!DOCTYPE html><p>404: x')],
  [
    'leads to a private place',
    (response) => response.writeHead(302, { location: 'http://169.254.169.254/latest' }).end(),
  ],
]
for (const [what, fault] of FAULTS) {
  test(`a server that ${what} costs no tool, is told once and is well again without a restart`, async (t) => {
    const { site, registry, events, answered, change } = await polled(t)
    const failed = next(registry, 'reloadFailed')
    site.how = (response) => (fault(response), what)
    const { source, error } = await failed
    assert.deepEqual([source, registry.list(), registry.revision], ['pets', ['a'], 1])
    await answered(1)
    const [status] = registry.sources()
    assert.equal(status.fault.code, error.code)
    assert.ok(status.checkedAt <= status.fault.since)
    site.how = undefined
    change(text(['a', 'b']))
    await next(registry, 'reloaded')
    assert.deepEqual(
      [registry.list(), registry.sources()[0].fault, events],
      [['a', 'b'], undefined, ['reloadFailed', 'change', 'reloaded']],
    )
  })
}

test('a document at an address is made anew when an overlay of it changes', async (t) => {
  const { url, loader, registry, site } = await polled(t)
  const file = join(await folder(t), 'over.json')
  const overlay = (description) =>
    writeFile(
      file,
      JSON.stringify({
        overlay: '1.0.0',
        info: { title: 't', version: '1' },
        actions: [{ target: '$.paths["/a"].get', update: { description } }],
      }),
    )
  await overlay('first')
  await loader.load(`${url}/pets.json`, { document: { overlays: [file] }, watch: { pollMs: 100 } })
  assert.match(registry.get('a').description, /first/)
  const reloaded = next(registry, 'reloaded')
  await overlay('second')
  await reloaded
  assert.match(registry.get('a').description, /second/)
  const failed = next(registry, 'reloadFailed', { wanted: ({ error }) => /500/.test(error.message) })
  site.how = (response) => (response.writeHead(500).end(), 500)
  await failed
  const again = next(registry, 'reloaded')
  await overlay('third')
  site.how = undefined
  await again
  assert.match(registry.get('a').description, /third/)
})

test('a server is never asked twice at once, however slow it is', async (t) => {
  const { site, registry, change, answered } = await polled(t)
  let [open, most] = [0, 0]
  site.how = (response) => {
    most = Math.max(most, ++open)
    setTimeout(() => (open--, response.writeHead(200).end(site.body)), 350)
    return 'slow'
  }
  await answered(2)
  const reloaded = next(registry, 'reloaded')
  change(text(['b']))
  await reloaded
  assert.equal(most, 1)
})

test('what is unloaded or watched no longer is asked for no more', async (t) => {
  const { url, loader, requests, registry, answered } = await polled(t)
  await loader.load(`${url}/other.json`, { namespace: 'other', watch: { pollMs: 100 } })
  for (const end of [
    () => loader.unwatch('pets'),
    () => (loader.watch('pets', { pollMs: 100 }), loader.unload('pets')),
  ]) {
    end()
    await answered(1)
    const before = requests.filter(({ url }) => url.includes('pets')).length
    await answered(4)
    assert.ok(
      requests.filter(({ url }) => url.includes('pets')).length <= before + 1,
      'one question may have been under way',
    )
  }
  assert.deepEqual(
    registry.sources().map(({ name }) => name),
    ['other'],
  )
})
