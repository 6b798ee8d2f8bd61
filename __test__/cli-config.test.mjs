// `--config FILE`: each command takes its tools from a configuration file, given or found in the working directory.
import assert from 'node:assert/strict'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { commandFolder, petsDocument, serverOf, stateFile } from './support/command-line.mjs'
import { moduleText } from './support/config.mjs'

const CONFIG = `name: agent
documents: { pets: { source: ./pets.json, namespace: zoo } }
modules: [./tools]
tools:
  - name: crm-lookup
    description: Look up a customer
    parameters: { customerId: { type: string }, expand: { type: boolean, required: false } }
    endpoint: \${CRM_URL:-https://crm.example}/customers/{customerId}
    headers: { X-User-Id: '{context.userId}', Authorization: 'Bearer \${CRM_TOKEN:-none}' }
    network: { hosts: [127.0.0.1] }
`
const NAMES = ['crm-lookup', 'echo', 'zoo_listOwners', 'zoo_listPets']

/** A folder with the configuration, its document and its module. */
async function configured(t, files = {}) {
  const own = await commandFolder(t, { 'pets.json': petsDocument(), 'toolrack.config.yaml': CONFIG, ...files })
  await mkdir(join(own.path, 'tools'))
  await writeFile(join(own.path, 'tools/echo.mjs'), moduleText('echo'))
  return own
}

test('the tools of the file are listed, and one is shown by its name', async (t) => {
  const { toolrack } = await configured(t)
  for (const args of [['--config', 'toolrack.config.yaml'], []]) {
    const { code, stdout, stderr } = await toolrack(['tools', '--json', ...args])
    assert.deepEqual([code, stderr], [0, ''])
    assert.deepEqual(
      JSON.parse(stdout)
        .map(({ name }) => name)
        .sort(),
      NAMES,
    )
  }
  const shown = await toolrack(['tools', 'crm-lookup', '--target', 'anthropic', '--json'])
  assert.equal(JSON.parse(shown.stdout).definition.name, 'crm-lookup')
  const nearest = await toolrack(['tools', 'crm-lookpu'])
  assert.deepEqual([nearest.code, /crm-lookup/.test(nearest.stderr)], [2, true])
  const document = await toolrack(['tools', 'pets.json', '--json'])
  assert.equal(JSON.parse(document.stdout).length, 2)
})

test('a tool is called by its name, and no secret is printed', async (t) => {
  const { toolrack } = await configured(t)
  const seen = []
  const { url } = await serverOf(t, ({ url: path, headers }, response) => {
    seen.push([path, headers['x-user-id'], headers.authorization])
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ echo: headers.authorization }))
  })
  const env = { CRM_URL: url, CRM_TOKEN: 'token-of-the-crm' }
  const user = ['--user-id', 'u1']
  const json = await toolrack(['call', 'crm-lookup', '{"customerId":"C1"}', ...user], { env })
  assert.deepEqual([json.code, json.stderr], [0, ''])
  assert.ok(!json.stdout.includes(env.CRM_TOKEN), json.stdout)
  const pairs = ['call', 'crm-lookup', 'customerId=C2', 'expand=true', ...user, '--config', 'toolrack.config.yaml']
  assert.equal((await toolrack(pairs, { env })).code, 0)
  assert.equal((await toolrack(['call', 'echo'])).stdout, 'echo')
  assert.deepEqual(seen, [
    ['/customers/C1', 'u1', 'Bearer token-of-the-crm'],
    ['/customers/C2?expand=true', 'u1', 'Bearer token-of-the-crm'],
  ])
})

test('check judges all parts, and compares with a state file and a lock file', async (t) => {
  const { toolrack, path } = await configured(t)
  const locked = await toolrack(['lock', '--json'])
  assert.deepEqual(JSON.parse(locked.stdout).sources, [
    { source: 'pets', tools: 2 },
    { source: 'echo', tools: 1 },
    { source: 'tools', tools: 1 },
  ])
  await stateFile(path)
  const state = ['--state', 'toolrack.state', '--lock', 'toolrack.lock.json', '--json']
  const { code, stdout } = await toolrack(['check', ...state])
  const { documents, tokens, lock } = JSON.parse(stdout)
  assert.deepEqual(
    documents.map(({ document, review }) => [document, review?.isSaved]),
    [
      ['pets', true],
      ['echo', undefined],
    ],
  )
  assert.deepEqual([code, lock], [0, []])
  assert.ok(tokens.some(({ source, total }) => source === 'tools' && total > 0))
  await writeFile(join(path, 'tools/echo.mjs'), moduleText('other'))
  const { code: differs, stdout: told } = await toolrack(['check', '--lock', 'toolrack.lock.json'])
  assert.deepEqual([differs, /other/.test(told)], [1, true])
})

test('diff compares a document of the file with a state file', async (t) => {
  const { toolrack, path } = await configured(t, { 'toolrack.config.yaml': CONFIG.replace(', namespace: zoo', '') })
  await stateFile(path)
  const state = ['--state', 'toolrack.state', '--json']
  const same = await toolrack(['diff', ...state])
  assert.deepEqual([same.code, JSON.parse(same.stdout).tools], [0, []])
  const required = [{ name: 'owner', in: 'query', required: true, schema: { type: 'string' } }]
  await writeFile(
    join(path, 'pets.json'),
    JSON.stringify(petsDocument('2.0.0', { listPets: { parameters: required } })),
  )
  const changed = await toolrack(['diff', ...state, '--config', 'toolrack.config.yaml', '--name', 'pets'])
  const { class: worst, after } = JSON.parse(changed.stdout)
  assert.deepEqual([changed.code, worst, after.given], [1, 'breaking', 'pets'])
})

const RECORDED = `${CONFIG}registry: { audit: { path: ./audit.jsonl, calls: true } }\n`
const kindsOf = async (path) =>
  (await readFile(join(path, 'audit.jsonl'), 'utf8'))
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line).kind)

test('a call is in the audit log of a configuration that records calls', async (t) => {
  const { toolrack, path } = await configured(t, { 'toolrack.config.yaml': RECORDED })
  for (const _ of [1, 2]) assert.equal((await toolrack(['call', 'echo'])).code, 0)
  const kinds = await kindsOf(path)
  assert.deepEqual(
    kinds.filter((kind) => kind !== 'change' && kind !== 'load'),
    ['open', 'call', 'close', 'open', 'call', 'close'],
  )
})

test('a call says that it is not recorded where a server writes the audit log', async (t) => {
  const { toolrack, path } = await configured(t, { 'toolrack.config.yaml': RECORDED })
  const server = new ToolRegistry({ audit: { path: join(path, 'audit.jsonl') } })
  t.after(() => server.close())
  const { code, stdout, stderr } = await toolrack(['call', 'echo'])
  assert.deepEqual([code, stdout, await kindsOf(path)], [0, 'echo', ['open']])
  assert.match(stderr, /warn: the call is not recorded: .*another registry is writing it/)
})

test('a call needs an audit log that can be written', async (t) => {
  const config = RECORDED.replace('./audit', './none/audit')
  const { toolrack } = await configured(t, { 'toolrack.config.yaml': config })
  const { code, stdout, stderr } = await toolrack(['call', 'echo'])
  assert.deepEqual([code, stdout], [2, ''])
  assert.match(stderr, /AUDIT_UNWRITABLE/)
})

test('state file and audit log are left alone by commands that end', async (t) => {
  const { toolrack, path } = await configured(t, {
    'toolrack.config.yaml': `${CONFIG}loader: { state: ./state }\nregistry: { audit: ./audit.jsonl }\n`,
  })
  assert.equal((await toolrack(['tools'])).code, 0)
  for (const name of ['state', 'audit.jsonl'])
    await assert.rejects(readFile(join(path, name)), { code: 'ENOENT' }, name)
})

for (const [args, config, code, expected] of [
  [['tools'], 'documnets: {}\ntools: 5\n', 2, /yaml:1:1: unknown key "documnets".*\n.*yaml:2:\d+: .*\(\/tools\)/],
  [['tools', '--config', 'none.yaml'], CONFIG, 2, /none\.yaml: ENOENT.*SOURCE_UNREADABLE/],
  [['tools', '--config', ''], CONFIG, 2, /--config is empty/],
  [['check', 'pets.json', '--config', 'a.yaml'], CONFIG, 2, /documents or --config FILE/],
  [['tools', '--include', 'GET'], CONFIG, 2, /--include is for documents: write it into toolrack\.config\.yaml/],
  [['serve', '--base-url', 'https://a.example'], CONFIG, 2, /--base-url is for documents/],
  [['clients', 'cursor', '--header', 'a: b'], CONFIG, 2, /--header is for documents/],
  [['clients', 'cursor', '--config', 'none.yaml'], CONFIG, 2, /none\.yaml: ENOENT/],
  [['tools', 'echo', '--tool', 'echo'], CONFIG, 2, /give one tool/],
  [['diff', '--config', 'toolrack.config.yaml'], CONFIG, 2, /add --state FILE/],
  [['diff', '--state', 's', '--name', 'none'], CONFIG, 2, /the documents of toolrack\.config\.yaml are pets/],
  [['diff', '--state', 's', '--include', 'GET'], CONFIG, 2, /--include is for documents/],
  [['call'], CONFIG, 2, /give a document and the name of a tool/],
  [['call', '--config', 'toolrack.config.yaml'], CONFIG, 2, /give the name of a tool/],
  [
    ['tools'],
    'registry: { timeoutMs: -1 }\n',
    2,
    /^toolrack: toolrack\.config\.yaml:1:13: must be .* \(\/registry\/timeoutMs\)$/m,
  ],
  [
    ['tools'],
    'documents: { pets: { source: ./none.json } }\n',
    2,
    /^toolrack: toolrack\.config\.yaml:1:14: pets: cannot read .*none\.json/,
  ],
  [['check'], 'documents: { pets: { source: ./none.json } }\n', 2, undefined],
  [
    ['lock'],
    'tools: [{ name: a b, description: A, endpoint: https://a.example }]\n',
    2,
    /toolrack\.config\.yaml:1:11: \/tools\/0: .*INVALID_DEFINITION/,
  ],
  [
    ['serve'],
    'serve: { auth: { resource: "${NONE}", authorizationServers: [https://a.example] } }\n',
    2,
    /NONE \(\/serve/,
  ],
])
  test(`toolrack ${args.join(' ')} ends with ${code} for ${config.split('\n')[0].slice(0, 40)}`, async (t) => {
    const { toolrack } = await configured(t, { 'toolrack.config.yaml': config })
    const told = await toolrack(args)
    assert.equal(told.code, code, told.stderr)
    if (expected !== undefined) assert.match(told.stderr, expected)
  })

test('a part that is left out is a warning, and a call needs the source of its tool alone', async (t) => {
  const { toolrack } = await configured(t, {
    'toolrack.config.yaml': `documents:
  off: { source: '\${NONE}' }
  gone: { source: ./none.json }
mcpServers: { git: { command: no-such-git-server, autoApprove: [] } }
modules: [./tools]
`,
  })
  const { code, stdout, stderr } = await toolrack(['call', 'echo'])
  assert.deepEqual([code, stdout], [0, 'echo'])
  assert.match(stderr, /warn: toolrack\.config\.yaml:2:\d+: the environment has no variable NONE/)
  assert.match(stderr, /warn: toolrack\.config\.yaml:4:\d+: .*autoApprove/)
  assert.match(stderr, /warn: toolrack\.config\.yaml:4:15: \/mcpServers\/git: .*no-such-git-server/)
  assert.match(stderr, /warn: toolrack\.config\.yaml:3:3: gone: cannot read/)
})

test('a client starts serve with the file and its variables', async (t) => {
  const { toolrack, path } = await configured(t, {
    'agent.yaml': 'tools: [{ name: a, description: A, endpoint: "https://a.example", auth: "${A_TOKEN}" }]\n',
  })
  const { stdout } = await toolrack(['clients', 'cursor', '--config', 'agent.yaml', '--read-only'])
  assert.deepEqual(JSON.parse(stdout).mcpServers, {
    toolrack: {
      command: 'npx',
      args: ['-y', 'toolrack', 'serve', '--config', join(path, 'agent.yaml'), '--read-only'],
      env: { A_TOKEN: 'your token' },
    },
  })
  assert.match((await toolrack(['clients', 'vscode'])).stdout, /"--config",\s+"\$\{workspaceFolder\}\/toolrack\.config/)
})

test('serve has the tools of the file, and what it says of the server; a change reaches clients', async (t) => {
  const { start, path } = await configured(t)
  // What a module writes is no message of the server.
  await writeFile(join(path, 'tools/echo.mjs'), `console.log('noise')\n${moduleText('echo')}`)
  const child = start(['serve', '--read-only'])
  const answers = createInterface(child.stdout)[Symbol.asyncIterator]()
  let id = 0
  const ask = async (method, params) => {
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: ++id, method, params })}\n`)
    for (;;) {
      const answer = JSON.parse((await answers.next()).value)
      if (answer.id === id) return answer.result
    }
  }
  const client = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  assert.equal((await ask('initialize', client)).serverInfo.name, 'agent')
  const names = async () => (await ask('tools/list')).tools.map(({ name }) => name).sort()
  assert.deepEqual(await names(), ['crm-lookup', 'zoo_listOwners', 'zoo_listPets'])
  child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', method: 'notifications/initialized' })}\n`)
  await writeFile(join(path, 'toolrack.config.yaml'), CONFIG.replace('namespace: zoo', 'namespace: farm'))
  for (;;) if (JSON.parse((await answers.next()).value).method === 'notifications/tools/list_changed') break
  assert.deepEqual(await names(), ['crm-lookup', 'farm_listOwners', 'farm_listPets'])
  child.stdin.end()
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0)
})

test('serve listens where the file says, and tells mistakes of a change', async (t) => {
  const { start, path } = await configured(t, {
    'toolrack.config.yaml': `${CONFIG}serve: { http: { port: 0 } }\n`,
  })
  const child = start(['serve'])
  const log = createInterface(child.stderr)[Symbol.asyncIterator]()
  const until = async (expected) => {
    for (;;) {
      const { value, done } = await log.next()
      assert.ok(!done, `the log ends without ${expected}`)
      if (expected.test(value)) return value
    }
  }
  await until(/MCP at http:\/\/127\.0\.0\.1:\d+\/mcp/)
  await writeFile(join(path, 'toolrack.config.yaml'), 'documnets: {}\n')
  await until(/error: toolrack\.config\.yaml: configuration is not valid: .*its tools stay as they are/)
  child.kill('SIGTERM')
  assert.equal(await new Promise((resolve) => child.once('exit', resolve)), 0)
})
