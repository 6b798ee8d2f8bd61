// McpLoader with servers of the official SDKs, and with connected clients of theirs.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from '../../lib/index.js'
import { McpLoader } from '../../lib/mcp/index.js'
import { CLIENTS } from './official-clients.mjs'
import { PROGRAM, serveOfficial } from './official-servers.mjs'

const stdio = (name) => async () => ({ command: process.execPath, args: [PROGRAM, name] })
const http = (name) => async (t) => ({ url: await serveOfficial(t, name) })
const through = (kind, name) => async (t) => {
  const { transports, make } = CLIENTS[kind]
  const client = make()
  await client.connect(new transports.http(new URL(await serveOfficial(t, name))))
  t.after(() => client.close())
  return { client }
}

const SERVERS = {
  sdk_1_over_stdio: { reach: stdio('sdk_1'), revision: '2025-11-25' },
  sdk_1_over_http: { reach: http('sdk_1'), revision: '2025-11-25' },
  sdk_2_over_stdio: { reach: stdio('sdk_2'), revision: '2026-07-28' },
  // It is made for each request, so that no tool stays.
  sdk_2_over_http: { reach: http('sdk_2'), revision: '2026-07-28', grows: false },
  a_client_of_sdk_1: { reach: through('sdk_1', 'sdk_1'), revision: '2025-11-25' },
  a_client_of_sdk_2: { reach: through('sdk_2_auto', 'sdk_2'), revision: '2026-07-28', grows: false },
}

for (const [name, { reach, revision, grows = true }] of Object.entries(SERVERS))
  test(`tools of ${name} are tools of a registry`, async (t) => {
    const registry = new ToolRegistry()
    const loader = new McpLoader(registry)
    t.after(() => loader.close())
    const { added } = await loader.load('official', await reach(t), { namespace: 'of' })
    assert.deepEqual(added.toSorted(), ['of_add', 'of_fail', 'of_grow', 'of_steps', 'of_wait'])
    assert.equal(loader.status()[0].revision, revision)
    const reply = await registry.respond('mcp', { name: 'of_add', arguments: { a: 1, b: 2 } })
    assert.deepEqual(reply.structuredContent, { sum: 3 })
    const failed = await registry.execute('of_fail', {}).catch((error) => error)
    assert.deepEqual([failed.code, failed.details.forModel], ['TOOL_FAILED', true])
    assert.match(failed.details.message, /the disk is full/)
    assert.equal(await registry.execute('of_steps', {}), 'done')
    const waiting = registry.execute('of_wait', {}, { timeoutMs: 200 }).catch(({ code }) => code)
    assert.equal(await waiting, 'TIMEOUT')
    if (!grows) return
    const grown = new Promise((resolve) => registry.on('reloaded', resolve))
    await registry.execute('of_grow', {})
    const report = await grown
    assert.match(report.added[0], /^of_grown_/)
    assert.equal(await registry.execute(report.added[0], {}), 'new')
  })
