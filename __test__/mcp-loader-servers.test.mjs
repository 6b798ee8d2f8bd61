// McpLoader with servers of ours: processes over stdio, and HTTP.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { McpLoader, createMcpServer } from 'toolrack/mcp'
import { OWN_PROGRAM, event, isAlive, until } from './support/mcp-upstream.mjs'
import { MANY, upstreamRegistry } from './support/mcp-upstream-tools.mjs'

/** A registry with a loader that is closed when the test ends. */
function open(t) {
  const registry = new ToolRegistry()
  const loader = new McpLoader(registry)
  t.after(() => loader.close())
  return { registry, loader }
}

const codeOf = (promise) =>
  promise.then(
    () => 'nothing',
    ({ code }) => code,
  )

test('a program is a source over stdio: its pages, its changes, its end and its return', async (t) => {
  const { registry, loader } = open(t)
  const report = await loader.load('own', OWN_PROGRAM, { namespace: 'own' })
  assert.ok(report.added.length >= MANY + 7)
  assert.deepEqual(await registry.execute('own_add', { a: 1, b: 2 }), { sum: 3 })
  assert.equal(await codeOf(registry.execute('own_fail', {})), 'TOOL_FAILED')
  assert.equal(await codeOf(registry.execute('own_add', { a: 'x' })), 'INVALID_PARAMS')
  const reloaded = event()
  registry.on('reloaded', reloaded.resolve)
  await registry.execute('own_grow', {})
  const grown = await reloaded.promise
  assert.deepEqual([grown.added, grown.updated, grown.removed], [['own_grown'], [], []])
  assert.equal(await registry.execute('own_grown', {}), 'new')
  const { server, revision, instructions } = loader.status()[0]
  assert.deepEqual([server.name, server.version, revision, instructions], ['own', '1.2.3', '2026-07-28', 'Be kind'])
})

test('lines of stderr are events with the name of the source, or go to a function', async (t) => {
  const { registry, loader } = open(t)
  const lines = []
  const told = event()
  registry.on('upstreamLog', (one) => lines.push(one) && told.resolve())
  const program = `console.error('starts'); await import(${JSON.stringify(OWN_PROGRAM.args[0])})`
  const spec = { command: process.execPath, args: ['--input-type=module', '-e', program] }
  await loader.load('loud', spec, { include: ['add'] })
  await told.promise
  assert.deepEqual(lines, [{ source: 'loud', line: 'starts' }])
  const own = event()
  await loader.load('own', { ...spec, stderr: own.resolve }, { namespace: 'own', include: ['add'] })
  await own.promise
  assert.equal(lines.length, 1)
})

test('a cancelled call aborts the tool of the server', async (t) => {
  const { registry, loader } = open(t)
  await loader.load('own', OWN_PROGRAM)
  const controller = new AbortController()
  const waiting = codeOf(registry.execute('wait', {}, { signal: controller.signal }))
  await registry.execute('add', { a: 1, b: 1 })
  controller.abort()
  assert.equal(await waiting, 'CANCELLED')
  assert.equal(await registry.execute('aborted', {}), 'aborted')
})

test('a program that is killed is started again, and no process outlives the loader', async (t) => {
  const { registry, loader } = open(t)
  const states = []
  registry.on('upstream', ({ state }) => states.push(state))
  const pids = []
  const program = `
    import { createMcpServer } from 'toolrack/mcp'
    import { ToolRegistry } from 'toolrack'
    const registry = new ToolRegistry()
    registry.register({ name: 'pid', description: 'd', execute: () => process.pid })
    await createMcpServer(registry).stdio()`
  const cwd = new URL('..', import.meta.url).pathname
  await loader.load('own', { command: process.execPath, args: ['--input-type=module', '-e', program], cwd })
  pids.push(await registry.execute('pid', {}))
  const up = event()
  registry.on('upstream', ({ state }) => state === 'up' && up.resolve())
  process.kill(pids[0], 'SIGKILL')
  await up.promise
  pids.push(await registry.execute('pid', {}))
  assert.notEqual(pids[0], pids[1])
  assert.deepEqual(states.slice(0, 3), ['up', 'down', 'up'])
  await loader.close()
  for (const pid of pids) await until(async () => !(await isAlive(pid)))
})

test('a server over HTTP gets header arguments, and is found again after it was away', async (t) => {
  const { registry, loader } = open(t)
  const upstream = createMcpServer(upstreamRegistry())
  const first = await upstream.listen()
  await loader.load('http', { url: first.url, headers: async () => ({ 'x-key': 'secret' }) })
  const args = { region: 'süd', place: { floor: 3 }, isUrgent: true }
  assert.deepEqual(await registry.execute('routed', args), args)
  assert.doesNotMatch(JSON.stringify([loader.sources(), loader.status(), registry.sources()]), /secret/)
  await first.close()
  assert.equal(await codeOf(registry.execute('add', { a: 1, b: 2 })), 'UPSTREAM_DOWN')
  const again = createMcpServer(upstreamRegistry())
  const second = await again.listen({ port: first.port })
  t.after(() => second.close())
  await until(async () => (await codeOf(registry.execute('add', { a: 1, b: 2 }))) === 'nothing', 30_000)
  await loader.close()
})

test('a chain of three servers of ours passes calls, results and errors through', async (t) => {
  let registry = upstreamRegistry()
  const all = []
  for (let i = 0; i < 3; i++) {
    const listening = await createMcpServer(registry).listen()
    const next = new ToolRegistry()
    const loader = new McpLoader(next)
    await loader.load('next', { url: listening.url }, { include: ['add', 'fail', 'large_numbers'] })
    all.unshift(
      () => loader.close(),
      () => listening.close(),
    )
    registry = next
  }
  t.after(async () => {
    for (const close of all) await close()
  })
  assert.deepEqual(await registry.execute('add', { a: 40, b: 2 }), { sum: 42 })
  const failed = await registry.execute('fail', {}).catch((error) => error)
  assert.equal(failed.code, 'TOOL_FAILED')
  assert.match(failed.details.message, /the disk is full/)
})

test('programs that do not speak MCP are refused, and cost another server nothing', async (t) => {
  const { registry, loader } = open(t)
  await loader.load('own', OWN_PROGRAM, { include: ['add'] })
  const bad = [
    { command: 'no-such-program-there' },
    { command: process.execPath, args: ['-e', 'process.exit(3)'] },
    { url: 'http://127.0.0.1:9/mcp' },
  ]
  for (const spec of bad) assert.equal(await codeOf(loader.load('bad', spec)), 'SOURCE_UNREADABLE')
  assert.deepEqual(await registry.execute('add', { a: 1, b: 2 }), { sum: 3 })
  assert.deepEqual(registry.list(), ['add'])
})

test('wrong servers are refused before anything is started', async (t) => {
  const { loader } = open(t)
  const specs = [
    undefined,
    'npx server',
    {},
    { command: '' },
    { command: 'a', url: 'http://b' },
    { command: 'a', args: 'b' },
    { command: 'a', args: [1] },
    { command: 'a', env: { A: 1 } },
    { command: 'a', shell: true },
    { url: 'file:///etc/passwd' },
    { url: 'nowhere' },
    { url: 'https://user:pass@example.com' },
    { url: 'https://example.com', headers: { a: 1 } },
    { client: 1 },
  ]
  for (const spec of specs) assert.equal(await codeOf(loader.load('s', spec)), 'INVALID_OPTIONS', JSON.stringify(spec))
})
