// A process that has nothing else to do ends by itself, whatever toolrack still holds; programs of their own show it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { run } from './support/child.mjs'

const DOCUMENT = `JSON.stringify({
  openapi: '3.0.3', info: { title: 'x' }, paths: { '/a': { get: { operationId: 'a' } } },
})`
const FILE = `
  import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
  const folder = mkdtempSync((await import('node:os')).tmpdir() + '/toolrack-')
  process.on('exit', () => rmSync(folder, { recursive: true }))
  writeFileSync(folder + '/pets.json', ${DOCUMENT})`

const ENDS = [
  [
    'tools and listeners',
    `const registry = registryOf({}); registry.onChange(() => {}); await registry.execute('echo')`,
  ],
  ['a hundred registries', `globalThis.all = [...Array(100)].map(() => registryOf({}))`],
  ['a snapshot', `globalThis.turn = registryOf({}).snapshot(); await turn.execute('echo')`],
  ['a closure that never settles', `registryOf({ execute: never }).execute('echo')`],
  [
    'a closure that never settles, the registry with a limit of its own',
    `const r = new ToolRegistry({ timeoutMs: 600_000 }); r.register(tool({ execute: never })); r.execute('echo')`,
  ],
  [
    'a call with a long limit that has ended',
    `await registryOf({ execute: async () => 1 }).execute('echo', {}, { timeoutMs: 600_000 })`,
  ],
  [
    'a call with a long limit that failed',
    `const registry = registryOf({ execute: async () => { throw 1 } })
      await registry.execute('echo', {}, { timeoutMs: 600_000 }).catch(() => {})`,
  ],
  [
    'a call with a long limit that was given up',
    `const options = { timeoutMs: 600_000, signal: AbortSignal.timeout(1) }
      registryOf({ execute: never }).execute('echo', {}, options).catch(() => {})`,
  ],
  ['calls that came from Rust threads', `await callFromRust(registryOf({}), { total: 100, inFlight: 8 })`],
  ['a loaded document', `const loader = new SpecLoader(registryOf()); await loader.load(${DOCUMENT})`],
  [
    'a watched file',
    `${FILE}\nconst loader = new SpecLoader(registryOf()); await loader.load(folder + '/pets.json', { watch: true })`,
  ],
  [
    'a watched file and a listener',
    `${FILE}
      const registry = registryOf()
      registry.on('reloaded', () => {})
      await new SpecLoader(registry).load(folder + '/pets.json', { watch: true })`,
  ],
  [
    'an audit log',
    `${FILE}
      const registry = new ToolRegistry({ audit: { path: folder + '/audit.jsonl', calls: true } })
      registry.register(tool())
      await registry.execute('echo')`,
  ],
  ['a closed registry', `const registry = registryOf({}); registry.close()`],
]
for (const [what, program] of ENDS) {
  test(`a process ends by itself with ${what}`, async () => {
    const { code, signal, stderr, ms } = await run(`${program}\nconsole.error('at the end')`, { killAfterMs: 20_000 })
    assert.deepEqual([code, signal, stderr], [0, null, 'at the end\n'])
    assert.ok(ms < 10_000, `${ms} ms`)
  })
}

test('a limit that the caller set keeps the process until it is met', async () => {
  const { code, stdout } = await run(
    `const call = registryOf({ execute: never }).execute('echo', {}, { timeoutMs: 50 })
      await call.catch((error) => console.log(error.code))`,
  )
  assert.deepEqual([code, stdout], [0, 'TIMEOUT\n'])
})

test('a limit that the caller set keeps the process also after a call with the same limit has ended', async () => {
  const { code, stdout } = await run(`
    const registry = registryOf({ execute: never }, { name: 'soon', execute: async () => 1 })
    await registry.execute('soon', {}, { timeoutMs: 50 })
    await registry.execute('echo', {}, { timeoutMs: 50 }).catch((error) => console.log(error.code))`)
  assert.deepEqual([code, stdout], [0, 'TIMEOUT\n'])
})

const EXITS = [
  ['calls from here', `for (let i = 0; i < 1000; i++) registry.execute('echo', { i })`],
  ['calls from Rust threads', `for (let i = 0; i < 8; i++) callFromRust(registry, { total: 100_000, inFlight: 32 })`],
  [
    'calls that never settle',
    `for (let i = 0; i < 100; i++) registry.execute('hangs').catch(() => {})
      callFromRust(registry, { name: 'hangs', total: 100, inFlight: 100, timeoutMs: 600_000 })`,
  ],
  [
    'loads',
    `for (let i = 0; i < 20; i++) {
        new SpecLoader(registry).load(${DOCUMENT}, { name: 'x' + i, namespace: 'x' + i }).catch(() => {})
      }`,
  ],
]
for (const [what, program] of EXITS) {
  test(`process.exit in the middle of ${what} ends with its code and at once`, async () => {
    const { code, signal, stderr, ms } = await run(`
      const registry = registryOf({ execute: async (params) => params }, { name: 'hangs', execute: never })
      ${program}
      setTimeout(() => process.exit(7), 20)`)
    assert.deepEqual([code, signal, stderr], [7, null, ''])
    assert.ok(ms < 10_000, `${ms} ms`)
  })
}

test('a process whose main module still waits for a closure says so by exit code 13, and does not hang', async () => {
  const { code, signal } = await run(`await registryOf({ execute: never }).execute('echo')`)
  assert.deepEqual([code, signal], [13, null])
})
