// The MCP Inspector's command line against a server of toolrack/mcp, over stdio and over HTTP.
import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { createMcpServer } from '../../lib/mcp/index.js'
import { serveHttp } from './http-server.mjs'
import { servedRegistry } from './served-tools.mjs'

const path = (name) => fileURLToPath(new URL(name, import.meta.url))
const INSPECTOR = path('node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js')

/** What `inspector --cli` prints for a method, as JSON. */
async function inspect(target, ...method) {
  const { stdout } = await promisify(execFile)(process.execPath, [INSPECTOR, '--cli', ...target, '--method', ...method])
  return JSON.parse(stdout)
}

const TARGETS = {
  stdio: async () => [process.execPath, path('stdio-server.mjs'), '10'],
  http: async (t) => {
    const server = createMcpServer(servedRegistry(10), { name: 'served', version: '1.0.0' })
    t.after(() => server.close())
    return [(await serveHttp(t, server)).url, '--transport', 'http']
  },
}

for (const [carrier, reach] of Object.entries(TARGETS))
  test(`the_inspector_lists_and_calls_tools_over_${carrier}`, async (t) => {
    const target = await reach(t)
    const { tools } = await inspect(target, 'tools/list', '--strict')
    assert.equal(tools.length, 10)
    const called = await inspect(target, 'tools/call', '--tool-name', 'add', '--tool-arg', 'a=1', 'b=2')
    assert.deepEqual(called.structuredContent, { sum: 3 })
  })
