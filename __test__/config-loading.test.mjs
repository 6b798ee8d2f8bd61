// loadConfig: a configuration file becomes a registry with all tools, and what fails is told at its place.
import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { SpecLoader, ToolModules, ToolRegistry, loadConfig } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
import { configFolder, failures, moduleText, toolNames } from './support/config.mjs'
import { serve } from './support/server.mjs'

test('a lookup and a ticket are tools of twenty lines, and carry the identity of the caller', async (t) => {
  const api = await serve(t, ({ url }) => ({ id: 'C1', name: 'Ann', note: 'internal', url }))
  const { host } = new URL(api.url)
  const { path, write } = await configFolder(t)
  await write(
    'agent.yaml',
    `name: crm-agent
tools:
  - name: crm-lookup
    description: Look up a customer
    category: external
    tags: [client]
    parameters:
      customerId: { type: string, description: Customer ID }
    endpoint: \${CRM_URL}/customers/{customerId}
    headers: { X-User-Id: '{context.userId}' }
    network: { hosts: ['${host}'] }
    response: [id, name]
  - name: ticket-create
    description: Create a ticket
    parameters:
      title: { type: string, description: Title }
    endpoint: \${CRM_URL}/tickets
    method: POST
    auth: \${CRM_TOKEN}
    network: { hosts: ['${host}'] }
`,
  )
  const environment = { CRM_URL: api.url, CRM_TOKEN: 'token-of-the-crm' }
  const loaded = await loadConfig(pathToFileURL(join(path, 'agent.yaml')), { environment })
  t.after(() => loaded.close())
  const { registry, report } = loaded
  assert.deepEqual([report.tools?.added, report.failed], [['crm-lookup', 'ticket-create'], []])
  const options = { context: { userId: 'u1' } }
  assert.deepEqual(await registry.execute('crm-lookup', { customerId: 'C 1' }, options), { id: 'C1', name: 'Ann' })
  await registry.execute('ticket-create', { title: 'Help' })
  assert.deepEqual(
    api.requests.map(({ method, url, headers, body }) => [
      method,
      url,
      headers['x-user-id'],
      headers.authorization,
      body,
    ]),
    [
      ['GET', '/customers/C%201', 'u1', undefined, ''],
      ['POST', '/tickets', undefined, 'Bearer token-of-the-crm', '{"title":"Help"}'],
    ],
  )
})

test('a configuration of all kinds is one registry with its loaders and its server', async (t) => {
  const { load, path } = await configFolder(t)
  const loaded = await load({
    name: 'agent',
    registry: { timeoutMs: 5000 },
    loader: { state: './state' },
    documents: { zoo: { source: './pets.json', namespace: 'zoo' }, owners: { source: './owners.json' } },
    modules: ['./tools', { path: './tools/echo.mjs', source: 'again', namespace: 'again' }],
    tools: [{ name: 'lookup', description: 'Looks up', endpoint: 'https://crm.example/a' }],
    mcpServers: { git: { command: 'no-such-git-server' }, off: { command: 'no', disabled: true } },
    serve: { title: 'Agent', filter: { source: 'zoo' }, http: { port: 0 } },
  })
  const { registry, loader, modules, server, report } = loaded
  assert.ok(registry instanceof ToolRegistry && loader instanceof SpecLoader && modules instanceof ToolModules)
  const expected = ['again_echo', 'echo', 'listOwners', 'lookup', 'zoo_getPet', 'zoo_listPets']
  assert.deepEqual(toolNames(loaded), expected)
  assert.deepEqual(
    [report.documents, report.modules].map((reports) => reports.map(({ source }) => source)),
    [
      ['zoo', 'owners'],
      ['echo', 'again'],
    ],
  )
  assert.deepEqual(failures(report), [['/mcpServers/git', 'SOURCE_UNREADABLE']])
  assert.match(report.failed[0].error.message, /MCP server no-such-git-server/)
  assert.deepEqual([report.removed, report.disabled, report.warnings, report.notApplied], [[], [], [], []])
  assert.equal(report.revision, registry.revision)
  assert.ok(Object.isFrozen(report))
  assert.equal(await registry.execute('echo', {}), 'echo')
  await loader.save()
  assert.ok((await readFile(join(path, 'state'))).length > 0)
  assert.deepEqual(server, {
    options: { name: 'agent', title: 'Agent', filter: { source: 'zoo' } },
    http: { port: 0 },
  })
  const mcp = createMcpServer(registry, server.options)
  t.after(() => mcp.close())
  assert.match((await mcp.listen(server.http)).url, /^http:\/\/127\.0\.0\.1:\d+\/mcp$/)
})

test('what verifies access tokens is made of the first issuer and the resource', async (t) => {
  const { load } = await configFolder(t)
  const auth = { resource: 'https://mcp.example/mcp', authorizationServers: ['https://issuer.example'] }
  const { server } = await load({ serve: { auth: { ...auth, verify: { jwks: { keys: [] } } } } })
  const { verify, ...rest } = server.options.auth
  assert.deepEqual([rest, await verify('no token')], [auth, undefined])
})

test('a part that fails is told at its place, and the others load', async (t) => {
  const { load, write } = await configFolder(t)
  await write('tools/broken.mjs', 'export const = 5')
  const { report, ...loaded } = await load({
    documents: {
      'no/file': { source: './none.json' },
      pets: { source: './pets.json', rateLimit: -1 },
      owners: { source: './owners.json' },
    },
    modules: ['./tools', './none.mjs', '@none/package', { path: './tools/echo.mjs', recursive: true }],
    tools: [
      { name: 'a b', description: 'Has a space', endpoint: 'https://a.example/' },
      { name: 'private', description: 'Is private', endpoint: 'http://localhost/' },
    ],
  })
  assert.deepEqual(failures(report), [
    ['/documents/no~1file', 'SOURCE_UNREADABLE'],
    ['/documents/pets', 'INVALID_OPTIONS'],
    ['/modules/0', 'INVALID_SPEC'],
    ['/modules/1', 'SOURCE_UNREADABLE'],
    ['/modules/2', 'SOURCE_UNREADABLE'],
    ['/modules/3', 'SOURCE_UNREADABLE'],
    ['/tools/0', 'INVALID_DEFINITION'],
    ['/tools/1', 'INVALID_DEFINITION'],
  ])
  assert.match(report.failed[2].location, /broken\.mjs$/)
  assert.deepEqual(toolNames(loaded), ['echo', 'listOwners'])
})

test('a name that two parts have is that of the first one', async (t) => {
  const { load, write } = await configFolder(t)
  await write('tools/echo.mjs', moduleText('listPets'))
  const { registry, report } = await load({
    documents: { pets: { source: './pets.json' } },
    modules: ['./tools/echo.mjs'],
    tools: [{ name: 'listPets', description: 'Lists', endpoint: 'https://a.example/' }],
  })
  assert.deepEqual(failures(report), [
    ['/modules/0', 'NAME_TAKEN'],
    ['/tools/0', 'NAME_TAKEN'],
  ])
  assert.equal(registry.get('listPets').source, 'pets')
})

test('values of variables are in no report and no error', async (t) => {
  const { load, write } = await configFolder(t)
  const environment = { TOKEN: 'secret-of-the-environment', STATE: 'folder-of-the-state/none' }
  const { report } = await load(
    {
      documents: {
        url: { source: 'http://127.0.0.1:1/${TOKEN}.json' },
        off: { source: './pets.json', headers: { authorization: '${NONE}' } },
      },
      tools: [{ name: 'a', description: 'A', endpoint: 'http://localhost/${TOKEN}' }],
    },
    { environment },
  )
  assert.deepEqual(
    report.failed.map(({ part }) => part),
    ['/documents/url', '/tools/0'],
  )
  assert.deepEqual(
    report.disabled.map(({ part, variable, pointer }) => [part, variable, pointer]),
    [['/documents/off', 'NONE', '/documents/off/headers/authorization']],
  )
  const shown = report.failed.map(({ error }) => `${error.stack}${JSON.stringify(error)}`).join()
  assert.ok(!shown.includes(environment.TOKEN), shown)
  await write('state.json', { loader: { state: './${STATE}/state' } })
  await assert.rejects(load({ loader: { state: './${STATE}/state' } }, { environment }), (error) => {
    assert.equal(error.code, 'STATE_UNWRITABLE')
    assert.ok(!`${error.stack}${JSON.stringify(error)}`.includes(environment.STATE), error.message)
    return true
  })
})

test('what is wrong with the whole opens nothing', async (t) => {
  const { load, file, path } = await configFolder(t)
  const refused = [
    [{ documents: { pets: { source: './pets.json' } }, loader: { state: './s' }, documnets: {} }, {}, 'CONFIG_INVALID'],
    [{ registry: { timeoutMs: -1 } }, {}, 'CONFIG_INVALID'],
    [{ serve: { ttlMs: -1 } }, {}, 'CONFIG_INVALID'],
    [{ loader: { state: './none/state' } }, {}, 'STATE_UNWRITABLE'],
    [{}, { wathc: true }, 'INVALID_OPTIONS'],
    [{}, { watch: 5 }, 'INVALID_OPTIONS'],
    [{}, { watch: { pollMs: 1 } }, 'INVALID_OPTIONS'],
    [{}, { onReload: 5 }, 'INVALID_OPTIONS'],
    [{}, { environment: { A: 5 } }, 'INVALID_OPTIONS'],
    [{}, { environment: null }, 'INVALID_OPTIONS'],
    [{}, { fetch: 5 }, 'INVALID_OPTIONS'],
  ]
  for (const [config, options, code] of refused)
    await assert.rejects(load(config, options), { code }, JSON.stringify([config, options]))
  await assert.rejects(readFile(join(path, 's')), { code: 'ENOENT' })
  await assert.rejects(loadConfig({}, { watch: true }), { code: 'INVALID_OPTIONS' })
  await assert.rejects(loadConfig(`${file}.toml`), { code: 'INVALID_OPTIONS' })
  // Each of them has released what it had opened.
  const { close } = await load({ loader: { state: './s' } })
  await close()
  await (await load({ loader: { state: './s' } })).close()
})

test('a closed configuration has nothing open, and is closed once', async (t) => {
  const { load } = await configFolder(t)
  const loaded = await load({ documents: { pets: { source: './pets.json' } } }, { watch: true })
  await loaded.close()
  await loaded.close()
  assert.throws(() => loaded.registry.tools(), { code: 'CLOSED' })
  await assert.rejects(loaded.reload(), { code: 'CLOSED' })
  assert.equal(loaded.report.documents.length, 1)
  const other = await load({ documents: { pets: { source: './pets.json' } } }, { watch: true })
  other.registry.close()
  await Promise.all([other.close(), other.close()])
})
