// Streams of notifications at the official clients: the lists that they refresh by themselves, and how a stream ends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { fileURLToPath } from 'node:url'
import { createMcpServer } from '../../lib/mcp/index.js'
import { serveHttp } from './http-server.mjs'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'
import { servedRegistry } from './served-tools.mjs'

/** A server behind HTTP, and its registry. */
async function serve(t) {
  const registry = servedRegistry(10)
  const server = createMcpServer(registry, { name: 'served', version: '1.0.0' })
  t.after(() => server.close())
  return { registry, server, url: (await serveHttp(t, server)).url }
}

for (const [name, { make, transports }] of Object.entries(CLIENTS))
  test(`${name}_refreshes_its_list_by_itself`, async (t) => {
    const { registry, url } = await serve(t)
    const refreshed = Promise.withResolvers()
    const onChanged = (error, tools) => (error ? refreshed.reject(error) : refreshed.resolve(tools))
    const client = make({ listChanged: { tools: { onChanged, debounceMs: 0 } } })
    t.after(() => client.close())
    const { transport, streaming } = overHttp(url, fetch)(transports)
    await client.connect(transport)
    if (client.autoOpenedSubscription === undefined) await streaming
    registry.register({ name: 'later', description: 'Comes later', execute: () => 'later' })
    const tools = await refreshed.promise
    assert.ok(tools.some((tool) => tool.name === 'later'))
  })

const PROGRAM = fileURLToPath(new URL('stdio-server.mjs', import.meta.url))
const CARRIERS = {
  http: async (t) => overHttp((await serve(t)).url, fetch),
  stdio: async () => overStdio(PROGRAM, '10'),
}

for (const [carrier, reach] of Object.entries(CARRIERS))
  for (const [name, kind] of Object.entries(CLIENTS))
    test(`${name}_over_${carrier}_gets_log_messages_of_its_level_before_the_answer`, async (t) => {
      const { client, era } = await connect(t, kind, await reach(t))
      const logged = []
      kind.onLogged(client, (message) => logged.push(message))
      const note = { name: 'note', arguments: {} }
      // A modern client says its level in each call.
      if (era === 'modern') note._meta = { 'io.modelcontextprotocol/logLevel': 'info' }
      else await client.setLoggingLevel('info')
      const { content } = await kind.call(client, note)
      assert.equal(content[0].text, 'noted')
      assert.deepEqual(
        logged.map(({ level, logger, data }) => ({ level, logger, data })),
        [{ level: 'warning', logger: 'disk', data: { left: 3 } }],
      )
    })

const ANSWERS = { name: 'Ann', colour: 'blue' }

for (const [carrier, reach] of Object.entries(CARRIERS))
  for (const [name, kind] of Object.entries(CLIENTS))
    test(`${name}_over_${carrier}_answers_the_questions_of_a_tool`, async (t) => {
      const { client, call } = await connect(t, kind, await reach(t), { capabilities: { elicitation: {} } })
      const asked = []
      kind.onAsked(client, ({ message, requestedSchema }) => {
        asked.push(message)
        const [field] = Object.keys(requestedSchema.properties)
        return { action: 'accept', content: { [field]: ANSWERS[field] } }
      })
      const { content } = await call('wonder')
      assert.equal(content[0].text, 'Ann likes blue')
      assert.deepEqual(asked, ['name', 'colour'])
    })

for (const mode of ['sdk_2_auto', 'sdk_2_pinned'])
  test(`${mode}_is_told_that_the_server_ends_a_stream`, async (t) => {
    const { server, url } = await serve(t)
    const { make, transports } = CLIENTS[mode]
    const client = make()
    t.after(() => client.close())
    await client.connect(new transports.http(new URL(url)))
    const { honoredFilter, closed } = await client.listen({ toolsListChanged: true, promptsListChanged: true })
    assert.deepEqual(honoredFilter, { toolsListChanged: true })
    await server.close()
    assert.equal(await closed, 'graceful')
  })

test('a_session_that_its_client_has_ended_is_not_known_any_more', async (t) => {
  const { url } = await serve(t)
  const { make, transports } = CLIENTS.sdk_1
  const client = make()
  const transport = new transports.http(new URL(url))
  await client.connect(transport)
  t.after(() => client.close())
  const { sessionId } = transport
  await client.listTools()
  await transport.terminateSession()
  const headers = { 'mcp-session-id': sessionId, 'mcp-protocol-version': '2025-11-25' }
  const again = new transports.http(new URL(url), { requestInit: { headers } })
  await again.start()
  t.after(() => again.close())
  await assert.rejects(again.send({ jsonrpc: '2.0', id: 1, method: 'tools/list' }), { code: 404 })
})
