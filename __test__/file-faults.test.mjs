// Faults of files, played on real ones under a real watch: whatever happens the last good tools stay, and the last
// content is what counts in the end. core/tests/reload_faults.rs says which fault is tested where.
import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { watch } from 'node:fs'
import {
  appendFile,
  copyFile,
  cp,
  open,
  rename,
  rm,
  symlink,
  truncate,
  unlink,
  utimes,
  writeFile,
  mkdir,
} from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { SpecLoader } from 'toolrack'
import { outputOf, root } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { canUnshare, isElsewhere } from './support/namespaces.mjs'
import { registryOf } from './support/tools.mjs'

/** A watched file, and all that the registry is told of it. */
async function watched(t, content = text(['a', 'b']), { name = 'pets.json', watch = true } = {}) {
  const path = await folder(t)
  const file = join(path, name)
  await writeFile(file, content)
  const registry = registryOf()
  t.after(() => registry.close())
  const loader = new SpecLoader(registry)
  await loader.load(file, { watch })
  const events = []
  for (const event of ['change', 'reloaded', 'reloadFailed', 'sourceMissing'])
    registry.on(event, (told) => events.push([event, told]))
  return { path, file, registry, loader, events, names: () => events.map(([name]) => name) }
}
const has = (id) => ({ wanted: ({ added }) => added.includes(id) })

/** Waits until the registry has a tool, however many reloads that takes. */
async function until(registry, id) {
  const isThere = () => registry.list().includes(id)
  if (!isThere()) await next(registry, 'change', { wanted: isThere, withinMs: 20_000 })
}

const yaml = (ids) =>
  `openapi: 3.0.3\ninfo:\n  title: Pets\n  version: 1.0.0\npaths:\n` +
  `${ids.map((id) => `  /${id}:\n    get:\n      operationId: ${id}\n      summary: Does ${id}\n`).join('')}`

test('a block YAML document that is written piece by piece loses no tool while the writing goes on', async (t) => {
  const old = Array.from({ length: 12 }, (_, i) => `old_${i}`)
  const { registry, file, names } = await watched(t, yaml(old), {
    name: 'pets.yaml',
    watch: { stabilityMs: 500, maxWaitMs: 60_000 },
  })
  const whole = yaml([...old, 'last'])
  const reloaded = next(registry, 'reloaded')
  const handle = await open(file, 'w')
  // The next piece is written when the file watcher has seen the one before.
  const watcher = watch(file)
  t.after(() => watcher.close())
  for (let at = 0; at < whole.length; at += 7) {
    const told = once(watcher, 'change', { signal: AbortSignal.timeout(20_000) })
    await handle.write(whole.slice(at, at + 7))
    await told
    assert.deepEqual([registry.list(), registry.revision], [old, 1], `after ${at + 7} of ${whole.length} bytes`)
  }
  await handle.close()
  assert.deepEqual([(await reloaded).added, (await reloaded).removed], [['last'], []])
  assert.deepEqual(names(), ['change', 'reloaded'])
})

// What stability cannot give, a gate on large removals can: whoever has one extends this test.
test('every prefix of a block YAML document that is left to stand is either refused or the truth', async (t) => {
  const { registry, file } = await watched(t, yaml(['a']), {
    name: 'pets.yaml',
    watch: { stabilityMs: 0, pollMs: 100 },
  })
  const whole = yaml(['a', 'b'])
  for (const [event, at] of [
    ['reloadFailed', 3],
    ['reloadFailed', whole.indexOf('paths') + 3],
    ['reloaded', whole.indexOf('  /b') - 1],
  ]) {
    const told = next(registry, event)
    await writeFile(file, whole.slice(0, at))
    await told
    assert.ok(registry.list().includes('a'), `after ${at} bytes`)
  }
  await writeFile(file, whole)
  await until(registry, 'b')
})

const NO_DOCUMENTS = [
  ['an error page', '<!DOCTYPE html><html><body>404: not found</body></html>'],
  ['an error page that parses as a map', '<!DOCTYPE html>..404: x'],
  ['a text', '"openapi"'],
  ['null', 'null'],
  ['a number', '5'],
  ['a list', '[]'],
  ['a map of something else', '{"name":"x"}'],
  ['blanks', ' \n\n '],
  ['bytes', '\u0000\u0001'],
  ['nothing', ''],
]
test('a file that turns into something else keeps its tools, is told once and mended', async (t) => {
  const { registry, file, events } = await watched(t)
  const before = JSON.stringify(registry.definitions('openai'))
  for (const [what, content] of NO_DOCUMENTS) {
    const failed = next(registry, 'reloadFailed')
    await writeFile(file, content)
    const { error } = await failed
    assert.deepEqual(
      [error.code, registry.sources()[0].fault.code, registry.revision],
      ['INVALID_SPEC', 'INVALID_SPEC', 1],
      what,
    )
    assert.equal(JSON.stringify(registry.definitions('openai')), before, what)
  }
  assert.equal(events.length, NO_DOCUMENTS.length)
  const mended = next(registry, 'reloaded')
  await writeFile(file, text(['a', 'b', 'c']))
  assert.deepEqual([(await mended).added, registry.sources()[0].fault], [['c'], undefined])
})

test('a file that is moved over a hundred times is served as it is in the end', async (t) => {
  const { registry, path, file } = await watched(t)
  for (let count = 0; count < 100; count++) {
    await writeFile(join(path, 'next'), text(['a', `v${count}`]))
    await rename(join(path, 'next'), file)
  }
  await until(registry, 'v99')
  const again = next(registry, 'reloaded', has('once'))
  await writeFile(join(path, 'next'), text(['once']))
  await rename(join(path, 'next'), file)
  await again
})

/** How programs save a file. */
const SAVES = [
  [
    'vim',
    async ({ path, file }, content) => (
      await rename(file, `${file}~`),
      await writeFile(file, content),
      await unlink(`${file}~`),
      await writeFile(join(path, '4913'), ''),
      await unlink(join(path, '4913'))
    ),
  ],
  [
    'vim with backupcopy',
    async ({ file }, content) => (
      await copyFile(file, `${file}~`),
      await truncate(file),
      await writeFile(file, content),
      await unlink(`${file}~`)
    ),
  ],
  [
    'emacs',
    async ({ path, file }, content) => (
      await symlink('user@host.1', join(path, '.#pets.json')),
      await rename(file, `${file}~`),
      await writeFile(file, content),
      await unlink(join(path, '.#pets.json'))
    ),
  ],
  ['VS Code', async ({ file }, content) => (await truncate(file), await writeFile(file, content))],
  [
    'an atomic writer',
    async ({ path, file }, content) => (
      await writeFile(join(path, '.pets.json.tmp'), content),
      await rename(join(path, '.pets.json.tmp'), file)
    ),
  ],
  [
    'rsync',
    async ({ path, file }, content) => (
      await writeFile(join(path, '.pets.json.X1y2Z3'), content),
      await utimes(join(path, '.pets.json.X1y2Z3'), 5, 5),
      await rename(join(path, '.pets.json.X1y2Z3'), file)
    ),
  ],
  ['git', async ({ file }, content) => (await unlink(file), await writeFile(file, content))],
  [
    'an appender',
    async ({ file }, content) => {
      await writeFile(file, '')
      for (let at = 0; at < content.length; at += 40) await appendFile(file, content.slice(at, at + 40))
    },
  ],
  [
    'cp -p from long ago',
    async ({ path, file }, content) => (
      await writeFile(join(path, 'old'), content),
      await utimes(join(path, 'old'), 1, 1),
      await cp(join(path, 'old'), file, { preserveTimestamps: true })
    ),
  ],
]
for (const [who, save] of SAVES) {
  test(`a file that is saved as by ${who} is reloaded whole, each time`, async (t) => {
    const place = await watched(t, undefined, { watch: { stabilityMs: 400, maxWaitMs: 10_000 } })
    for (const id of ['one', 'two', 'three']) {
      const reloaded = next(place.registry, 'reloaded')
      await save(place, text(['a', 'b', id]))
      assert.deepEqual([(await reloaded).added, place.registry.list()], [[id], ['a', 'b', id]])
    }
    assert.deepEqual(
      place.names().filter((name) => name !== 'change'),
      ['reloaded', 'reloaded', 'reloaded'],
    )
  })
}

test('a thousand touches are no reload and no event', async (t) => {
  const { registry, file, names } = await watched(t)
  for (let count = 0; count < 1000; count++) await utimes(file, count, count)
  const reloaded = next(registry, 'reloaded')
  await writeFile(file, text(['a', 'c']))
  await reloaded
  assert.deepEqual(names(), ['change', 'reloaded'])
})

test('a file that is written in another form is reloaded, and no tool changes', async (t) => {
  const { registry, file, names } = await watched(t)
  const before = JSON.stringify(registry.definitions('anthropic'))
  const [{ hash }] = registry.sources()
  for (const form of [
    JSON.stringify(document(['a', 'b']), null, 2),
    `${text(['a', 'b'])}\n\n`,
    JSON.stringify(Object.fromEntries(Object.entries(document(['a', 'b'])).reverse())),
  ]) {
    const reloaded = next(registry, 'reloaded')
    await writeFile(file, form)
    assert.deepEqual([(await reloaded).unchanged.toSorted(), (await reloaded).updated], [['a', 'b'], []])
  }
  assert.notEqual(registry.sources()[0].hash, hash)
  assert.deepEqual(
    [JSON.stringify(registry.definitions('anthropic')), registry.revision, names()],
    [before, 1, ['reloaded', 'reloaded', 'reloaded']],
  )
})

test('a file whose place a directory or a link to itself takes keeps its tools', async (t) => {
  const { registry, path, file } = await watched(t)
  const failed = next(registry, 'reloadFailed')
  await rm(file)
  await mkdir(file)
  assert.equal((await failed).error.code, 'SOURCE_UNREADABLE')
  assert.match((await failed).error.message, /directory/)
  const loop = next(registry, 'reloadFailed', { wanted: ({ error }) => !/directory/.test(error.message) })
  await rm(file, { recursive: true })
  await symlink('pets.json', join(path, 'pets.json'))
  assert.equal((await loop).error.code, 'SOURCE_UNREADABLE')
  assert.deepEqual([registry.list(), registry.revision], [['a', 'b'], 1])
  await rm(file)
  const back = next(registry, 'reloaded')
  await writeFile(file, text(['c']))
  assert.deepEqual((await back).added, ['c'])
})

test('a program that ends while it watches exits at once with code 0, from main thread and workers', async (t) => {
  const path = await folder(t)
  await writeFile(join(path, 'pets.json'), text(['a']))
  const program = `
    import { Worker, isMainThread } from 'node:worker_threads'
    import { createServer } from 'node:http'
    import { writeFileSync } from 'node:fs'
    const path = ${JSON.stringify(path)}
    const server = createServer((_, response) => response.end(${JSON.stringify(text(['x']))}))
    server.listen(0, '127.0.0.1', async () => {
      const registry = registryOf()
      const loader = new SpecLoader(registry)
      await loader.loadDirectory(path, { watch: { stabilityMs: 0 } })
      await loader.load('http://127.0.0.1:' + server.address().port + '/served.json', { watch: { pollMs: 100 } })
      const watches = [
        'const { SpecLoader, ToolRegistry } = require("toolrack")',
        'const { parentPort, workerData } = require("node:worker_threads")',
        'const loading = new SpecLoader(new ToolRegistry()).loadDirectory(workerData, { watch: true })',
        'loading.then(() => parentPort.postMessage("watching"))',
      ].join(';')
      const workers = [1, 2].map(() => new Worker(watches, { eval: true, workerData: path, execArgv: [] }))
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))))
      writeFileSync(path + '/pets.json', ${JSON.stringify(text(['a']))} + ' '.repeat(Math.random() * 100))
      setTimeout(() => process.exit(), Math.random() * 120)
    })`
  for (let round = 0; round < 10; round++) assert.equal(await outputOf(program, { killAfterMs: 20_000 }), '')
})

const limited = ['-Ur', 'sh', '-c', 'echo 0 > /proc/sys/user/max_inotify_watches && exec "$@"', 'sh']

test(
  'where the system gives no file events, parts and directories are followed by polling, and that is told once',
  { skip: isElsewhere },
  async (t) => {
    if (!canUnshare(t, limited)) return
    const path = await folder(t)
    await writeFile(
      join(path, 'pets.json'),
      JSON.stringify(document(['a'], { a: { parameters: [{ $ref: 'parts/one.json#/it' }] } })),
    )
    await mkdir(join(path, 'parts'))
    const part = (name) => JSON.stringify({ it: { name, in: 'query', schema: { type: 'string' } } })
    await writeFile(join(path, 'parts', 'one.json'), part('old'))
    const program = `
    import { SpecLoader, ToolRegistry } from 'toolrack'
    import { next } from './__test__/support/events.mjs'
    import { writeFileSync } from 'node:fs'
    const registry = new ToolRegistry()
    let polling = 0
    registry.on('watchPolling', ({ reason, intervalMs }) => {
      if (polling++ === 0) console.log(intervalMs, /max_user_watches/.test(reason))
    })
    const path = ${JSON.stringify(path)}
    const alive = setInterval(() => {}, 1000)
    await new SpecLoader(registry).loadDirectory(path, { watch: { pollMs: 100 } })
    const changed = next(registry, 'reloaded')
    writeFileSync(path + '/parts/one.json', ${JSON.stringify(part('new'))})
    console.log((await changed).updated, Object.keys(registry.get('a').inputSchema.properties))
    const appeared = next(registry, 'reloaded')
    writeFileSync(path + '/more.json', ${JSON.stringify(text(['b']))})
    console.log((await appeared).added, polling)
    registry.close()
    clearInterval(alive)`
    const { status, stdout, stderr } = spawnSync(
      'unshare',
      [...limited, process.execPath, '--input-type=module', '--eval', program],
      { cwd: root, encoding: 'utf8', timeout: 60_000 },
    )
    assert.deepEqual(
      [status, stderr, stdout.trim().split('\n')],
      [0, '', ['100 true', "[ 'a' ] [ 'new' ]", "[ 'b' ] 1"]],
    )
  },
)

const mounting = ['-Urm', 'sh', '-c', 'mount --bind "$1" "$2" && shift 2 && exec "$@"', 'sh']

test('with CI set, a test that cannot mount fails in place of being skipped', () => {
  const reasons = []
  const t = { skip: (reason) => reasons.push(reason) }
  const refused = ['--no-such-option']
  assert.equal(canUnshare(t, refused, { isCi: false }), false)
  assert.throws(() => canUnshare(t, refused, { isCi: true }), { message: reasons[0] })
})

test('a file that is a mount of its own is told to be one', { skip: isElsewhere }, async (t) => {
  const path = await folder(t)
  const [outside, inside, plain] = ['outside', 'in side', 'plain'].map((name) => join(path, `${name}.json`))
  for (const [file, id] of [
    [outside, 'a'],
    [inside, 'b'],
    [plain, 'c'],
  ])
    await writeFile(file, text([id]))
  if (!canUnshare(t, [...mounting, outside, inside])) return
  const program = `
    import { SpecLoader, ToolRegistry } from 'toolrack'
    import { next } from './__test__/support/events.mjs'
    const registry = new ToolRegistry()
    const blind = []
    registry.on('watchBlind', ({ source, location }) => blind.push([source, location]))
    const alive = setInterval(() => {}, 1000)
    const loader = new SpecLoader(registry)
    const told = next(registry, 'watchBlind')
    for (const file of ${JSON.stringify([plain, inside, plain, inside])}) await loader.load(file, { watch: true })
    await told
    await loader.load('/proc/self/none', { watch: true }).catch(() => {})
    console.log(JSON.stringify([registry.list(), blind]))
    registry.close()
    clearInterval(alive)`
  const { status, stdout, stderr } = spawnSync(
    'unshare',
    [...mounting, outside, inside, process.execPath, '--input-type=module', '--eval', program],
    { cwd: root, encoding: 'utf8', timeout: 60_000 },
  )
  assert.deepEqual([status, stderr, JSON.parse(stdout)], [0, '', [['c', 'a'], [['in side', inside]]]])
})
