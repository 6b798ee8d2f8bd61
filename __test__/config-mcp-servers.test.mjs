// MCP servers of a configuration: their tools are tools of its registry, and follow the file.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolRegistry, loadConfig } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { ASKING_PROGRAM } from './support/asking-tools.mjs'
import { root } from './support/child.mjs'
import { OWN_PROGRAM, until } from './support/mcp-upstream.mjs'
import { upstreamRegistry } from './support/mcp-upstream-tools.mjs'

/** A file of a configuration, which `write` changes. */
function file(t) {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'toolrack.json')
  return { path, write: (mcpServers) => writeFileSync(path, JSON.stringify({ mcpServers })) }
}

const partsOf = ({ failed }) => failed.map(({ part, error }) => [part, error.code])

test('servers of a file are loaded, changed and removed with the file', async (t) => {
  const { path, write } = file(t)
  const http = await createMcpServer(upstreamRegistry()).listen()
  t.after(() => http.close())
  write({
    own: { ...OWN_PROGRAM, namespace: 'own', tags: ['local'], type: 'stdio' },
    away: { url: http.url, namespace: 'far' },
    gone: { command: 'no-such-program-there' },
    off: { command: 'no', disabled: true },
  })
  const config = await loadConfig(path)
  t.after(() => config.close())
  const { registry, mcp, report } = config
  assert.deepEqual(report.mcpServers.map(({ source }) => source).toSorted(), ['away', 'own'])
  assert.deepEqual(partsOf(report), [['/mcpServers/gone', 'SOURCE_UNREADABLE']])
  assert.deepEqual(await registry.execute('own_add', { a: 1, b: 2 }), { sum: 3 })
  assert.deepEqual(await registry.execute('far_add', { a: 1, b: 2 }), { sum: 3 })
  assert.deepEqual(
    mcp.status().map(({ name, state }) => [name, state]),
    [
      ['away', 'up'],
      ['gone', 'down'],
      ['own', 'up'],
    ],
  )
  write({ own: { ...OWN_PROGRAM, namespace: 'own', tags: ['mine'] } })
  const changed = await config.reload()
  assert.ok(changed.removed.includes('far_add'))
  assert.deepEqual(
    mcp.status().map(({ name }) => name),
    ['own'],
  )
  assert.ok(registry.list({ tags: ['mine'] }).includes('own_add'))
  assert.deepEqual((await config.reload()).mcpServers, [])
})

test('options of a load stand beside the server: what is chosen, renamed and approved', async (t) => {
  const { path, write } = file(t)
  const http = await createMcpServer(upstreamRegistry()).listen()
  t.after(() => http.close())
  const overrides = { add: { name: 'sum' } }
  write({
    some: { url: http.url, include: ['a*'], exclude: ['admin*'], overrides, maxTimeoutMs: 5_000 },
    new: { url: http.url, include: ['add'], namespace: 'new', approve: 'first' },
    hasty: { url: http.url, timeoutMs: -1 },
  })
  const { registry, mcp, report, close } = await loadConfig(path)
  t.after(() => close())
  assert.deepEqual(partsOf(report), [['/mcpServers/hasty', 'INVALID_OPTIONS']])
  assert.ok(registry.list({ source: 'some' }).includes('sum'))
  assert.ok(registry.list({ source: 'some' }).every((name) => name === 'sum' || name.startsWith('a')))
  assert.deepEqual(registry.list({ source: 'new' }), [])
  const [{ id, source }] = mcp.held()
  assert.equal(source, 'new')
  mcp.approve(id)
  assert.deepEqual(await registry.execute('new_add', { a: 1, b: 2 }), { sum: 3 })
})

test('a server that is not there yet is tried again, and one at another place replaces it', async (t) => {
  const { path, write } = file(t)
  const first = await createMcpServer(upstreamRegistry()).listen()
  await first.close()
  write({ s: { url: first.url } })
  const config = await loadConfig(path)
  t.after(() => config.close())
  assert.deepEqual(partsOf(config.report), [['/mcpServers/s', 'SOURCE_UNREADABLE']])
  const second = await createMcpServer(upstreamRegistry()).listen({ port: first.port })
  t.after(() => second.close())
  await until(() => config.registry.has('add'), 30_000)
  const third = await createMcpServer(upstreamRegistry()).listen()
  t.after(() => third.close())
  write({ s: { url: third.url } })
  const { failed, mcpServers } = await config.reload()
  assert.deepEqual([failed, mcpServers.length], [[], 1])
  assert.equal(config.mcp.status()[0].location, `MCP server ${third.url}`)
})

test('serve says which server is connected or down, and what its program writes to stderr', async (t) => {
  const { path, write } = file(t)
  const program = `console.error('hello'); await import(${JSON.stringify(OWN_PROGRAM.args[0])})`
  const own = { command: process.execPath, args: ['--input-type=module', '-e', program] }
  write({ own, gone: { command: 'no-such-program-there' } })
  const child = spawn(process.execPath, [join(root, 'bin', 'toolrack.js'), 'serve', '--config', path])
  let said = ''
  child.stderr.on('data', (chunk) => (said += chunk))
  const wanted = [/own: hello/, /own: connected/, /own: 507 tools/, /warn: gone: down: .*does not exist/]
  await until(() => wanted.every((line) => line.test(said)), 30_000)
  child.stdin.end()
  assert.deepEqual(await once(child, 'exit'), [0, null])
})

test('a file says what a server may ask, and with which key states are sealed', async (t) => {
  const { path } = file(t)
  const stateKey = 'k'.repeat(32)
  const open = async (questions) => {
    const mcpServers = { asking: { ...ASKING_PROGRAM, questions } }
    writeFileSync(path, JSON.stringify({ registry: { stateKey: '${STATE_KEY}' }, mcpServers }))
    const config = await loadConfig(path, { environment: { STATE_KEY: stateKey } })
    t.after(() => config.close())
    return config.registry
  }
  const ask = () => ({ roots: [{ uri: 'file:///home' }] })
  const allowed = await open(['roots'])
  assert.equal(await allowed.execute('folders', {}, { ask }), 'file:///home')
  await assert.rejects((await open(['sampling'])).execute('folders', {}, { ask }), { code: 'UPSTREAM_FAILED' })
  const error = await allowed.execute('folders').catch((thrown) => thrown)
  const other = new ToolRegistry({ stateKey })
  await assert.rejects(other.resume(error.details.state, { folders: ask() }), { code: 'UNKNOWN_TOOL' })
  await assert.rejects(open(['forms']), { code: 'CONFIG_INVALID' })
})
