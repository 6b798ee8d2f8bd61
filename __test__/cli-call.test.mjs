// `toolrack call`: arguments as JSON, from stdin and as pairs, the result, and the exit code of each outcome.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { test } from 'node:test'
import { commandFolder, petsDocument, serverOf } from './support/command-line.mjs'

const BODY = {
  type: 'object',
  properties: {
    name: { type: 'string' },
    age: { type: 'integer' },
    weight: { type: ['number', 'null'] },
    tame: { type: 'boolean' },
    tags: { type: 'array', items: { type: 'integer' } },
    home: { type: 'object' },
    code: { $ref: '#/components/schemas/Code' },
  },
}

/** A folder with a document whose API answers what it was sent. */
async function petsApi(t, answer) {
  const { server, url } = await serverOf(t, answer ?? echo)
  const createPet = {
    operationId: 'createPet',
    requestBody: { content: { 'application/json': { schema: BODY } } },
    responses: { 200: { description: 'ok' } },
  }
  const document = petsDocument()
  document.paths['/pets'].post = createPet
  document.components = { schemas: { Code: { type: 'integer' } } }
  const { toolrack, start } = await commandFolder(t, { 'pets.json': document })
  const base = ['--base-url', url]
  return { server, url, start, call: (args, options) => toolrack(['call', 'pets.json', ...args, ...base], options) }
}

async function echo(request, response) {
  const chunks = await request.toArray()
  const body = Buffer.concat(chunks).toString()
  const { method, url, headers } = request
  const seen = { method, url, authorization: headers.authorization, body: body === '' ? null : JSON.parse(body) }
  response.setHeader('content-type', 'application/json').end(JSON.stringify(seen))
}

for (const [args, sent] of [
  [['createPet', '{"name":"Rex","age":3}'], { name: 'Rex', age: 3 }],
  [['createPet', 'name=007', 'age=7', 'weight=1.5', 'tame=true'], { name: '007', age: 7, weight: 1.5, tame: true }],
  [['createPet', 'tags=1', 'tags=2', 'weight=null'], { tags: [1, 2], weight: null }],
  [['createPet', 'tags=1'], { tags: [1] }],
  [['createPet', 'tags=[1,2]', 'home={"a":"=b"}'], { tags: [1, 2], home: { a: '=b' } }],
  [['createPet', 'code=5', 'name='], { code: 5, name: '' }],
  [['createPet', 'name=a=b'], { name: 'a=b' }],
])
  test(`${args.join(' ')} has the types of the schema`, async (t) => {
    const { call } = await petsApi(t)
    const { code, stdout } = await call(args)
    assert.equal(code, 0)
    assert.deepEqual(JSON.parse(stdout).body, sent)
  })

test('- reads JSON from stdin', async (t) => {
  const { call } = await petsApi(t)
  const { code, stdout } = await call(['createPet', '-'], { input: '{"name":"Rex"}' })
  assert.deepEqual([code, JSON.parse(stdout).body], [0, { name: 'Rex' }])
})

test('an integer of 64 bits is sent as it was written', async (t) => {
  const { call } = await petsApi(t, async (request, response) => {
    response.setHeader('content-type', 'text/plain').end(Buffer.concat(await request.toArray()))
  })
  const { stdout } = await call(['createPet', '{"age":9007199254740993}'])
  assert.equal(stdout, '{"age":9007199254740993}')
})

test('headers have variables, and no output has their values', async (t) => {
  const { call } = await petsApi(t)
  const args = ['listPets', 'limit=5', '--header', 'Authorization: Bearer ${PETS_TOKEN}']
  const { code, stdout, stderr } = await call(args, { env: { PETS_TOKEN: 's3cr3t-token-12345' } })
  assert.equal(code, 0, stderr)
  assert.equal(JSON.parse(stdout).url, '/pets?limit=5')
  assert.doesNotMatch(stdout + stderr, /s3cr3t/)
})

test('--json has the value with the status, and an error with its code', async (t) => {
  const { call } = await petsApi(t)
  const { value, ok, status, toolName } = JSON.parse((await call(['listPets', '--json'])).stdout)
  assert.deepEqual([ok, status, toolName, value.method], [true, 200, 'listPets', 'GET'])
  const failed = await call(['listPets', 'limit=500', '--json'])
  const { error } = JSON.parse(failed.stdout)
  assert.deepEqual([failed.code, failed.stderr, error.code], [2, '', 'INVALID_PARAMS'])
})

test('a text is printed as it is, and a file as its bytes', async (t) => {
  const bytes = Buffer.from([0x89, 0x50, 0, 0xff])
  const text = 'two\r\nlines\tand \u001B[31m'
  const { call } = await petsApi(t, (request, response) => {
    if (request.url.includes('limit')) response.setHeader('content-type', 'image/png').end(bytes)
    else response.setHeader('content-type', 'text/plain').end(text)
  })
  assert.equal((await call(['listPets'])).stdout, text)
  const file = await call(['listPets', 'limit=1'], { encoding: 'latin1' })
  assert.equal(file.stdout, bytes.toString('latin1'))
})

for (const [what, args, code, message, answer] of [
  ['an API that fails', ['listPets'], 1, /HTTP_FAILED/, (_, response) => response.writeHead(500).end('{}')],
  ['an unknown tool', ['listPet'], 2, /similar names: listPets \(UNKNOWN_TOOL\)/],
  ['wrong arguments', ['listPets', 'limit=500'], 2, /\/limit is greater than the maximum of 100 \(INVALID_PARAMS\)/],
  ['no JSON', ['listPets', '{"limit":'], 2, /arguments: no JSON/],
  ['a list of arguments', ['createPet', '-'], 2, /stdin: must be a JSON object/, undefined, '[1]'],
  ['a word that is no pair', ['listPets', 'limit'], 2, /"limit" is no argument: give KEY=VALUE/],
  ['JSON and pairs', ['listPets', '{}', 'limit=5'], 2, /a JSON object is the only argument/],
  ['__proto__', ['createPet', '__proto__=5', 'age=x'], 2, /\/age/],
])
  test(`${what} ends with ${code}`, async (t) => {
    const { call } = await petsApi(t, answer)
    const { code: given, stdout, stderr } = await call(args, { input: what === 'a list of arguments' ? '[1]' : '' })
    assert.deepEqual([given, stdout], [code, ''], stderr)
    assert.match(stderr, message)
  })

test('a tool that needs a user or an approval says which option gives it', async (t) => {
  const { url } = await serverOf(t, echo)
  const document = petsDocument('1', {
    listPets: { 'x-toolrack': { requiresAuth: true } },
    listOwners: { 'x-toolrack': { requiresApproval: true } },
  })
  const { toolrack } = await commandFolder(t, { 'pets.json': document })
  const call = (...args) => toolrack(['call', 'pets.json', ...args, '--base-url', url])
  const [user, approval] = [await call('listPets'), await call('listOwners')]
  assert.deepEqual([user.code, approval.code], [2, 2], user.stdout + approval.stdout)
  assert.match(user.stderr, /--user-id/)
  assert.match(approval.stderr, /--approve says that a person approved it \(APPROVAL_REQUIRED\)/)
  assert.equal((await call('listPets', '--user-id', '7')).code, 0)
  assert.equal((await call('listOwners', '--approve')).code, 0)
})

test('Ctrl-C cancels a call that nobody answers', { skip: process.platform === 'win32' }, async (t) => {
  const { server, url, start } = await petsApi(t, () => {})
  const child = start(['call', 'pets.json', 'listPets', '--base-url', url])
  const errors = child.stderr.setEncoding('utf8').toArray()
  await once(server, 'request')
  child.kill('SIGINT')
  const [code] = await once(child, 'exit')
  assert.equal(code, 130)
  assert.match((await errors).join(''), /\(CANCELLED\)/)
})
