// The audit log: what is in it, who can verify it, and what becomes of it when a process or a disk comes to its end.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { once } from 'node:events'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { SpecLoader, ToolRegistry, verifyAudit } from 'toolrack'
import { root } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { serve } from './support/server.mjs'
import { codeOf, callFromRust, refusal, tool } from './support/tools.mjs'

/** A file for a log that goes with the test. */
const place = async (t) => join(await folder(t), 'audit.jsonl')

/** A registry with a log; it is closed with the test. */
function audited(t, audit, options) {
  const registry = new ToolRegistry({ audit, ...options })
  t.after(() => registry.close())
  return registry
}

/** The records of a log. */
const records = async (path) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line))
/** The data of those of one kind. */
const data = async (path, kind) =>
  (await records(path)).filter((record) => record.kind === kind).map((record) => record.data)

/** Recomputes a chain from what index.d.ts and the README say of it, with nothing of toolrack. */
async function recomputed(path) {
  let prev = '0'.repeat(64)
  let seq = 0
  for (const line of (await readFile(path, 'utf8')).split('\n').slice(0, -1)) {
    const hash = createHash('sha256').update(line.slice(0, -75)).digest('hex')
    assert.ok(line.endsWith(`,"prev":"${prev}","hash":"${hash}"}`), line)
    assert.equal(JSON.parse(line).seq, ++seq)
    prev = hash
  }
  return { seq, hash: prev }
}

test('every change is a record with the hashes of what it changed, in the order of revisions', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const handle = registry.register(tool({ name: 'a' }))
  const before = registry.get('a').schemaHash
  handle.update(tool({ name: 'a', description: 'Says more' }))
  const after = registry.get('a').schemaHash
  handle.disable()
  handle.update(tool({ name: 'b', description: 'Says more' }))
  handle.remove()
  const renamed = (await data(path, 'change'))[3].added[0].after
  assert.deepEqual(await data(path, 'change'), [
    { revision: 1, added: [{ name: 'a', after: before }], updated: [], removed: [], stale: [] },
    { revision: 2, added: [], updated: [{ name: 'a', before, after }], removed: [], stale: [] },
    { revision: 3, added: [], updated: [{ name: 'a', before: after, after, enabled: false }], removed: [], stale: [] },
    {
      revision: 4,
      added: [{ name: 'b', after: renamed }],
      updated: [],
      removed: [{ name: 'a', before: after }],
      stale: [],
    },
    { revision: 5, added: [], updated: [], removed: [{ name: 'b', before: renamed }], stale: [] },
  ])
  registry.close()
  assert.deepEqual(
    (await records(path)).map(({ kind }) => kind),
    ['open', ...Array(5).fill('change'), 'close'],
  )
  assert.ok((await records(path)).every(({ time }) => Math.abs(Date.now() - time) < 60_000))
})

test('anybody can verify a log by what is documented', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  registry.register(tool({ description: 'Ünïcode "quoted" \\ \u2028 \ud83d\ude00' }))
  await registry.execute('echo', { a: '\n' })
  const last = await recomputed(path)
  assert.deepEqual(registry.audit(), { path, ...last, missing: 0 })
  assert.deepEqual(await verifyAudit(path), { ok: true, records: last.seq, bad: null, torn: 0, last })
})

test('sha256sum alone verifies a record', { skip: process.platform === 'win32' }, async (t) => {
  const path = await place(t)
  audited(t, path).register(tool())
  const said = await shell(`tail -n 1 "$0" | sed 's/,"hash":"[0-9a-f]*"}$//' | tr -d '\\n' | sha256sum`, path)
  assert.equal(said.stdout.slice(0, 64), (await records(path)).at(-1).hash)
})

test('loads are records too, those that failed included', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  const file = join(await folder(t), 'crm.json')
  await writeFile(file, text(['a', 'b']))
  const { hash, bytes } = await loader.load(file, { name: 'crm' })
  await writeFile(file, 'junk: [')
  await assert.rejects(loader.reload('crm'))
  await assert.rejects(loader.load('http://user:secret@127.0.0.1:9/x.json?key=secret', { name: 'erp' }))
  const [change] = await data(path, 'change')
  assert.deepEqual([change.source, change.added.map(({ name }) => name)], ['crm', ['a', 'b']])
  assert.deepEqual(await data(path, 'load'), [
    {
      source: 'crm',
      trigger: 'load',
      version: '1.2.0',
      hash,
      bytes,
      revision: 1,
      added: 2,
      updated: 0,
      removed: 0,
      unchanged: 0,
      stale: 0,
      skipped: 0,
      held: [],
      objections: [],
    },
  ])
  const failed = await data(path, 'loadFailed')
  assert.deepEqual(
    failed.map(({ source, trigger, code }) => [source, trigger, code]),
    [
      ['crm', 'reload', 'INVALID_SPEC'],
      ['erp', 'load', 'SOURCE_UNREADABLE'],
    ],
  )
  assert.ok(!(await readFile(path, 'utf8')).includes('secret'))
})

test('what gates said, and what somebody decided, is in the log', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  t.after(() => loader.close())
  const load = (description, gates) => loader.load(document(['a'], { a: { description } }), { name: 'crm', gates })
  await load('old')
  const { holdId } = await load('new', { wording: 'hold' })
  loader.approve(holdId)
  await assert.rejects(load('newer', { wording: 'refuse' }))
  const { revision } = loader.rollback('crm', '1.2.0')
  const [, held] = await data(path, 'load')
  assert.deepEqual(
    [held.holdId, held.held, held.class, held.objections.map(({ gate, tool }) => [gate, tool])],
    [holdId, ['a'], 'wording', [['wording', 'a']]],
  )
  assert.deepEqual(
    (await data(path, 'decision')).map(({ holdId, outcome, updated }) => [holdId, outcome, updated]),
    [[holdId, 'approved', ['a']]],
  )
  assert.deepEqual(
    (await data(path, 'loadFailed')).map(({ code, refusals }) => [code, refusals[0].gate]),
    [['GATE_REFUSED', 'wording']],
  )
  assert.deepEqual(
    (await data(path, 'rollback')).map((one) => [one.source, one.revision]),
    [['crm', revision]],
  )
})

test('a record says who asked for a load: a file that changed, or a webhook', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  const loader = new SpecLoader(registry)
  const file = join(await folder(t), 'crm.json')
  await writeFile(file, text(['a']))
  await loader.load(file, { name: 'crm', watch: true })
  const reloaded = next(registry, 'reloaded')
  await writeFile(file, text(['a', 'b']))
  await reloaded
  const failed = next(registry, 'reloadFailed')
  await writeFile(file, 'junk: [')
  await failed
  const { Webhook } = await import('standardwebhooks')
  const secret = Buffer.from('secret').toString('base64')
  const server = createServer(loader.webhook({ secrets: `whsec_${secret}`, source: 'crm' })).listen(0, '127.0.0.1')
  t.after(() => (server.closeAllConnections(), server.close()))
  await once(server, 'listening')
  const headers = {
    'webhook-id': '1',
    'webhook-timestamp': String(Math.floor(Date.now() / 1000)),
    'webhook-signature': new Webhook(secret).sign('1', new Date(), '{}'),
  }
  assert.equal(
    (await fetch(`http://127.0.0.1:${server.address().port}`, { method: 'POST', body: '{}', headers })).status,
    422,
  )
  const loads = (await records(path))
    .filter(({ kind }) => kind.startsWith('load'))
    .map(({ kind, data }) => [kind, data.trigger])
  assert.deepEqual(loads, [
    ['load', 'load'],
    ['load', 'watch'],
    ['loadFailed', 'watch'],
    ['loadFailed', 'webhook'],
  ])
})

test('every call is a record: who, what, on which definition, and what came of it', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const seen = []
  registry.register(
    tool({
      name: 'works',
      inputSchema: { type: 'object', properties: { a: { default: 1 } } },
      execute: (_, { callId }) => void seen.push(callId),
    }),
  )
  registry.register(
    tool({
      name: 'fails',
      execute: () => {
        throw new Error('no')
      },
    }),
  )
  registry.register(tool({ name: 'user', requiresAuth: true }))
  const context = { userId: 7, auditingId: 'a-1', metadata: { card: '4111 1111' } }
  await registry.execute('works', { b: 'secret value', userId: 9 }, { context })
  await registry.execute('works', { b: 'secret value', userId: 'u'.repeat(1000), __metadata: { card: '4111 1111' } })
  await assert.rejects(registry.execute('fails', {}, { context: { userId: { card: '4111 1111' } } }))
  await assert.rejects(registry.execute('user', {}))
  await assert.rejects(registry.execute('works', [1]))
  await assert.rejects(registry.execute('nobody'))
  await assert.rejects(registry.execute('works', {}, { signal: AbortSignal.abort() }))
  await registry.respond('anthropic', { id: 't', name: 'works', input: {} }, { context })
  const calls = await data(path, 'call')
  assert.deepEqual(
    calls.map(({ tool, outcome }) => [tool, outcome]),
    [
      ['works', 'ok'],
      ['works', 'ok'],
      ['fails', 'TOOL_FAILED'],
      ['user', 'MISSING_CONTEXT'],
      ['works', 'INVALID_PARAMS'],
      ['nobody', 'UNKNOWN_TOOL'],
      ['works', 'CANCELLED'],
      ['works', 'ok'],
    ],
  )
  const [first, second, third] = calls
  const { durationMs, ...rest } = first
  const argumentsHash = createHash('sha256').update('{"b":"secret value"}').digest('hex')
  assert.deepEqual(rest, {
    callId: seen[0],
    tool: 'works',
    source: 'code',
    revision: 3,
    schemaHash: registry.get('works').schemaHash,
    userId: 7,
    auditingId: 'a-1',
    argumentsHash,
    outcome: 'ok',
  })
  assert.ok(durationMs >= 0 && durationMs < 60_000)
  assert.deepEqual(
    [second.callId, second.userId, second.argumentsHash],
    [seen[1], `${'u'.repeat(120)}…`, argumentsHash],
  )
  assert.equal(third.userId, undefined)
  assert.equal(calls[5].schemaHash, undefined)
  assert.equal(new Set(calls.map(({ callId }) => callId)).size, calls.length)
  const whole = await readFile(path, 'utf8')
  assert.ok(!whole.includes('secret value') && !whole.includes('4111 1111'))
})

test('calls that begin on Rust threads are records too, under the name that the closure is told', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const seen = []
  registry.register(tool({ execute: (params, { callId }) => (seen.push(callId), params) }))
  await callFromRust(registry, { params: { b: 2, a: 1 }, context: { userId: 'u' }, total: 20, inFlight: 4 })
  await callFromRust(registry, { name: 'nobody', total: 1 })
  const calls = await data(path, 'call')
  assert.deepEqual(
    calls
      .slice(0, 20)
      .map(({ callId }) => callId)
      .sort(),
    seen.sort(),
  )
  const argumentsHash = createHash('sha256').update('{"a":1,"b":2}').digest('hex')
  assert.ok(
    calls
      .slice(0, 20)
      .every(
        (call) =>
          call.outcome === 'ok' && call.userId === 'u' && call.argumentsHash === argumentsHash && call.revision === 1,
      ),
  )
  assert.deepEqual([calls[20].tool, calls[20].outcome], ['nobody', 'UNKNOWN_TOOL'])
  await recomputed(path)
})

test('calls of HTTP operations are one record each', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  const { url } = await serve(t, ({ url }, response) =>
    url === '/a' ? { fine: true } : void response.writeHead(500).end(),
  )
  await new SpecLoader(registry).load(document(['a', 'b']), { baseUrl: url })
  await registry.execute('a')
  await assert.rejects(registry.execute('b'))
  assert.deepEqual(
    (await data(path, 'call')).map(({ tool, outcome }) => [tool, outcome]),
    [
      ['a', 'ok'],
      ['b', 'HTTP_FAILED'],
    ],
  )
})

test('no call is written down unless it is asked for', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path })
  registry.register(tool())
  await registry.execute('echo')
  await callFromRust(registry)
  assert.deepEqual(
    (await records(path)).map(({ kind }) => kind),
    ['open', 'change'],
  )
})

test('arguments that cannot be JSON leave a record without their hash', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true }, { validate: false })
  registry.register(tool({ execute: () => 1 }))
  const circle = {}
  circle.circle = circle
  await registry.execute('echo', circle)
  await registry.execute('echo', { n: 1n })
  assert.deepEqual(
    (await data(path, 'call')).map((call) => ['argumentsHash' in call, call.outcome]),
    [
      [false, 'ok'],
      [false, 'ok'],
    ],
  )
})

test('a call that is under way while its revision is released is written down', async (t) => {
  const path = await place(t)
  const registry = audited(t, { path, calls: true })
  let answer
  registry.register(tool({ execute: () => new Promise((resolve) => (answer = resolve)) }))
  const turn = registry.snapshot()
  const result = turn.execute('echo')
  registry.unregister('echo')
  turn.release()
  answer(5)
  assert.equal(await result, 5)
  assert.equal((await data(path, 'call'))[0].outcome, 'ok')
})

test('a log is continued by the next registry, and two never write one', async (t) => {
  const path = await place(t)
  for (let i = 0; i < 3; i++) {
    const registry = audited(t, { path, sync: ['none', 'interval', 'each'][i] })
    registry.register(tool())
    const error = await refusal(() => new ToolRegistry({ audit: path }))
    assert.deepEqual([error.code, error.details.reason], ['AUDIT_UNWRITABLE', 'another registry is writing it'])
    registry.close()
  }
  assert.equal((await recomputed(path)).seq, 9)
})

test('a log that was changed is refused with the first bad record, or put aside', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  for (const name of ['a', 'b', 'c']) registry.register(tool({ name }))
  registry.close()
  const whole = await readFile(path, 'utf8')
  await writeFile(path, whole.replace('"name":"b"', '"name":"x"'))
  const error = await refusal(() => new ToolRegistry({ audit: path }))
  assert.deepEqual(
    [error.code, error.details],
    ['AUDIT_BROKEN', { path, line: 3, seq: 3, reason: 'is not what its hash says' }],
  )
  assert.deepEqual((await verifyAudit(path)).bad, { line: 3, seq: 3, reason: 'is not what its hash says' })
  audited(t, { path, onBroken: 'begin' }).close()
  const [{ aside }] = await data(path, 'open')
  assert.equal(aside.bad.line, 3)
  assert.equal((await verifyAudit(aside.path)).bad.line, 3)
  assert.equal((await verifyAudit(path)).ok, true)
})

test(
  'a process that is killed at any moment loses nothing that was there to see, and tears one record at most',
  { skip: process.platform === 'win32' },
  async (t) => {
    const path = await place(t)
    const program = `
    import { ToolRegistry } from 'toolrack'
    const registry = new ToolRegistry({ audit: { path: ${JSON.stringify(path)}, calls: true } })
    const handle = registry.register({ name: 'echo', description: 'x'.repeat(2000), execute: () => 1 })
    for (let n = 0; ; n++) {
      handle.update({ name: 'echo', description: String(n).repeat(500), execute: () => 1 })
      await registry.execute('echo')
      process.stdout.write(registry.revision + '\\n')
      await new Promise(setImmediate)
    }`
    let seen = 0
    for (let round = 0; round < 8; round++) {
      const child = spawn(process.execPath, ['--input-type=module', '--eval', program], {
        cwd: root,
        stdio: ['ignore', 'pipe', 'inherit'],
      })
      let last = 0
      const lines = createInterface({ input: child.stdout })
      for await (const line of lines) {
        last = Number(line)
        if (last === 20 + round * 7) child.kill('SIGKILL')
      }
      assert.ok(last >= 20 + round * 7)
      const verdict = await verifyAudit(path)
      assert.equal(verdict.ok, true)
      const whole = (await readFile(path, 'utf8'))
        .split('\n')
        .slice(0, -1)
        .map((line) => JSON.parse(line))
      const changes = whole
        .slice(seen)
        .filter(({ kind }) => kind === 'change')
        .map(({ data }) => data.revision)
      assert.deepEqual(
        changes,
        Array.from(changes, (_, i) => i + 1),
        'no revision is missing',
      )
      assert.ok(changes.length >= last, `${changes.length} records for revision ${last}`)
      assert.ok(whole.slice(seen).filter(({ kind }) => kind === 'call').length >= last - 1)
      seen = whole.length
    }
    audited(t, path).close()
    await recomputed(path)
  },
)

test('a thread that ends, by itself or not, lets go of its log and leaves it whole', async (t) => {
  const path = await place(t)
  const program = `
    const { parentPort, workerData } = require('node:worker_threads')
    const { ToolRegistry } = require(workerData.root)
    const registry = new ToolRegistry({ audit: workerData.path })
    registry.register({ name: 'a', description: 'A', execute: () => 1 })
    parentPort.postMessage('written')
    if (workerData.stays) setInterval(() => {}, 1000)`
  for (const stays of [false, true, false, true]) {
    const worker = new Worker(program, { eval: true, workerData: { root, path, stays } })
    const ended = once(worker, 'exit')
    await once(worker, 'message')
    if (stays) await worker.terminate()
    await ended
  }
  audited(t, path).close()
  assert.equal((await data(path, 'change')).length, 4)
  await recomputed(path)
})

test('a torn end is cut off, and the log says so', async (t) => {
  const path = await place(t)
  audited(t, path).close()
  await appendFile(path, '{"seq":3,"time":17')
  assert.deepEqual([(await verifyAudit(path)).ok, (await verifyAudit(path)).torn], [true, 18])
  audited(t, path).close()
  assert.deepEqual(await data(path, 'torn'), [{ bytes: 18 }])
  await recomputed(path)
})

test(
  'a disk that is full is told once, harms no call, and leaves a gap that the log admits',
  { skip: process.platform === 'win32' },
  async (t) => {
    const path = await place(t)
    const program = `
    import { ToolRegistry } from 'toolrack'
    const registry = new ToolRegistry({ audit: { path: ${JSON.stringify(path)}, calls: true } })
    const told = []
    const alive = setInterval(() => {}, 1000)
    const failed = new Promise((resolve) => registry.on('auditFailed', (failure) => resolve(told.push(failure))))
    registry.register({
      name: 'echo', description: 'Says it',
      parameters: { n: { type: 'number' } }, execute: (params) => params.n,
    })
    let sum = 0
    for (let n = 0; n < 200; n++) sum += await registry.execute('echo', { n })
    await failed
    clearInterval(alive)
    console.log(JSON.stringify({ sum, told, missing: registry.audit().missing, size: registry.size }))
    registry.close()`
    const said = await shell(`ulimit -f 32; exec "$0" --input-type=module --eval "$1"`, process.execPath, program)
    assert.equal(said.code, 0, said.stderr)
    const { sum, told, missing, size } = JSON.parse(said.stdout)
    assert.deepEqual([sum, size, told.length, told[0].path, told[0].missing], [19_900, 1, 1, path, 1])
    assert.match(told[0].reason, /large/i)
    assert.ok(missing > 50, missing)
    assert.ok((await stat(path)).size <= 32 * 1024)
    // Whether the gap and the end, which are shorter than a call, still fit behind the last one depends on the file's
    // length.
    const written = (await records(path)).filter(({ kind }) => kind !== 'gap' && kind !== 'close')
    assert.equal(written.length + missing, 202)
    const { ok, torn } = await verifyAudit(path)
    assert.deepEqual([ok, torn], [true, 0])
  },
)

test('an anchor finds an end that was cut off', async (t) => {
  const path = await place(t)
  const registry = audited(t, path)
  registry.register(tool())
  registry.close()
  const { last } = await verifyAudit(path)
  assert.equal((await verifyAudit(path, { anchor: last })).ok, true)
  const lines = (await readFile(path, 'utf8')).split('\n')
  await writeFile(path, `${lines.slice(0, 2).join('\n')}\n`)
  assert.equal((await verifyAudit(path)).ok, true)
  assert.deepEqual((await verifyAudit(path, { anchor: last })).bad, {
    line: 3,
    seq: null,
    reason: 'is missing, though the anchor names it or a later one',
  })
  for (const options of [{ anchor: 5 }, { anchor: { seq: -1, hash: '' } }, { anchr: last }])
    assert.equal(await codeOf(() => verifyAudit(path, options)), 'INVALID_OPTIONS')
})

test('options that cannot be meant are refused', async (t) => {
  const path = await place(t)
  for (const audit of [
    5,
    null,
    '',
    {},
    { path: '' },
    { path: 5 },
    { path, calls: 'yes' },
    { path, sync: 'always' },
    { path, onBroken: 'ignore' },
    { path, file: 1 },
  ]) {
    assert.equal(await codeOf(() => new ToolRegistry({ audit })), 'INVALID_OPTIONS', JSON.stringify(audit))
  }
  assert.equal(await codeOf(() => new ToolRegistry({ audit: join(path, 'below') })), 'AUDIT_UNWRITABLE')
  assert.equal(await codeOf(() => verifyAudit(path)), 'SOURCE_UNREADABLE')
  assert.equal(await codeOf(() => verifyAudit(5)), 'INVALID_OPTIONS')
  assert.equal(new ToolRegistry().audit(), undefined)
})

test('the command line says what it found, and ends with it', async (t) => {
  const path = await place(t)
  audited(t, path).close()
  const cli = (...args) => run(process.execPath, [join(root, 'bin', 'toolrack.js'), ...args])
  const { last } = await verifyAudit(path)
  const good = await cli('audit', 'verify', path)
  assert.deepEqual(
    [good.code, good.stdout, good.stderr],
    [0, `${path}: 2 records are what was written\nlast record: 2:${last.hash}\n`, ''],
  )
  assert.deepEqual(
    JSON.parse((await cli('audit', 'verify', path, '--json', '--anchor', `2:${last.hash}`)).stdout),
    await verifyAudit(path),
  )
  await appendFile(path, '{"seq"')
  const torn = await cli('audit', 'verify', path)
  assert.deepEqual(
    [torn.code, torn.stdout.split('\n')[0]],
    [0, `${path}: 2 records are what was written, and 6 bytes of one that was not written to its end`],
  )
  await appendFile(path, '\u001b[31m\n')
  const bad = await cli('audit', 'verify', path)
  assert.deepEqual(
    [bad.code, bad.stdout],
    [1, `${path}: line 3 is no record; the 2 records before it are what was written\n`],
  )
  assert.equal((await cli('audit', 'verify', path, '--json')).code, 1)
  const help = await cli('--help')
  assert.deepEqual([help.code, help.stdout.startsWith('toolrack audit verify FILE')], [0, true])
  for (const args of [
    [],
    ['audit'],
    ['audit', 'verify'],
    ['audit', 'verify', path, path],
    ['audit', 'verify', `${path}x`],
    ['audit', 'verify', path, '--anchor', '2'],
    ['audit', 'verify', path, '--loud'],
  ]) {
    const { code, stdout, stderr } = await cli(...args)
    assert.deepEqual([code, stdout], [2, ''], args.join(' '))
    assert.match(stderr, /\S/)
  }
})

/** Runs a program; how it ended and what it said. */
const run = (file, args) =>
  new Promise((resolve) =>
    execFile(file, args, { cwd: root }, (error, stdout, stderr) => resolve({ code: error?.code ?? 0, stdout, stderr })),
  )
const shell = (script, ...args) => run('sh', ['-c', script, ...args])
