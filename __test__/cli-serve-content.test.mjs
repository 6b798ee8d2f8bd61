// toolrack serve --config: resources and prompts of the MCP servers of a configuration are served too.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { root } from './support/child.mjs'
import { ERAS, LineClient } from './support/mcp-client.mjs'

/** Serves a configuration over stdio until the test ends. */
async function serve(t, config) {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
  const file = join(folder, 'toolrack.json')
  writeFileSync(file, JSON.stringify(config))
  const child = spawn(process.execPath, [join(root, 'bin/toolrack.js'), 'serve', '--config', file])
  const logged = []
  child.stderr.on('data', (chunk) => logged.push(chunk))
  t.after(async () => {
    const gone = once(child, 'exit')
    child.stdin.end()
    await gone
    rmSync(folder, { recursive: true })
  })
  const client = new LineClient(child.stdin, child.stdout)
  await ERAS.legacy.open(client)
  return { client, log: () => Buffer.concat(logged).toString() }
}

async function upstream(t) {
  const server = createMcpServer(new ToolRegistry(), {
    resources: [
      { uri: 'note://one', name: 'one', read: () => 'first' },
      { uri: 'log://x', name: 'x', read: () => 'x' },
    ],
    prompts: [{ name: 'greet', get: () => 'Hello' }],
  })
  const { url } = await server.listen()
  t.after(() => server.close())
  return url
}

test('those of mcpServers are passed on, within the options of each server', async (t) => {
  const url = await upstream(t)
  const { client, log } = await serve(t, {
    mcpServers: {
      up: { url, namespace: 'up', resources: ['note:*'] },
      silent: { url, prompts: false, resources: false },
    },
  })
  const list = async (kind) => (await client.request(`${kind}/list`)).result[kind].map(({ name }) => name)
  assert.deepEqual(await list('resources'), ['one'], log())
  assert.deepEqual(await list('prompts'), ['up_greet'])
  const { result } = await client.request('resources/read', { uri: 'note://one' })
  assert.equal(result.contents[0].text, 'first')
  assert.equal((await client.request('prompts/get', { name: 'up_greet' })).result.messages[0].content.text, 'Hello')
})

test('a configuration without MCP servers has none', async (t) => {
  const { client } = await serve(t, { tools: [] })
  assert.equal((await client.request('resources/list')).error.code, -32601)
})

test('what is no choice of resources is told with its place', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
  t.after(() => rmSync(folder, { recursive: true }))
  const file = join(folder, 'toolrack.json')
  writeFileSync(file, JSON.stringify({ mcpServers: { up: { url: 'http://localhost:1', resources: 'all' } } }))
  const child = spawn(process.execPath, [join(root, 'bin/toolrack.js'), 'serve', '--config', file])
  const told = []
  child.stderr.on('data', (chunk) => told.push(chunk))
  const [code] = await once(child, 'exit')
  assert.equal(code, 2)
  assert.match(Buffer.concat(told).toString(), /toolrack\.json:1:\d+.*must be true, false or a list/s)
})
