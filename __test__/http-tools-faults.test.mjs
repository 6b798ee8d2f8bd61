// Faults of HTTP tool definitions: each is told with its place and what to do, all at once, and nothing is registered.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry, registerHttpTool, registerHttpTools } from 'toolrack'
import { codeOf, refusal, tool } from './support/tools.mjs'

const ENDPOINT = 'https://api.example.com/a'
const id = { id: { type: 'string' } }
const definition = (over) => ({ name: 'call', description: 'Calls', endpoint: ENDPOINT, ...over })

/** The problems of a definition, as `pointer message`. */
async function problems(over, options) {
  const registry = new ToolRegistry()
  const error = await refusal(() => registerHttpTool(registry, definition(over), options))
  assert.deepEqual([error.code, registry.size, registry.revision], ['INVALID_DEFINITION', 0, 0], error.message)
  return error.details.problems.map(({ pointer, message }) => `${pointer} ${message}`)
}

for (const [name, over, told] of [
  [
    'a path variable without a parameter',
    { endpoint: `${ENDPOINT}/{customerId}`, parameters: { customrId: id.id } },
    /^\/endpoint .*\{customerId\}, which no parameter fills.*nearest: customrId/,
  ],
  [
    'a parameter that goes nowhere',
    { parameters: id, in: { id: 'path' } },
    /^\/in\/id goes nowhere: the endpoint has no variable \{id\}/,
  ],
  [
    'a variable whose parameter goes elsewhere',
    { endpoint: `${ENDPOINT}/{id}`, parameters: id, in: { id: 'query' } },
    /^\/in\/id goes to the query, and \{id\} of the endpoint has no value: leave it out/,
  ],
  [
    'a variable whose parameter fills another one',
    { endpoint: `${ENDPOINT}/{x}/{id}`, parameters: id, in: { id: { in: 'path', name: 'x' } } },
    /^\/in\/id goes to the path, and \{id\} of the endpoint has no value/,
  ],
  [
    'two parameters of one place',
    { parameters: { ...id, b: id.id }, in: { b: { in: 'query', name: 'id' } } },
    /^\/in\/b goes to query "id", and so does the parameter "id"/,
  ],
  [
    'a parameter beside a fixed value',
    { parameters: id, query: { id: 1 } },
    /^\/parameters\/id goes to query "id", and so does query/,
  ],
  [
    'a parameter beside the query of the endpoint',
    { endpoint: `${ENDPOINT}?id=1`, parameters: id },
    /^\/parameters\/id .*the query of the endpoint/,
  ],
  [
    'a parameter beside a header of another case',
    { parameters: id, in: { id: { in: 'header', name: 'x-id' } }, headers: { 'X-Id': 'a' } },
    /^\/in\/id goes to header "x-id", and so does headers/,
  ],
  [
    'a cookie beside the header Cookie',
    { parameters: id, in: { id: 'cookie' }, headers: { cookie: 'a=b' } },
    /^\/in\/id goes to a cookie, and headers has all of Cookie/,
  ],
  [
    'an optional parameter in the path',
    { endpoint: `${ENDPOINT}/{id}`, parameters: { id: { type: 'string', required: false } } },
    /^\/parameters\/id fills the path, so it must be required/,
  ],
  [
    'a GET with a parameter of the body',
    { method: 'GET', parameters: id, in: { id: 'body' } },
    /^\/in\/id goes to the body, and GET has none/,
  ],
  ['a GET with a body', { method: 'GET', body: { a: 1 } }, /^\/body is of a body, and GET has none: use POST/],
  [
    'a content type without a body',
    { method: 'POST', contentType: 'text/plain' },
    /^\/contentType is of a body, and nothing goes to it/,
  ],
  ['a content type that is none', { parameters: id, contentType: 'json' }, /^\/contentType must be a media type/],
  [
    'two parameters of a text',
    { parameters: { ...id, b: id.id }, contentType: 'text/plain' },
    /^\/contentType is text\/plain, which has no members/,
  ],
  [
    'a parameter in a reserved header',
    { parameters: id, in: { id: { in: 'header', name: 'Authorization' } } },
    /^\/in\/id .*no argument may set: use headers, auth/,
  ],
  [
    'a parameter with no header name',
    { parameters: { 'a b': id.id }, in: { 'a b': 'header' } },
    /^\/in\/a b goes to a header, and "a b" is no header name/,
  ],
  ['an unknown place', { parameters: id, in: { id: 'querry' } }, /^\/in\/id is none of path, query.*nearest: query/],
  [
    'a place of no parameter',
    { parameters: id, in: { ID: 'query' } },
    /^\/in\/ID is no parameter of this tool; nearest: id/,
  ],
  ['an unknown key of a place', { parameters: id, in: { id: { at: 'query' } } }, /^\/in\/id\/at is none of in, name/],
  ['a method in small letters', { method: 'get' }, /^\/method is none of GET.*nearest: GET/],
  ['a hop-by-hop header', { headers: { Connection: 'close' } }, /^\/headers\/Connection is set by the connection/],
  ['a header name that is none', { headers: { 'a:b': 'x' } }, /^\/headers\/a:b is no header name/],
  ['a header with a line break', { headers: { 'X-A': 'a\r\nb: c' } }, /^\/headers\/X-A cannot be sent in a header/],
  [
    'a header twice',
    { headers: { 'X-A': 'a', 'x-a': 'b' } },
    /^\/headers\/x-a goes to header "x-a", and so does headers/,
  ],
  [
    'an argument as a placeholder',
    { parameters: id, headers: { 'X-A': '{id}' } },
    /^\/headers\/X-A has the placeholder \{id\}, which is none of context\.userId/,
  ],
  ['a placeholder with a slip', { headers: { 'X-A': '{context.userid}' } }, /nearest: context\.userId/],
  [
    'a placeholder with a slip in the endpoint',
    { endpoint: `${ENDPOINT}/{context.usrId}` },
    /^\/endpoint has the placeholder \{context\.usrId\}.*nearest: context\.userId/,
  ],
  [
    'a placeholder deep in a body',
    { body: { a: [{ b: '{context.userId}' }] } },
    /^\/body\/a\/0\/b has a placeholder, which stands in a text at the top/,
  ],
  [
    'a user who is needed and not required',
    { requiresAuth: false, headers: { 'X-A': '{context.userId}' } },
    /^\/requiresAuth is false, and .* needs context\.userId/,
  ],
  ['a JSONPath that does not parse', { response: '$.a[' }, /^\/response is no JSONPath of RFC 9535: at position \d/],
  ['fields that are none', { response: ['a', ''] }, /^\/response\/1 must be a field/],
  ['an endpoint without a scheme', { endpoint: 'api.example.com/a' }, /^\/endpoint must be an http or https URL/],
  [
    'an endpoint with a password',
    { endpoint: 'https://ada:pw@api.example.com' },
    /^\/endpoint has a user or a password: give them in auth/,
  ],
  [
    'an endpoint on this machine',
    { endpoint: 'http://localhost:8080/a' },
    /^\/endpoint is refused.*network: \{ hosts: \["localhost:8080"\] \}/,
  ],
  [
    'an endpoint of cloud metadata',
    { endpoint: 'http://169.254.169.254/latest' },
    /^\/endpoint is refused.*169\.254\.169\.254/,
  ],
  ['no endpoint', { endpoint: undefined }, /^\/endpoint is required/],
  ['a closure', { execute: () => 1 }, /^\/execute cannot stand beside endpoint/],
  ['a predicate of approval', { requiresApproval: () => true }, /^\/requiresApproval must be a boolean/],
  ['a limit beside callLimits', { timeoutMs: 5 }, /^\/timeoutMs belongs into callLimits/],
  ['a key with a slip', { enpoint: 'x' }, /^\/enpoint is no key of an HTTP tool, nearest: endpoint/],
  ['a function as a header', { headers: { 'X-A': () => 'a' } }, /^\/headers\/X-A is a function/],
  ['a Map as a body', { body: new Map([['a', 1]]) }, /^\/body is a Map: write a plain object/],
  [
    'parameters without a name',
    { inputSchema: { type: 'object', additionalProperties: { type: 'string' } } },
    /^\/inputSchema\/additionalProperties declares arguments without a name/,
  ],
  [
    'a parameter that a composed schema hides',
    { inputSchema: { type: 'object', anyOf: [{ properties: { b: {} } }] } },
    /^\/inputSchema\/anyOf declares "b", which goes nowhere/,
  ],
  ['a key __proto__', JSON.parse('{"__proto__":{"a":1}}'), /^\/__proto__ is no key of an HTTP tool/],
]) {
  test(`${name} is told with its place`, async () => {
    const all = await problems(JSON.parse(JSON.stringify(over)) && over)
    assert.equal(all.length, 1, all.join('\n'))
    assert.match(all[0], told)
  })
}

test('all that is wrong with a definition is told at once', async () => {
  const all = await problems({ name: '', description: '', endpoint: 'x', method: 'FETCH', response: 5, in: { a: 'b' } })
  const places = all.map((one) => one.split(' ')[0])
  assert.deepEqual(places, ['/name', '/description', '/endpoint', '/in/a', '/method', '/response'])
})

test('names of JavaScript are names like any other', async () => {
  const registry = new ToolRegistry()
  const names = JSON.parse('{"__proto__":{"type":"string"},"constructor":{"type":"string"}}')
  registerHttpTool(registry, definition({ parameters: names, in: JSON.parse('{"__proto__":"query"}') }))
  assert.deepEqual(registry.get('call').inputSchema.required, ['__proto__', 'constructor'])
})

test('what cannot be read, or is no definition, is refused', async () => {
  const registry = new ToolRegistry()
  const thrower = Object.defineProperty(definition(), 'endpoint', {
    enumerable: true,
    get: () => {
      throw new Error('no')
    },
  })
  const strange = Object.defineProperty(definition(), 'auth', {
    enumerable: true,
    get: () => {
      throw null
    },
  })
  const circle = definition({ body: {} })
  circle.body.self = circle.body
  const deep = definition({ body: {} })
  for (let i = 0, at = deep.body; i < 5_000; i++) at = at.a = {}
  const library = { '~standard': { version: 1, vendor: 'zod', validate: (value) => ({ value }) } }
  for (const [value, told] of [
    [undefined, /takes one object/],
    [null, /takes one object/],
    [[definition()], /takes one object/],
    ['call', /takes one object/],
    [{}, /\/name is required/],
    [thrower, /no/],
    [strange, /definition/],
    [circle, /circular|itself/i],
    [deep, /deep/],
    [definition({ inputSchema: library }), /\/inputSchema is a schema of a library/],
    [
      new Proxy(definition(), {
        ownKeys: () => {
          throw new Error('trap')
        },
      }),
      /trap/,
    ],
  ]) {
    const error = await refusal(() => registerHttpTool(registry, value))
    assert.equal(error.code, 'INVALID_DEFINITION', error.message)
    assert.match(error.message, told)
    const many = await refusal(() => registerHttpTools(registry, [definition({ name: 'a' }), value], { source: 's' }))
    assert.match(many.details.problems[0].pointer, /^\/1/)
  }
  assert.deepEqual([registry.size, registry.revision], [0, 0])
})

test('options that are wrong are refused', async () => {
  const registry = new ToolRegistry()
  for (const [call, told] of [
    [() => registerHttpTool({}, definition()), /must be a ToolRegistry/],
    [() => registerHttpTool(registry, definition(), { network: { host: [] } }), /nearest: hosts|none of hosts/],
    [() => registerHttpTool(registry, definition(), { network: { hosts: 'a' } }), /list of names/],
    [() => registerHttpTool(registry, definition(), { onConflict: 'keep' }), /refuse/],
    [() => registerHttpTool(registry, definition(), { source: 's' }), /onConflict, network/],
    [() => registerHttpTools(registry, [definition()]), /source/],
    [() => registerHttpTools(registry, [definition()], { source: ' ' }), /must not be empty/],
    [() => registerHttpTools(registry, definition(), { source: 's' }), /list of definitions/],
  ]) {
    const error = await refusal(call)
    assert.equal(error.code, 'INVALID_OPTIONS')
    assert.match(error.message, told)
  }
  registry.close()
  assert.equal(await codeOf(() => registerHttpTool(registry, definition())), 'CLOSED')
  assert.equal(await codeOf(() => registerHttpTools(registry, [], { source: 's' })), 'CLOSED')
})

test('a name or a source that others have changes nothing', async (t) => {
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  registry.register(tool({ name: 'taken' }))
  const document = {
    openapi: '3.1.0',
    info: { title: 'a', version: '1' },
    servers: [{ url: ENDPOINT }],
    paths: { '/x': { get: { operationId: 'x' } } },
  }
  const loader = new SpecLoader(registry)
  await loader.load(document, { name: 'crm' })
  const { revision } = registry
  const free = definition({ name: 'free' })
  for (const [definitions, source] of [
    [[free, definition({ name: 'taken' })], 'http'],
    [[free], 'crm'],
    [[free], 'code'],
  ])
    assert.equal(await codeOf(() => registerHttpTools(registry, definitions, { source })), 'NAME_TAKEN')
  const twice = await refusal(() =>
    registerHttpTools(registry, [free, definition({ name: 'Free' })], { source: 'http' }),
  )
  assert.deepEqual([twice.code, twice.details.problems[0].pointer], ['INVALID_DEFINITION', '/1/name'])
  const two = [definition({ endpoint: 'x' }), free, definition({ method: 'X' })]
  const both = await refusal(() => registerHttpTools(registry, two, { source: 'http' }))
  assert.deepEqual(
    both.details.problems.map(({ pointer }) => pointer),
    ['/0/endpoint', '/2/method'],
  )
  assert.equal(registry.revision, revision)
  registerHttpTools(registry, [free], { source: 'http' })
  assert.equal(await codeOf(() => loader.load(document, { name: 'http' })), 'NAME_TAKEN')
  registerHttpTools(registry, [], { source: 'http' })
  await loader.load({ ...document, paths: { '/y': { get: { operationId: 'y' } } } }, { name: 'http' })
})

test('10,000 tools are one revision', () => {
  const registry = new ToolRegistry()
  const many = Array.from({ length: 10_000 }, (_, i) =>
    definition({
      name: `t${i}`,
      endpoint: `${ENDPOINT}/${i}/{id}`,
      parameters: { ...id, q: { type: 'string', required: false } },
    }),
  )
  assert.equal(registerHttpTools(registry, many, { source: 'many' }).added.length, 10_000)
  assert.equal(registerHttpTools(registry, many, { source: 'many' }).unchanged.length, 10_000)
  assert.equal(registry.revision, 1)
  registry.close()
})

test('definitions of 20,000 names and of 500,000 braces are read', async () => {
  const many = Array.from({ length: 20_000 }, (_, i) => `p${i}`)
  const parameters = Object.fromEntries(many.map((name) => [name, id.id]))
  const registry = new ToolRegistry()
  registerHttpTool(registry, definition({ headers: { 'X-A': '{'.repeat(500_000), 'X-B': '{a'.repeat(200_000) } }))
  for (const over of [
    { in: Object.fromEntries(many.map((name) => [`${name}x`, 'query'])), parameters },
    { endpoint: `${ENDPOINT}/${many.map((name) => `{${name}x}`).join('/')}`, parameters },
    { response: many },
  ])
    assert.equal(await codeOf(() => registerHttpTool(registry, definition(over))), 'INVALID_DEFINITION')
  registry.close()
})

test('a refused definition frees its credential function', async () => {
  const registry = new ToolRegistry()
  let auth = () => 'token'
  const reference = new WeakRef(auth)
  await refusal(() => registerHttpTool(registry, definition({ auth, method: 'X' })))
  auth = undefined
  const { setFlagsFromString } = await import('node:v8')
  setFlagsFromString('--expose-gc')
  const { runInNewContext } = await import('node:vm')
  const collect = runInNewContext('gc')
  for (let i = 0; i < 20 && reference.deref() !== undefined; i++) {
    await new Promise(setImmediate)
    collect()
  }
  assert.equal(reference.deref(), undefined)
  registry.close()
})
