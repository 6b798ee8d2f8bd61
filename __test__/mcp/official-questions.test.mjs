// Questions between official clients, servers of ours, and official servers: attached, and as upstreams.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry, questionsOf } from '../../lib/index.js'
import { McpLoader, createMcpServer } from '../../lib/mcp/index.js'
import { PROGRAM, serveAsking } from './official-asking.mjs'
import { CLIENTS, connect } from './official-clients.mjs'

const CAPABILITIES = { elicitation: { form: {} } }
const ACCEPT = { action: 'accept', content: { name: 'Ann' } }
const textOf = (result) => result.content[0].text

/** A client that answers; the messages that it was asked. */
async function clientOf(t, kind, spec, { capabilities = CAPABILITIES, answer = ACCEPT } = {}) {
  const messages = []
  const logged = []
  const open = ({ stdio, http }) => ({
    transport: spec.url === undefined ? new stdio({ ...spec, stderr: 'inherit' }) : new http(new URL(spec.url)),
  })
  const link = await connect(t, CLIENTS[kind], open, { capabilities })
  if (capabilities.elicitation !== undefined)
    CLIENTS[kind].onAsked(link.client, ({ message }) => {
      messages.push(message)
      return answer
    })
  CLIENTS[kind].onLogged(link.client, (message) => logged.push(message))
  return { ...link, messages, logged }
}

const REACHES = {
  stdio: async (t, name) => ({ command: process.execPath, args: [PROGRAM, name] }),
  http: async (t, name) => ({ url: await serveAsking(t, name) }),
}

for (const [carrier, reach] of Object.entries(REACHES)) {
  for (const sdk of ['1', '2'])
    for (const kind of Object.keys(CLIENTS)) {
      // A server of SDK 1 has no other clients, and one of SDK 2 over HTTP keeps no session for legacy ones.
      if (sdk === '1' && kind === 'sdk_2_pinned') continue
      const isLegacy = kind === 'sdk_1' || kind === 'sdk_2_legacy'
      if (sdk === '2' && carrier === 'http' && isLegacy) continue

      test(`${carrier}: a tool that is attached to a server of SDK ${sdk} asks a client ${kind}`, async (t) => {
        const { call, messages } = await clientOf(t, kind, await reach(t, `attached_${sdk}`))
        assert.equal(textOf(await call('greet')), 'accept Ann')
        assert.deepEqual(messages, ['Your name?'])
      })

      test(`${carrier}: attached to SDK ${sdk}, a client ${kind} that cannot be asked fails the call`, async (t) => {
        const { call } = await clientOf(t, kind, await reach(t, `attached_${sdk}`), { capabilities: {} })
        const outcome = await call('greet').catch(({ code }) => ({ code }))
        if (outcome.code !== undefined) assert.equal(outcome.code, -32021)
        else assert.match(textOf(outcome), /INPUT_REQUIRED/)
      })
    }

  // A server of SDK 2 over HTTP keeps no level between requests of legacy clients.
  for (const sdk of carrier === 'http' ? ['1'] : ['1', '2'])
    test(`${carrier}: log messages of a tool attached to a server of SDK ${sdk} reach its client`, async (t) => {
      const { call, client, logged } = await clientOf(t, 'sdk_1', await reach(t, `attached_${sdk}`))
      await client.setLoggingLevel('error')
      await call('greet')
      assert.deepEqual(logged, [])
      await client.setLoggingLevel('info')
      await call('greet')
      const deadline = performance.now() + 5_000
      while (logged.length === 0 && performance.now() < deadline) await new Promise(setImmediate)
      assert.deepEqual(logged, [{ level: 'warning', logger: 'greet', data: { asks: true } }])
    })
}

/** Servers that ask, as upstreams of ours. */
const UPSTREAMS = {
  'SDK 1 over stdio': ['stdio', 'sdk_1', ['greet', 'greet_on_call']],
  'SDK 1 over HTTP': ['http', 'sdk_1', ['greet', 'greet_on_call']],
  'SDK 2 over stdio': ['stdio', 'sdk_2', ['greet']],
  'SDK 2 over HTTP': ['http', 'sdk_2', ['greet']],
}

for (const [upstream, [carrier, name, tools]] of Object.entries(UPSTREAMS)) {
  const chained = async (t) => {
    const registry = new ToolRegistry()
    const loader = new McpLoader(registry)
    t.after(() => loader.close())
    await loader.load('up', await REACHES[carrier](t, name))
    const server = createMcpServer(registry)
    t.after(() => server.close())
    return { registry, server }
  }

  for (const kind of Object.keys(CLIENTS))
    test(`a client ${kind} answers what a server of ${upstream} asks behind ours`, async (t) => {
      const { server } = await chained(t)
      const { call, messages } = await clientOf(t, kind, await server.listen())
      for (const tool of tools) assert.equal(textOf(await call(tool)), 'accept Ann')
      assert.deepEqual(
        messages,
        tools.map(() => '[up] Your name?'),
      )
    })

  test(`a program answers what a server of ${upstream} asks, at once and later`, async (t) => {
    const { registry } = await chained(t)
    for (const tool of tools) {
      assert.equal(await registry.execute(tool, {}, { ask: () => ACCEPT }), 'accept Ann')
      const error = await registry.execute(tool).catch((thrown) => thrown)
      const { state, requests } = questionsOf(error)
      assert.equal(await registry.resume(state, { [Object.keys(requests)[0]]: ACCEPT }), 'accept Ann')
    }
  })

  test(`a client that declines declines at a server of ${upstream}`, async (t) => {
    const { server } = await chained(t)
    const { call } = await clientOf(t, 'sdk_1', await server.listen(), { answer: { action: 'decline' } })
    for (const tool of tools) assert.equal(textOf(await call(tool)), 'decline nobody')
  })
}
