// The audit log: who can verify it, and what becomes of it when a process or a disk comes to its end.
import assert from 'node:assert/strict'
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { appendFile, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { Worker } from 'node:worker_threads'
import { ToolRegistry, verifyAudit } from 'toolrack'
import { audited, data, place, recomputed, records } from './support/audit-logs.mjs'
import { root } from './support/child.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

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
  const help = await cli('audit', 'verify', '--help')
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
