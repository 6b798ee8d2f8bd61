// `toolrack serve` as a desktop client starts it: a process that speaks MCP on stdout, and nothing else.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { ERAS } from './support/mcp-client.mjs'
import { BIN, PETS, document, place, serve } from './support/served-documents.mjs'

for (const era of Object.keys(ERAS))
  test(`${era}: operations of a document are tools, and the end of stdin ends the process`, async (t) => {
    const { client, names, exit } = await serve(t, [await place(t)], { era })
    assert.deepEqual(await names(), ['listPets', 'createPet', 'getOwner'])
    client.close()
    assert.deepEqual(await exit, [0, null])
  })

for (const [args, expected] of [
  [['--read-only'], ['listPets', 'getOwner']],
  [
    ['--include', 'tag:pets', '--exclude', 'POST'],
    ['listPets', 'getOwner'],
  ],
  [
    ['--include', '/pets'],
    ['listPets', 'createPet'],
  ],
  [
    ['--include', 'get /pets', '--include', 'getOwner'],
    ['listPets', 'getOwner'],
  ],
  [['--include', 'list*'], ['listPets']],
])
  test(`${args.join(' ')} serves ${expected}`, async (t) => {
    const { names } = await serve(t, [await place(t), ...args])
    assert.deepEqual(await names(), expected)
  })

test('a call goes to the API, with headers whose secrets stand in the environment', async (t) => {
  const seen = []
  const api = createServer(({ url, headers }, response) => {
    seen.push([url, headers.authorization, headers['x-literal']])
    response.setHeader('content-type', 'application/json').end('{"ok":true}')
  }).listen(0, '127.0.0.1')
  t.after(() => api.close())
  await once(api, 'listening')
  const headers = ['--header', 'Authorization: Bearer ${PETS_TOKEN}', '--header', 'X-Literal: $${A}']
  const args = [await place(t), '--base-url', `http://127.0.0.1:${api.address().port}/v1`, ...headers]
  const { call, stderr } = await serve(t, args, { env: { PETS_TOKEN: 's3cret' } })
  const { result } = await call('tools/call', { name: 'listPets', arguments: {} })
  assert.deepEqual(result.structuredContent, { ok: true })
  assert.deepEqual(seen, [['/v1/pets', 'Bearer s3cret', '${A}']])
  assert.doesNotMatch(stderr(), /s3cret/)
})

test('a document whose variable is missing is left out, and told by its place', async (t) => {
  const file = await place(t)
  const args = [file.replace('pets.json', '${PETS_FILE:-pets.json}'), '${NOT_SET_A}/a.json']
  const { names, stderr } = await serve(t, args, { env: { PETS_FILE: '' } })
  assert.equal((await names()).length, 3)
  assert.match(stderr(), /error: document 2: the environment has no variable NOT_SET_A/)
})

test('a saved document reaches the client', async (t) => {
  const file = await place(t)
  const { client, names, stderr } = await serve(t, [file], { era: 'legacy' })
  await names()
  await writeFile(file, document({ ...PETS, deletePet: 'DELETE /pets' }))
  await client.next(({ method }) => method === 'notifications/tools/list_changed')
  assert.ok((await names()).includes('deletePet'))
  assert.match(stderr(), /pets: reloaded, 1 added, 0 updated, 0 removed/)
})

test('the first answer does not wait for a document that is slow, and another one is served meanwhile', async (t) => {
  const slow = createServer(() => {}).listen(0, '127.0.0.1')
  t.after(() => slow.close())
  await once(slow, 'listening')
  const url = `http://127.0.0.1:${slow.address().port}/slow.json`
  const { call } = await serve(t, [url, await place(t)])
  assert.equal((await call('server/discover', {})).result.resultType, 'complete')
  slow.closeAllConnections()
})

test('a document that cannot be loaded is tried again, and the others are served', async (t) => {
  const [file, missing] = [await place(t), (await place(t)).replace('pets.json', 'later.json')]
  const { names, client, stderr } = await serve(t, [file, missing], { era: 'legacy' })
  assert.equal((await names()).length, 3)
  assert.match(stderr(), /later\.json.*SOURCE_UNREADABLE.*next attempt in 1 s/)
  await writeFile(missing, document({ feed: 'POST /food' }))
  await client.next(({ method }) => method === 'notifications/tools/list_changed')
  assert.ok((await names()).includes('feed'))
})

test('skipped operations are told on stderr, and --log silent tells nothing', async (t) => {
  const broken = document(PETS).replace('"operationId":"createPet"', '"operationId":"createPet","parameters":5')
  const loud = await serve(t, [await place(t, broken)])
  assert.equal((await loud.names()).length, 2)
  assert.match(loud.stderr(), /POST \/pets is no tool/)
  const silent = await serve(t, [await place(t, broken), '--log', 'silent'])
  assert.equal((await silent.names()).length, 2)
  assert.equal(silent.stderr(), '')
})

test('--json writes each line of the log as JSON', async (t) => {
  const broken = document(PETS).replace('"operationId":"createPet"', '"operationId":"createPet","parameters":5')
  const { names, stderr } = await serve(t, [await place(t, broken), '--json'])
  await names()
  const lines = stderr()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line))
  assert.deepEqual(
    lines.map(({ level }) => level),
    ['info', 'warn'],
  )
  assert.match(lines[1].message, /POST \/pets is no tool/)
})

test('a signal ends the process', { skip: process.platform === 'win32' }, async (t) => {
  const { child, names, exit } = await serve(t, [await place(t)])
  await names()
  child.kill('SIGTERM')
  assert.deepEqual(await exit, [0, null])
})

for (const [args, message] of [
  [['serve'], /give at least one document/],
  [['serve', 'a.json', '--htpp', '1'], /--htpp is none of .*nearest: --http/],
  [['serve', 'a.json', '--http', 'x'], /--http must be \[HOST:\]PORT/],
  [['serve', 'a.json', '--http', '70000'], /--http must be \[HOST:\]PORT/],
  [['serve', 'a.json', '--header', 'nocolon'], /--header must be "NAME: VALUE"/],
  [['serve', 'a.json', '--header', 'A: ${TOOLRACK_NOT_SET}'], /no variable TOOLRACK_NOT_SET/],
  [['serve', 'a.json', '--log', 'loud'], /--log.*"loud"/],
  [['serve', 'a.json', '--include', 'GET pets'], /"GET \/users\/\*\*"/],
  [['serve', 'a.json', '--include', ''], /--include is empty/],
  [['serve', 'a.json', '--exclude', 'tag: '], /--exclude "tag:": a tag follows the colon/],
  [['serve', 'a.json', 'b.json', '--base-url', 'http://a'], /--base-url is for one document/],
  [['serve', '${TOOLRACK_NOT_SET}.json'], /document 1: the environment has no variable TOOLRACK_NOT_SET/],
  [['serve', 'a.json', '--base-url', '${env:TOOLRACK_NOT_SET}'], /--base-url: .*TOOLRACK_NOT_SET/],
  [['srve'], /no command is called "srve"/],
])
  test(`toolrack ${args.join(' ')} ends with 2`, async () => {
    const { code, stdout, stderr } = await runFile([BIN, ...args])
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
  })

for (const [args, message] of [
  [['--base-url', 'not a url ${SECRET}'], /pets\.json: option "baseUrl": "not a url \$\{SECRET\}\n?" is not a URL/],
  [['--header', 'Authorization: ${SECRET}'], /pets\.json: option "headers": "Authorization"/],
])
  test(`serve DOCUMENT ${args.join(' ')} ends with 2: another attempt would fail too`, async (t) => {
    const env = { ...process.env, SECRET: 's3cr3t-key\n' }
    const { code, stdout, stderr } = await runFile([BIN, 'serve', await place(t), ...args], { env, killAfterMs: 5_000 })
    assert.deepEqual([code, stdout], [2, ''])
    assert.match(stderr, message)
    assert.doesNotMatch(stderr, /s3cr3t/)
  })

test('a choice that matches no operation is a warning', async (t) => {
  const { names, stderr } = await serve(t, [
    await place(t),
    '--include',
    'tag:pets',
    '--include',
    'tag:pest',
    '--exclude',
    '/none',
  ])
  assert.equal((await names()).length, 3)
  assert.match(stderr(), /warn: .*pets\.json: include\/1 matches no operation/)
  assert.match(stderr(), /warn: .*pets\.json: exclude\/0 matches no operation/)
})

test('help and version go to stdout', async () => {
  const { version } = JSON.parse(await (await import('node:fs/promises')).readFile(join(root, 'package.json')))
  for (const [args, start] of [
    [['--help'], 'toolrack COMMAND'],
    [['serve', '--help'], 'toolrack serve [DOCUMENT'],
    [['serve', '-h'], 'toolrack serve [DOCUMENT'],
    [['--version'], version],
  ]) {
    const { code, stdout, stderr } = await runFile([BIN, ...args])
    assert.deepEqual([code, stdout.startsWith(start), stderr], [0, true, ''], args.join(' '))
  }
})

test(
  '--http serves both eras at one address, and a signal ends it',
  { skip: process.platform === 'win32' },
  async (t) => {
    const child = spawn(process.execPath, [BIN, 'serve', await place(t), '--http', '0'], { stdio: 'pipe' })
    t.after(() => child.kill('SIGKILL'))
    const [line] = await once(child.stderr.setEncoding('utf8'), 'data')
    const url = new URL(/http:\S+/.exec(line)[0])
    for (const params of [{}, ERAS.modern.params({})]) {
      const headers = { 'content-type': 'application/json' }
      if (params._meta) Object.assign(headers, { 'mcp-protocol-version': '2026-07-28', 'mcp-method': 'tools/list' })
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params })
      const response = await fetch(url, { method: 'POST', headers, body })
      const { result } = await response.json()
      assert.deepEqual(
        result.tools.map(({ name }) => name),
        Object.keys(PETS),
      )
    }
    const exit = once(child, 'exit')
    child.kill('SIGTERM')
    assert.deepEqual(await exit, [0, null])
  },
)

for (const [args, message] of [
  [['a.json', '--host', 'pets.example'], /--host is for a server over HTTP/],
  [['a.json', '--http', '0.0.0.0:0'], /other machines/],
])
  test(`toolrack serve ${args.join(' ')} ends with 2, over HTTP`, async () => {
    const { code, stderr } = await runFile([BIN, 'serve', ...args])
    assert.equal(code, 2)
    assert.match(stderr, message)
  })
