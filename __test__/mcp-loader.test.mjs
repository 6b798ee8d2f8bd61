// McpLoader: the tools of MCP servers are tools of a registry, under its names, gates and reports.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { McpLoader } from '../lib/mcp/index.js'
import { ScriptedServer, failure, fault, openScene, text, tool } from './support/scripted-upstream.mjs'

test('tools of a server are tools of the registry, and their calls reach it under its own names', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('repo.list'), tool('issue')])
  const report = await loader.load('github', server, { namespace: 'gh', tags: ['code'] })
  assert.deepEqual(report.added, ['gh_repo_list', 'gh_issue'])
  assert.equal(report.operations, 2)
  assert.deepEqual(registry.list({ tags: ['code'] }), ['gh_repo_list', 'gh_issue'])
  assert.equal(await registry.execute('gh_repo_list', { a: 'x' }), 'repo.list {"a":"x"}')
  const [{ call, name }] = server.calls
  assert.equal(name, 'repo.list')
  assert.deepEqual([call.timeoutMs, call.maxTimeoutMs], [60_000, 600_000])
  assert.equal(loader.sources()[0].location, 'MCP server scripted')
  assert.deepEqual(loader.status(), [
    {
      name: 'github',
      location: 'MCP server scripted',
      state: 'up',
      server: { name: 'scripted', version: '1.0.0' },
      revision: '2025-11-25',
    },
  ])
  await loader.close()
  assert.equal(server.closed, 1)
})

test('one bad tool is a line of the report, and costs no other', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([
    tool('good'),
    tool('good'),
    tool('bad', { inputSchema: { type: 'array' } }),
    tool('remote', { inputSchema: { type: 'object', properties: { a: { $ref: 'https://evil.example/x.json' } } } }),
    tool('a.b'),
    tool('a_b'),
    tool('header', { inputSchema: { type: 'object', properties: { a: { 'x-mcp-header': ' ' } } } }),
  ])
  server.hasHeaders = true
  const report = await loader.load('s', server)
  assert.deepEqual(registry.list(), ['good', 'a_b'])
  assert.deepEqual(report.skipped.map(({ path, code }) => [path, code]).sort(), [
    ['a.b', 'NAME_TAKEN'],
    ['bad', 'INVALID_DEFINITION'],
    ['good', 'INVALID_DEFINITION'],
    ['header', 'INVALID_DEFINITION'],
    ['remote', 'INVALID_DEFINITION'],
  ])
  await registry.execute('a_b', {})
  assert.equal(server.calls[0].name, 'a_b')
  await loader.close()
})

test('a name never comes to mean another tool of the server', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('a.b'), tool('c')])
  await loader.load('s', server)
  server.tools = [tool('a_b'), tool('a.b'), tool('c')]
  const listed = await loader.reload('s')
  assert.deepEqual(
    listed.skipped.map(({ path }) => path),
    ['a_b'],
  )
  await registry.execute('a_b', {})
  assert.equal(server.calls.at(-1).name, 'a.b')
  server.tools = [tool('a_b'), tool('c')]
  const gone = await loader.reload('s')
  assert.deepEqual(
    gone.skipped.map(({ path, code }) => [path, code]),
    [['a_b', 'NAME_TAKEN']],
  )
  assert.deepEqual(registry.list(), ['c'])
  await loader.close()
})

test('names of another server that are taken are skipped, and both servers are called', async () => {
  const { registry, loader } = openScene()
  const [a, b] = [new ScriptedServer([tool('search')]), new ScriptedServer([tool('search'), tool('more')])]
  await loader.load('a', a)
  const report = await loader.load('b', b)
  assert.deepEqual(
    report.skipped.map(({ path, code }) => [path, code]),
    [['search', 'NAME_TAKEN']],
  )
  await registry.execute('search', {})
  await registry.execute('more', {})
  assert.deepEqual([a.calls.length, b.calls.length], [1, 1])
  await loader.close()
})

test('include, exclude and overrides know a tool by the name that its server gives it', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('repo.list'), tool('repo.delete'), tool('user')])
  const report = await loader.load('s', server, {
    include: ['repo.*', 'usr*'],
    exclude: ({ name }) => name.endsWith('delete'),
    overrides: { 'repo.list': { description: 'Lists', category: 'external' }, 'repo.lost': { category: 'x' } },
  })
  assert.deepEqual(
    report.notes.map(({ code, message }) => [code, message]),
    [
      ['SELECTION_UNUSED', 'include "usr*" matches no tool of the server; nearest: user'],
      ['OVERRIDE_UNUSED', '"repo.lost" is the name of no tool; nearest: repo.list'],
    ],
  )
  assert.deepEqual(report.added, ['repo_list'])
  assert.deepEqual([report.operations, report.excluded.unselected], [3, 2])
  assert.equal(registry.get('repo_list').description, 'Lists')
  await loader.close()
})

test('a long name ends in a hash, and the namespace counts', async () => {
  const { loader } = openScene()
  const server = new ScriptedServer([tool('x'.repeat(100)), tool('ünïcode')])
  const { added } = await loader.load('s', server, { namespace: 'gh', maxName: 32 })
  assert.equal(added[0].length, 32)
  assert.match(added[0], /^gh_x+_[0-9a-f]{8}$/)
  assert.equal(added[1], 'gh__n_code')
  await loader.close()
})

test('a tool without description, with annotations and an output schema is registered as it can be', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([
    {
      name: 'bare',
      inputSchema: {},
      annotations: { title: 'Bare', readOnlyHint: true, evil: {} },
      outputSchema: { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] },
      _meta: { x: 1 },
    },
  ])
  await loader.load('s', server)
  const { description, title, annotations, outputSchema } = registry.get('bare')
  assert.deepEqual([description, title, annotations], ['Tool "bare" of s', 'Bare', { readOnlyHint: true }])
  assert.deepEqual(outputSchema.required, ['n'])
  server.onCall = () => ({ ...text('{"n":1}'), structuredContent: { n: 1 } })
  assert.deepEqual(await registry.execute('bare', {}), { n: 1 })
  await loader.close()
})

test('hidden characters of a definition are told', async () => {
  const { loader } = openScene()
  const report = await loader.load('s', new ScriptedServer([tool('x', { description: 'a\u200bb' })]))
  assert.deepEqual(
    report.notes.map(({ code, pointer, tools }) => [code, pointer, tools]),
    [['HIDDEN_UNICODE', '/description', ['x']]],
  )
  await loader.close()
})

test('results that do not match are told, and fail with output: strict', async () => {
  const { registry, loader, named } = openScene()
  const outputSchema = { type: 'object', properties: { n: { type: 'integer' } }, required: ['n'] }
  const server = new ScriptedServer([tool('x', { outputSchema })])
  server.onCall = () => ({ ...text('{}'), structuredContent: { n: 'no' } })
  await loader.load('warned', server)
  assert.deepEqual(await registry.execute('x', {}), { n: 'no' })
  const [{ source, toolName, problems }] = named('outputMismatch')
  assert.deepEqual([source, toolName, problems[0].pointer], ['warned', 'x', '/n'])
  const reply = await registry.respond('mcp', { name: 'x', arguments: {} })
  assert.deepEqual(reply.structuredContent, { n: 'no' })
  server.onCall = () => text('no data')
  assert.equal(await registry.execute('x', {}), 'no data')
  await loader.unload('warned')
  await loader.load('warned', server, { output: 'strict' })
  assert.equal((await failure(registry.execute('x', {}))).code, 'OUTPUT_INVALID')
  await loader.close()
})

test('content blocks, failures and files of a server are results of its tool', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer([tool('x')])
  await loader.load('s', server)
  server.onCall = () => ({ ...text('it broke'), isError: true })
  const failed = await failure(registry.execute('x', {}))
  assert.deepEqual([failed.code, failed.details.message, failed.details.forModel], ['TOOL_FAILED', 'it broke', true])
  server.onCall = () => ({ content: [{ type: 'image', data: 'AAAA', mimeType: 'image/png' }], resultType: 'complete' })
  const image = await registry.execute('x', {})
  assert.equal(image.mediaType, 'image/png')
  const { content } = await registry.respond('mcp', { name: 'x', arguments: {} })
  assert.deepEqual(content.at(-1), { type: 'image', data: 'AAAA', mimeType: 'image/png' })
  server.onCall = () => ({ content: 'no list' })
  assert.equal((await failure(registry.execute('x', {}))).code, 'UPSTREAM_FAILED')
  await loader.close()
})

test('functions of include that throw, change a tool or give no boolean refuse the load', async () => {
  const { registry, loader } = openScene()
  const wrong = [
    () => {
      throw new Error('no')
    },
    () => 'yes',
    (tool) => {
      tool.description = 'other'
      return true
    },
  ]
  for (const include of wrong) {
    const error = await failure(loader.load('s', new ScriptedServer(), { include }))
    assert.equal(error.code, 'INVALID_OPTIONS')
    assert.match(error.message, /the tool "one"/)
  }
  assert.equal(registry.size, 0)
  await loader.close()
})

test('wrong names, servers and options are refused before anything is opened', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  const refusals = [
    [() => loader.load(7, server), /name/],
    [() => loader.load(' ', server), /name/],
    [() => loader.load('s', server, { include: 'all' }), /include/],
    [() => loader.load('s', server, { whenDown: 'gone' }), /whenDown/],
    [() => loader.load('s', server, { watch: true }), /watch/],
    [() => loader.load('s', server, { approve: 'all' }), /approve/],
    [() => loader.load('s', server, { maxName: 5 }), /maxName/],
    [() => loader.load('s', server, { namespace: 'x'.repeat(60) }), /namespace/],
    [() => loader.load('s', server, { nonsense: 1 }), /nonsense/],
    [() => loader.load('s', server, { gates: 7 }), /gates/],
    [() => loader.load('s', server, { timeoutMs: -1 }), /timeoutMs/],
  ]
  for (const [work, expected] of refusals) {
    const error = await failure(work())
    assert.deepEqual([error.code, expected.test(error.message)], ['INVALID_OPTIONS', true], error.message)
  }
  assert.equal(server.connected, 0)
  assert.throws(() => new McpLoader({}), { code: 'INVALID_OPTIONS' })
  assert.equal((await failure(loader.reload('none'))).code, 'UNKNOWN_SOURCE')
  registry.close()
  assert.equal((await failure(loader.load('s', server))).code, 'CLOSED')
})

test('a server that cannot be reached or read changes nothing', async () => {
  const { registry, loader } = openScene()
  const server = new ScriptedServer()
  server.onConnect = () => Promise.reject(fault('down', 'no such command'))
  const refused = await failure(loader.load('s', server))
  assert.deepEqual([refused.code, refused.details.reason], ['SOURCE_UNREADABLE', 'no such command'])
  server.onConnect = async () => {}
  server.tools = () => Promise.reject(fault('protocol', 'its list has more than 1000 pages'))
  assert.match((await failure(loader.load('s', server))).message, /1000 pages/)
  assert.deepEqual([registry.size, loader.sources(), loader.status(), server.closed], [0, [], [], 1])
  await loader.close()
})
