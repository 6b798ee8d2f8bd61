// Resources, prompts and completion: the official clients against a server of toolrack/mcp, and official servers as
// upstreams that are passed through one.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  PromptListChangedNotificationSchema,
  ResourceListChangedNotificationSchema,
  ResourceUpdatedNotificationSchema,
} from 'mcp-sdk1/types.js'
import { ToolRegistry } from '../../lib/index.js'
import { McpLoader, createMcpServer } from '../../lib/mcp/index.js'
import { PROGRAM, contentServer } from './content-server.mjs'
import { serveHttp } from './http-server.mjs'
import { CLIENTS, connect, overHttp, overStdio } from './official-clients.mjs'
import { PROGRAM as OFFICIAL, serveOfficial } from './official-servers.mjs'

/** How each SDK names the notifications. */
const NOTICES = {
  'notifications/resources/updated': ResourceUpdatedNotificationSchema,
  'notifications/resources/list_changed': ResourceListChangedNotificationSchema,
  'notifications/prompts/list_changed': PromptListChangedNotificationSchema,
}

/** Reads the members that both SDKs have. */
const views = (client) => ({
  resources: async () => (await client.listResources()).resources.map(({ uri }) => uri),
  templates: async () => (await client.listResourceTemplates()).resourceTemplates.map(({ uriTemplate }) => uriTemplate),
  prompts: async () => (await client.listPrompts()).prompts.map(({ name }) => name),
  read: async (uri) => (await client.readResource({ uri })).contents[0],
  messages: async (name, args) => (await client.getPrompt({ name, arguments: args })).messages,
  complete: async (ref, name, value) => (await client.complete({ ref, argument: { name, value } })).completion.values,
})

/** Waits for notifications of a client, by their methods. */
function notices(client, isSdk1) {
  const waiting = new Map()
  for (const [method, schema] of Object.entries(NOTICES))
    client.setNotificationHandler(isSdk1 ? schema : method, () => waiting.get(method)?.())
  return (method) =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`${method} did not come`)), 10_000)
      waiting.set(method, () => {
        clearTimeout(timer)
        resolve()
      })
    })
}

const CARRIERS = {
  stdio: async () => overStdio(PROGRAM),
  async http(t) {
    const server = contentServer()
    t.after(() => server.close())
    return overHttp((await serveHttp(t, server)).url, fetch)
  },
}

for (const [carrier, reach] of Object.entries(CARRIERS))
  for (const [name, kind] of Object.entries(CLIENTS)) {
    test(`${name}_over_${carrier}_lists_reads_gets_and_completes`, async (t) => {
      const { client } = await connect(t, kind, await reach(t))
      const { resources, templates, prompts, read, messages, complete } = views(client)
      assert.deepEqual(await resources(), ['note://one', 'note://bytes'])
      assert.deepEqual([await templates(), await prompts()], [['item://{id}'], ['greet']])
      assert.deepEqual(await read('note://one'), { uri: 'note://one', mimeType: 'text/plain', text: 'note one' })
      assert.equal((await read('note://bytes')).blob, 'AP8=')
      assert.equal((await read('item://9')).text, 'item 9')
      assert.deepEqual(
        (await messages('greet', { who: 'Ann' })).map(({ role, content }) => [role, content.text]),
        [
          ['user', 'Greet Ann'],
          ['assistant', 'Hello'],
        ],
      )
      assert.deepEqual(await complete({ type: 'ref/prompt', name: 'greet' }, 'who', 'An'), ['Ann', 'Anton'])
      assert.deepEqual(await complete({ type: 'ref/resource', uri: 'item://{id}' }, 'id', '7'), ['7', '70'])
      // SDK 2 tells its program one code for both.
      const code = name === 'sdk_1' ? -32002 : -32602
      await assert.rejects(client.readResource({ uri: 'note://none' }), { code })
      await assert.rejects(client.getPrompt({ name: 'greet', arguments: {} }), { code: -32602 })
    })

    test(`${name}_over_${carrier}_is_told_of_what_it_has_subscribed_to`, async (t) => {
      const { client, call, nextChange } = await connect(t, kind, await reach(t))
      const next = notices(client, name === 'sdk_1')
      if (kind.era === 'modern')
        await client.listen({
          resourcesListChanged: true,
          promptsListChanged: true,
          resourceSubscriptions: ['note://one'],
        })
      else {
        await nextChange()
        await client.subscribeResource({ uri: 'note://one' })
      }
      for (const [what, method] of [
        ['update', 'notifications/resources/updated'],
        ['resources', 'notifications/resources/list_changed'],
        ['prompts', 'notifications/prompts/list_changed'],
      ]) {
        const told = next(method)
        await call('touch', { what })
        await told
      }
    })
  }

const stdio = (name) => async () => ({ command: process.execPath, args: [OFFICIAL, name] })
const http = (name) => async (t) => ({ url: await serveOfficial(t, name) })
const through = (kind, name) => async (t) => {
  const { transports, make } = CLIENTS[kind]
  const client = make()
  await client.connect(new transports.http(new URL(await serveOfficial(t, name))))
  t.after(() => client.close())
  return { client }
}

/** Official servers by how they are reached. */
const UPSTREAMS = {
  sdk_1_over_stdio: { reach: stdio('sdk_1') },
  sdk_1_over_http: { reach: http('sdk_1') },
  // Those are made for each request: their lists stay the same.
  sdk_1_over_stateless_http: { reach: http('sdk_1_stateless'), changes: false },
  sdk_2_over_stdio: { reach: stdio('sdk_2') },
  sdk_2_over_http: { reach: http('sdk_2'), changes: false },
  a_client_of_sdk_1: { reach: through('sdk_1', 'sdk_1') },
  a_client_of_sdk_2: { reach: through('sdk_2_auto', 'sdk_2'), changes: false },
}

for (const [upstream, { reach, changes = true }] of Object.entries(UPSTREAMS))
  for (const name of ['sdk_1', 'sdk_2_auto'])
    test(`${upstream}_is_passed_through_to_${name}`, async (t) => {
      const registry = new ToolRegistry()
      const mcp = new McpLoader(registry)
      t.after(() => mcp.close())
      await mcp.load('official', await reach(t), { namespace: 'of' })
      const server = createMcpServer(registry, { passThrough: mcp, notifyMs: 1 })
      t.after(() => server.close())
      const kind = CLIENTS[name]
      const { client, nextChange } = await connect(t, kind, overHttp((await serveHttp(t, server)).url, fetch))
      const { resources, templates, prompts, read, messages, complete } = views(client)
      const before = await resources()
      assert.deepEqual(before.slice(0, 2), ['note://one', 'note://grow'])
      assert.deepEqual([await templates(), await prompts()], [['item://{id}'], ['of_greet']])
      assert.equal((await read('note://one')).text, 'first')
      assert.equal((await read('item://9')).text, 'item 9')
      const [{ content }] = await messages('of_greet', { who: 'Bob' })
      assert.equal(content.text, 'Greet Bob')
      assert.deepEqual(await complete({ type: 'ref/prompt', name: 'of_greet' }, 'who', 'Ant'), ['Anton'])
      assert.deepEqual(await complete({ type: 'ref/resource', uri: 'item://{id}' }, 'id', '70'), ['70'])
      await assert.rejects(client.readResource({ uri: 'item://' }), { code: name === 'sdk_1' ? -32002 : -32602 })
      assert.equal((await mcp.getPrompt('official', 'greet', { who: 'Eve' })).messages[0].content.text, 'Greet Eve')
      if (!changes) return
      const changed = notices(client, name === 'sdk_1')('notifications/resources/list_changed')
      if (kind.era === 'modern') await client.listen({ resourcesListChanged: true })
      else await nextChange()
      await read('note://grow')
      await changed
    })
