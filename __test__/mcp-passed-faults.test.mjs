// Upstreams whose resources and prompts are slow, gone or hostile: the lists of the others, and what clients are told.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { connect } from './support/mcp-client.mjs'
import { told } from './support/mcp-content.mjs'
import { ScriptedServer, fault, openScene } from './support/scripted-upstream.mjs'
import { never } from './support/tools.mjs'

const resource = (name) => ({ uri: `file:///${name}`, name })
const contents = (text) => ({ contents: [{ uri: 'file:///x', text }] })

/** The content of a scripted server; a test replaces its members. */
function contentOf(resources, over = {}) {
  const content = {
    lists: 0,
    subscribed: [],
    resources,
    templates: [],
    prompts: [],
    async listResources() {
      content.lists++
      return { items: structuredClone(content.resources), ttlMs: content.ttlMs }
    },
    listTemplates: async () => ({ items: structuredClone(content.templates) }),
    listPrompts: async () => ({ items: structuredClone(content.prompts) }),
    readResource: async (uri) => contents(`read ${uri}`),
    getPrompt: async () => ({ messages: [] }),
    complete: async () => ({ completion: { values: [] } }),
    async subscribe(uris) {
      content.subscribed.push([...uris])
    },
    ...over,
  }
  return content
}

/** A server of ours that passes on scripted upstreams, by name. */
async function passing(t, contents, options = {}) {
  const { registry, loader, clock, named } = openScene()
  t.after(() => loader.close())
  const servers = {}
  for (const [name, content] of Object.entries(contents)) {
    servers[name] = new ScriptedServer()
    servers[name].content = content
    await loader.load(name, servers[name], { namespace: name })
  }
  const { client } = await connect(t, registry, { era: 'legacy', passThrough: loader, notifyMs: 1, ...options })
  const uris = async () => {
    const { result } = await client.request('resources/list')
    return result.resources.map(({ name }) => name)
  }
  /** Lets what is under way go on, until a fact is true. */
  const settle = async (isTrue = () => false, rounds = 50) => {
    for (let round = 0; round < rounds && !isTrue(); round++) await new Promise(setImmediate)
  }
  /** The next notification: time goes on until it comes. */
  const notice = async () => {
    const isNotice = ({ method }) => method !== undefined && !method.includes('tools')
    for (let round = 0; round < 100 && !client.messages.some(isNotice); round++) {
      await clock.advance(10)
      await settle(() => client.messages.some(isNotice), 5)
    }
    const found = client.messages.find(isNotice)
    assert.ok(found, 'no notification came')
    client.messages.splice(client.messages.indexOf(found), 1)
    return told(found)
  }
  return { client, loader, clock, named, servers, uris, settle, notice }
}

test('an upstream whose lists do not come holds back no others for longer than five seconds, once', async (t) => {
  let arrive
  const slow = contentOf([resource('late')])
  const { listResources } = slow
  slow.listResources = () => new Promise((resolve) => (arrive = () => resolve(listResources())))
  const { clock, uris, settle, notice } = await passing(t, { a: contentOf([resource('a')]), slow })
  let listed
  const first = uris().then((names) => (listed = names))
  await settle()
  await clock.advance(4_999)
  await settle()
  assert.equal(listed, undefined)
  await clock.advance(1)
  assert.deepEqual(await first, ['a'])
  assert.deepEqual(await uris(), ['a'], 'and nobody waits again')
  arrive()
  assert.equal(await notice(), 'notifications/resources/list_changed')
  assert.deepEqual(await uris(), ['a', 'late'])
})

test('lists are not read before somebody asks, once for many, and again when they have changed', async (t) => {
  const content = contentOf([resource('a')])
  const { clock, servers, uris, settle } = await passing(t, { a: content })
  servers.a.connection.content.onNotice({ list: 'resources' })
  await clock.advance(1_000)
  assert.equal(content.lists, 0)
  await Promise.all([uris(), uris(), uris()])
  assert.equal(content.lists, 1)
  content.resources = [resource('b')]
  for (let round = 0; round < 20; round++) servers.a.connection.content.onNotice({ list: 'prompts' })
  await clock.advance(250)
  await settle(() => content.lists === 2)
  assert.deepEqual(await uris(), ['b'])
  assert.equal(content.lists, 2)
})

test('a list whose time has run out is read again behind the answer', async (t) => {
  const content = contentOf([resource('a')], { ttlMs: 1_000 })
  const { clock, uris, settle } = await passing(t, { a: content })
  assert.deepEqual(await uris(), ['a'])
  content.resources = [resource('b')]
  await clock.advance(1_000)
  assert.deepEqual(await uris(), ['a'])
  await clock.advance(250)
  await settle(() => content.lists === 2)
  assert.deepEqual(await uris(), ['b'])
})

test('a down upstream keeps its last list, and a read says which one is down', async (t) => {
  const content = contentOf([resource('a')])
  const { client, loader, clock, servers, uris, settle } = await passing(t, {
    gone: content,
    b: contentOf([resource('b')]),
  })
  assert.deepEqual(await uris(), ['b', 'a'])
  const refuse = async () => {
    throw fault('down', 'no route')
  }
  servers.gone.onConnect = refuse
  servers.gone.break('it has ended')
  assert.deepEqual(await uris(), ['b', 'a'])
  const { error } = await client.request('resources/read', { uri: 'file:///a' })
  assert.equal(error.code, -32603)
  assert.match(error.message, /^the MCP server "gone" is down since \d{4}-.*Z: /)
  const failed = await loader.readResource('gone', 'file:///a').catch((thrown) => thrown)
  assert.deepEqual([failed.code, failed.details.upstream], ['UPSTREAM_DOWN', 'gone'])
  assert.equal((await client.request('resources/read', { uri: 'file:///b' })).result.contents[0].text, 'read file:///b')
  // It is there again, with another list.
  servers.gone.onConnect = async () => {}
  content.resources = [resource('new')]
  for (let round = 0; round < 20 && content.lists < 2; round++) {
    await clock.advance(60_000)
    await settle(() => content.lists === 2, 5)
  }
  assert.deepEqual(await uris(), ['b', 'new'])
})

test('a subscription is made anew on a new connection, and what was missed is told', async (t) => {
  const content = contentOf([resource('a')])
  const { client, clock, servers, uris, settle, notice } = await passing(t, { a: content })
  await uris()
  await client.request('resources/subscribe', { uri: 'file:///a' })
  await clock.advance(10)
  await settle(() => content.subscribed.length === 1)
  assert.deepEqual(content.subscribed, [['file:///a']])
  servers.a.break()
  for (let round = 0; round < 20 && content.subscribed.length < 2; round++) {
    await clock.advance(1_000)
    await settle(() => content.subscribed.length === 2, 5)
  }
  assert.deepEqual(content.subscribed, [['file:///a'], ['file:///a']])
  assert.equal(await notice(), 'notifications/resources/updated file:///a')
  await client.request('resources/unsubscribe', { uri: 'file:///a' })
  await clock.advance(10)
  await settle(() => content.subscribed.length === 3)
  assert.deepEqual(content.subscribed[2], [])
  servers.a.connection.content.onNotice({ uri: 'file:///a' })
  await clock.advance(1_000)
  await client.request('ping')
  assert.deepEqual(client.messages, [], 'an update that nobody wants is told to nobody')
})

test('lists that cannot be read are told once, and cost neither the tools nor other lists', async (t) => {
  const broken = contentOf([], { listPrompts: async () => Promise.reject(fault('protocol', 'pages never end')) })
  const { loader, named, servers, clock, uris, settle } = await passing(t, { a: contentOf([resource('a')]), broken })
  assert.deepEqual(await uris(), ['a'])
  servers.broken.connection.content.onNotice({ list: 'prompts' })
  await clock.advance(250)
  await settle(() => broken.lists === 2)
  const failures = named('reloadFailed')
  assert.deepEqual([failures.length, failures[0].source, failures[0].error.code], [1, 'broken', 'SOURCE_UNREADABLE'])
  assert.match(failures[0].error.message, /pages never end/)
  assert.equal((await loader.resources('broken').catch((thrown) => thrown)).code, 'SOURCE_UNREADABLE')
  assert.deepEqual((await loader.resources()).resources.length, 1)
})

const HOSTILE = [
  null,
  7,
  'a',
  [],
  {},
  { uri: 7 },
  { uri: '' },
  { uri: 'file:///twice', name: 'first' },
  { uri: 'file:///twice', name: 'second' },
  { uri: 'file:///large', name: 'large', description: 'x'.repeat(300_000) },
  { uri: 'file:///nameless', name: 7 },
  JSON.parse('{"uri":"__proto__","name":"n","__proto__":{"polluted":true}}'),
  { uri: 'file:///half\ud800', name: '\ud800' },
]

test('items that are none are left out with their reasons, and the others are served', async (t) => {
  const content = contentOf(HOSTILE)
  content.templates = [{ uriTemplate: 'a:{?q}', name: 'query' }, { uriTemplate: '{x}{y}' }, { uriTemplate: 'b:{x' }]
  content.prompts = [
    { name: 'a b' },
    { name: 'a.b' },
    { name: 'x'.repeat(200) },
    { name: '__proto__' },
    { title: 'no' },
  ]
  const { client, loader } = await passing(t, { h: content })
  const { result } = await client.request('resources/list')
  assert.deepEqual(
    result.resources.map(({ uri, name }) => [uri, name]),
    [
      ['file:///twice', 'first'],
      ['file:///nameless', 'file:///nameless'],
      ['__proto__', 'n'],
      ['file:///half\ufffd', '\ufffd'],
    ],
  )
  assert.equal({}.polluted, undefined)
  const prompts = (await client.request('prompts/list')).result.prompts.map(({ name }) => name)
  assert.deepEqual([prompts[0], prompts[2], prompts.length], ['h_a_b', 'h___proto__', 3])
  assert.match(prompts[1], /^h_x{40,}_[0-9a-f]{8}$/)
  assert.equal(prompts[1].length, 64)
  const [{ content: status }] = loader.status()
  assert.deepEqual([status.resources, status.resourceTemplates, status.prompts], [4, 3, 3])
  assert.deepEqual(
    status.skipped.map(({ kind, key }) => [kind, key]),
    [
      ...[0, 1, 2, 3, 4, 5, 6].map((index) => ['resource', `item ${index}`]),
      ['resource', 'file:///twice'],
      ['resource', 'file:///large'],
      ['prompt', 'a.b'],
      ['prompt', 'item 4'],
    ],
  )
  // A template that is not read here is known by its beginning.
  const read = async (uri) => (await client.request('resources/read', { uri })).result?.contents[0].text
  assert.deepEqual([await read('a:?q=1'), await read('b:1'), await read('c:1')], ['read a:?q=1', 'read b:1', undefined])
})

/** What an upstream answers to a read, and what the client gets. */
const ANSWERS = {
  'members that are those of a connection': [
    async () => ({
      resultType: 'complete',
      _meta: { secret: 1 },
      ttlMs: 5,
      cacheScope: 'private',
      ...contents('x'),
      more: 1,
    }),
    ({ result }) => assert.deepEqual(result, { ...contents('x'), more: 1 }),
  ],
  'a result that is too large': [
    async () => contents('x'.repeat(9 << 20)),
    ({ error }) => assert.match(error.message, /more than 8323072 bytes/),
  ],
  'an error of its own': [
    async () => Promise.reject(fault('refused', 'the server answered with error -32000: disk', { code: -32000 })),
    ({ error }) => assert.deepEqual([error.code, /"a" failed: .*disk/.test(error.message)], [-32603, true]),
  ],
  'that it is not there, in the code of 2025': [
    async () => Promise.reject(fault('refused', 'not found', { code: -32002 })),
    ({ error }) => assert.equal(error.code, -32002),
  ],
  'nothing within its time': [
    async () => Promise.reject(fault('timeout', 'no answer')),
    ({ error }) => assert.match(error.message, /the MCP server "a" failed: no answer/),
  ],
  'a thrown value that is no fault': [
    async () => Promise.reject(null),
    ({ error }) => assert.equal(error.code, -32603),
  ],
}
for (const [name, [readResource, check]] of Object.entries(ANSWERS))
  test(`an upstream answers a read with ${name}`, async (t) => {
    const { client, uris } = await passing(t, { a: contentOf([resource('a')], { readResource }) })
    await uris()
    check(await client.request('resources/read', { uri: 'file:///a' }))
  })

test('a read that was not sent is sent once more, and one that may have been is not', async (t) => {
  let reads = 0
  const kinds = ['down', 'lost']
  const readResource = async () => {
    const kind = kinds[reads++]
    if (kind !== undefined) throw fault(kind, kind)
    return contents('x')
  }
  const { client, uris } = await passing(t, { a: contentOf([resource('a')], { readResource }) })
  await uris()
  const { error } = await client.request('resources/read', { uri: 'file:///a' })
  assert.match(error.message, /failed: lost/)
  assert.equal(reads, 2)
})

test('an upstream that is unloaded takes its resources with it, and one that hangs ends with its loader', async (t) => {
  const { client, loader, uris, notice } = await passing(t, {
    a: contentOf([resource('a')]),
    b: contentOf([resource('b')], { readResource: never }),
  })
  assert.deepEqual(await uris(), ['a', 'b'])
  await loader.unload('a')
  assert.equal(await notice(), 'notifications/resources/list_changed')
  assert.deepEqual(await uris(), ['b'])
  client.send({ id: 'x', method: 'resources/read', params: { uri: 'file:///b' } })
  await client.request('ping')
  client.send({ method: 'notifications/cancelled', params: { requestId: 'x' } })
  await client.request('ping')
  assert.equal(
    client.messages.some(({ id }) => id === 'x'),
    false,
  )
})

test('a subscription outlives a server that is loaded anew', async (t) => {
  const content = contentOf([resource('a')])
  const { client, loader, clock, servers, uris, settle, notice } = await passing(t, { a: content })
  await uris()
  await client.request('resources/subscribe', { uri: 'file:///a' })
  await clock.advance(10)
  await settle(() => content.subscribed.length === 1)
  await loader.unload('a')
  assert.equal(await notice(), 'notifications/resources/list_changed')
  const again = contentOf([resource('a')])
  servers.a.content = again
  await loader.load('a', servers.a, { namespace: 'a' })
  assert.equal(await notice(), 'notifications/resources/list_changed')
  for (let round = 0; round < 20 && again.subscribed.length === 0; round++) {
    await clock.advance(10)
    await settle(() => again.subscribed.length > 0, 5)
  }
  assert.deepEqual(again.subscribed, [['file:///a']])
  servers.a.connection.content.onNotice({ uri: 'file:///a' })
  assert.equal(await notice(), 'notifications/resources/updated file:///a')
})

test('lists that could not be read are read again when somebody asks 30 seconds later', async (t) => {
  const content = contentOf([resource('a')])
  const { listPrompts } = content
  content.listPrompts = async () => Promise.reject(fault('timeout', 'late'))
  const { clock, uris, settle } = await passing(t, { a: content })
  assert.deepEqual(await uris(), [])
  content.listPrompts = listPrompts
  await clock.advance(29_000)
  assert.deepEqual(await uris(), [])
  await clock.advance(250)
  await settle()
  assert.equal(content.lists, 1)
  await clock.advance(1_000)
  assert.deepEqual(await uris(), [], 'behind the answer')
  await clock.advance(250)
  await settle(() => content.lists === 2)
  assert.deepEqual(await uris(), ['a'])
})
