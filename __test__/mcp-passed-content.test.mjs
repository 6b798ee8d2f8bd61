// Resources and prompts of upstreams, passed through a server: what clients get of them, and what travels.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { connectorOf } from '../lib/mcp/client/connect.js'
import { McpLoader } from '../lib/mcp/loader/mcp-loader.js'
import { connect } from './support/mcp-client.mjs'
import { WAYS, plain, serving, told } from './support/mcp-content.mjs'
import { event } from './support/mcp-upstream.mjs'

const item = (name, read) => ({ uri: `file:///${name}`, name, read: read ?? (() => name) })
const CONTENT = {
  name: 'up',
  notifyMs: 1,
  resources: [{ ...item('a'), title: 'A', mimeType: 'text/plain', _meta: { x: 1 } }, item('secret')],
  resourceTemplates: [
    {
      uriTemplate: 'db://{id}',
      name: 'row',
      read: (_, { id }) => (id === '0' ? undefined : `row ${id}`),
      complete: { id: (value) => [`${value}1`, `${value}2`] },
    },
  ],
  prompts: [
    {
      name: 'say.hello',
      description: 'Says hello',
      arguments: [
        { name: 'who', required: true, complete: (value, _, { how }) => [`${value} ${how}`] },
        { name: 'how' },
      ],
      get: ({ who }) => `Hello ${who}`,
    },
  ],
}

/** An upstream of ours, spoken to in an era, and a loader of it. `load(name, upstream, options)` loads more. */
async function upstreams(t, era) {
  const registry = new ToolRegistry()
  const readSpec = (spec) => ({ location: 'MCP server own', connector: connectorOf({ ...spec, eraFirst: era }) })
  const mcp = new McpLoader(registry, undefined, { readSpec })
  t.after(() => mcp.close())
  const load = async (name, content, options = { namespace: name }) => {
    const upstream = createMcpServer(new ToolRegistry(), content)
    const { url } = await upstream.listen()
    t.after(() => upstream.close())
    await mcp.load(name, { url }, options)
    return upstream
  }
  return { registry, mcp, load }
}

for (const { way, era } of WAYS)
  for (const upEra of ['modern', 'legacy']) {
    const named = (fact) => `${way}, ${era}, upstream ${upEra}: ${fact}`
    const open = async (t, options) => {
      const { registry, mcp, load } = await upstreams(t, upEra)
      const upstream = await load('up', CONTENT)
      assert.equal(mcp.status()[0].revision, upEra === 'modern' ? '2026-07-28' : '2025-11-25')
      return { mcp, load, upstream, ...(await serving(t, { way, era, registry, passThrough: mcp, ...options })) }
    }

    test(named('lists and results are those of the upstream'), async (t) => {
      const { ask } = await open(t)
      const list = async (kind) => plain((await ask(`${kind}/list`)).result)
      const [resources, templates] = [await list('resources'), await list('resources/templates')]
      const prompts = await list('prompts')
      assert.deepEqual(resources.resources, [
        { uri: 'file:///a', name: 'a', title: 'A', mimeType: 'text/plain', _meta: { x: 1 } },
        { uri: 'file:///secret', name: 'secret' },
      ])
      assert.deepEqual(templates.resourceTemplates, [{ uriTemplate: 'db://{id}', name: 'row' }])
      assert.deepEqual(
        prompts.prompts.map(({ name, description }) => [name, description]),
        [['up_say_hello', 'Says hello']],
      )
      const read = async (uri) => plain((await ask('resources/read', { uri })).result)
      assert.deepEqual(await read('file:///a'), { contents: [{ uri: 'file:///a', mimeType: 'text/plain', text: 'a' }] })
      assert.deepEqual(await read('db://7'), { contents: [{ uri: 'db://7', text: 'row 7' }] })
      const { result } = await ask('prompts/get', { name: 'up_say_hello', arguments: { who: 'Ann' } })
      assert.deepEqual(plain(result), {
        description: 'Says hello',
        messages: [{ role: 'user', content: { type: 'text', text: 'Hello Ann' } }],
      })
    })

    test(named('arguments are completed by the upstream'), async (t) => {
      const { ask } = await open(t)
      const complete = async (params) => (await ask('completion/complete', params)).result.completion.values
      const ref = { type: 'ref/prompt', name: 'up_say_hello' }
      const context = { arguments: { how: 'well' } }
      assert.deepEqual(await complete({ ref, argument: { name: 'who', value: 'A' }, context }), ['A well'])
      const template = { type: 'ref/resource', uri: 'db://{id}' }
      assert.deepEqual(await complete({ ref: template, argument: { name: 'id', value: 'x' } }), ['x1', 'x2'])
    })

    test(named('what the upstream does not have is the error of the era'), async (t) => {
      const { ask } = await open(t)
      for (const uri of ['db://0', 'db://1/2', 'file:///b']) {
        const { error } = await ask('resources/read', { uri })
        assert.deepEqual([error.code, error.data], [era === 'modern' ? -32602 : -32002, { uri }])
      }
      const missing = await ask('prompts/get', { name: 'up_say_hello' })
      assert.equal(missing.error.code, -32602)
      assert.match(missing.error.message, /the MCP server "up" failed: .*"who" is missing/)
      assert.equal(
        (await ask('prompts/get', { name: 'say.hello' })).error.code,
        -32602,
        'its name here has a namespace',
      )
    })

    test(named('updates and changed lists travel'), async (t) => {
      const { ask, upstream, listen } = await open(t)
      await ask('resources/list')
      const uris = ['file:///a', 'db://7']
      const filter = { resourcesListChanged: true, promptsListChanged: true, resourceSubscriptions: uris }
      const { next } = await listen(filter)
      const update = async (uri) => {
        // The upstream is asked to tell it soon after.
        const tell = setInterval(() => upstream.resourceUpdated(uri), 5)
        const notice = await next()
        clearInterval(tell)
        return told(notice)
      }
      for (const uri of uris) assert.match(await update(uri), /^notifications\/resources\/updated/)
      upstream.update({ prompts: [] })
      let notice
      do notice = told(await next())
      while (notice.includes('updated'))
      assert.equal(notice, 'notifications/prompts/list_changed')
      assert.deepEqual((await ask('prompts/list')).result.prompts, [])
      upstream.update({ resources: [item('new')] })
      assert.equal(told(await next()), 'notifications/resources/list_changed')
      assert.equal((await ask('resources/list')).result.resources[0].uri, 'file:///new')
    })
  }

for (const upEra of ['modern', 'legacy'])
  test(`upstream ${upEra}: who cancels a read cancels it at the upstream`, async (t) => {
    const { registry, mcp, load } = await upstreams(t, upEra)
    let [begun, aborted] = []
    const read = (_, { signal }) => {
      signal.addEventListener('abort', aborted.resolve)
      begun.resolve()
      return new Promise(() => {})
    }
    await load('slow', { resources: [item('slow', read)] })
    const cancelled = async (start) => {
      ;[begun, aborted] = [event(), event()]
      const cancel = start()
      await begun.promise
      cancel()
      await aborted.promise
    }
    const { client } = await connect(t, registry, { era: 'legacy', passThrough: mcp })
    await cancelled(() => {
      client.send({ id: 'x', method: 'resources/read', params: { uri: 'file:///slow' } })
      return () => client.send({ method: 'notifications/cancelled', params: { requestId: 'x' } })
    })
    const leaving = new AbortController()
    let reading
    await cancelled(() => {
      reading = mcp.readResource('slow', 'file:///slow', { signal: leaving.signal }).catch((error) => error)
      return () => leaving.abort(new Error('enough'))
    })
    assert.equal((await reading).message, 'enough')
  })

test('what a server has itself, and what an earlier upstream has, keeps its URI and its name', async (t) => {
  const { registry, mcp, load } = await upstreams(t, 'modern')
  const prompt = (name, text) => ({ name, get: () => text })
  const content = (text) => ({
    resources: [item('own', () => text), item('both', () => text), item(text.replace(' ', '-'))],
    prompts: [prompt('p', text), prompt('p.', text), prompt('p_', text)],
  })
  await load('b', content('of b'), { namespace: 'n' })
  await load('a', content('of a'), { namespace: 'n' })
  const resources = [item('own', () => 'of the server')]
  const { ask } = await serving(t, { way: 'stdio', era: 'modern', registry, passThrough: mcp, resources })
  const listed = (await ask('resources/list')).result.resources.map(({ uri }) => uri.slice(8))
  assert.deepEqual(listed, ['own', 'both', 'of-a', 'of-b'])
  const text = async (name) => (await ask('resources/read', { uri: `file:///${name}` })).result.contents[0].text
  assert.deepEqual([await text('own'), await text('both')], ['of the server', 'of a'])
  assert.deepEqual(
    (await ask('prompts/list')).result.prompts.map(({ name }) => name),
    ['n_p', 'n_p_'],
  )
  const { result } = await ask('prompts/get', { name: 'n_p_' })
  assert.equal(result.messages[0].content.text, 'of a')
  const [a, b] = mcp.status().map(({ content: { skipped } }) => skipped)
  assert.deepEqual(a, [{ kind: 'prompt', key: 'p_', reason: '"n_p_" is the name of its prompt "p."' }])
  assert.deepEqual(b, [
    { kind: 'prompt', key: 'p_', reason: '"n_p_" is the name of its prompt "p."' },
    { kind: 'resource', key: 'file:///own', reason: 'the MCP server "a" has it' },
    { kind: 'resource', key: 'file:///both', reason: 'the MCP server "a" has it' },
    { kind: 'prompt', key: 'n_p', reason: 'the MCP server "a" has it' },
    { kind: 'prompt', key: 'n_p_', reason: 'the MCP server "a" has it' },
  ])
})

const SELECTIONS = [
  [{}, ['a', 'secret'], ['say.hello'], 1],
  [{ resources: false }, [], ['say.hello'], 0],
  [{ prompts: false }, ['a', 'secret'], [], 1],
  [{ resources: ['file:///*'], prompts: ['say.*'] }, ['a', 'secret'], ['say.hello'], 0],
  [{ resources: ['*a', 'db:*'], prompts: ['hello'] }, ['a'], [], 1],
]
for (const [options, resources, prompts, templates] of SELECTIONS)
  test(`options choose what is passed on: ${JSON.stringify(options)}`, async (t) => {
    const { mcp, load } = await upstreams(t, 'modern')
    await load('up', CONTENT, options)
    const listed = await mcp.resources()
    assert.deepEqual(
      listed.resources.map(({ name }) => name),
      resources,
    )
    assert.equal(listed.resourceTemplates.length, templates)
    assert.deepEqual(
      (await mcp.prompts('up')).map(({ name }) => name),
      prompts,
    )
  })

for (const option of ['resources', 'prompts'])
  test(`the option ${option} is a boolean or a list of texts`, async (t) => {
    const { load } = await upstreams(t, 'modern')
    for (const value of ['all', 7, {}, [7], null, () => true]) {
      const { code, message } = await load('up', CONTENT, { [option]: value }).catch((error) => error)
      assert.equal(code, 'INVALID_OPTIONS', String(value))
      assert.match(message, new RegExp(`"${option}`))
    }
  })

test('scopes of a load are needed for its resources and prompts too', async (t) => {
  const { mcp, load } = await upstreams(t, 'modern')
  await load('up', CONTENT, { scopes: ['billing'] })
  const { findPassedContent } = await import('../lib/mcp/content/passed-content.js')
  const passed = findPassedContent(mcp)
  await passed.ready()
  const all = Object.values(passed.items).flat()
  assert.equal(all.length, 4)
  for (const { scopes } of all) assert.deepEqual(scopes, ['billing'])
})

test('nothing of a new server is passed on before it is approved', async (t) => {
  const { registry, mcp, load } = await upstreams(t, 'modern')
  const upstream = createMcpServer(registry, { passThrough: mcp })
  t.after(() => upstream.close())
  const tools = new ToolRegistry()
  tools.register({ name: 'one', description: 'One', execute: () => '1' })
  const other = createMcpServer(tools, CONTENT)
  const { url } = await other.listen()
  t.after(() => other.close())
  await load('plain', { prompts: [] })
  const report = await mcp.load('held', { url }, { approve: 'first' })
  assert.deepEqual((await mcp.resources()).resources, [])
  const changed = event()
  const { findPassedContent } = await import('../lib/mcp/content/passed-content.js')
  findPassedContent(mcp).onChange(changed.resolve)
  mcp.approve(report.holdId)
  await changed.promise
  assert.equal((await mcp.resources()).resources.length, 2)
})

test('programs read resources and get prompts, and are told what is wrong', async (t) => {
  const { mcp, load } = await upstreams(t, 'modern')
  await load('up', CONTENT)
  assert.deepEqual((await mcp.readResource('up', 'db://7')).contents, [{ uri: 'db://7', text: 'row 7' }])
  const [prompt] = await mcp.prompts()
  assert.deepEqual([prompt.name, prompt.servedName, prompt.source], ['say.hello', 'up_say_hello', 'up'])
  const { messages } = await mcp.getPrompt('up', 'say.hello', { who: 'Ann' })
  assert.equal(messages[0].content.text, 'Hello Ann')
  const codes = {
    UNKNOWN_SOURCE: [
      () => mcp.resources('pu'),
      () => mcp.prompts('pu'),
      () => mcp.readResource('pu', 'a:1'),
      () => mcp.getPrompt('pu', 'p'),
    ],
    INVALID_OPTIONS: [
      () => mcp.resources(7),
      () => mcp.readResource('up', 7),
      () => mcp.readResource('up', 'a:1', { signal: 7 }),
      () => mcp.readResource('up', 'a:1', { timeout: 7 }),
      () => mcp.getPrompt('up', 7),
      () => mcp.getPrompt('up', 'p', ['x']),
      () => mcp.getPrompt('up', 'p', { who: 7 }),
    ],
    UPSTREAM_FAILED: [() => mcp.readResource('up', 'db://0'), () => mcp.getPrompt('up', 'say.hello', {})],
  }
  const check = async (code, calls) => {
    for (const call of calls) assert.equal((await call().catch((error) => error)).code, code, String(call))
  }
  for (const [code, calls] of Object.entries(codes)) await check(code, calls)
  const { message, details } = await mcp.readResource('up', 'db://0').catch((error) => error)
  assert.match(message, /^resource "db:\/\/0": the MCP server "up" failed: .*-32602/)
  assert.deepEqual([details.upstream, details.kind, details.rpcCode], ['up', 'refused', -32602])
  await mcp.close()
  const calls = [
    () => mcp.resources(),
    () => mcp.prompts(),
    () => mcp.readResource('up', 'a'),
    () => mcp.getPrompt('up', 'p'),
  ]
  await check('CLOSED', calls)
})
