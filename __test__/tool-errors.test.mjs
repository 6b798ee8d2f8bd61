// Thrown errors: `toolErrors` sets what reaches a model, with credentials redacted.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { test } from 'node:test'
import { createContext, runInContext } from 'node:vm'
import { SpecLoader, ToolError, ToolRegistry } from 'toolrack'
import { members } from './support/declarations.mjs'
import { text } from './support/documents.mjs'
import { calls, refusedBy } from './support/model.mjs'
import { callFromRust, refusal, tool } from './support/tools.mjs'

const { redacted } = createRequire(import.meta.url)('../lib/reply/redaction.js')

const registryWith = (toolErrors, execute, over) => {
  const registry = new ToolRegistry({ toolErrors })
  registry.register(tool({ execute, ...over }))
  return registry
}
const throwing = (thrown) => () => {
  throw thrown
}

const SECRETS = [
  [
    'a user and a password in a URL',
    'GET https://ada:hunter2@api.example.com/a failed',
    'GET https://[redacted]@api.example.com/a failed',
  ],
  ['a URL of a database', 'connect postgres://root:hunter2@db:5432/main', 'connect postgres://[redacted]@db:5432/main'],
  [
    'a password that was not escaped',
    'redis://:hun/ter2@cache and mongodb+srv://u:hunt@er2@m1,m2/db',
    'redis://[redacted]@cache and mongodb+srv://[redacted]@m1,m2/db',
  ],
  ['a token as the user of a URL', 'clone https://hunter2@github.com/a/b', 'clone https://[redacted]@github.com/a/b'],
  [
    'key=value',
    'api_key=hunter2&page=2, password=hunter2; DB_PASSWORD=hunter2',
    'api_key=[redacted]&page=2, password=[redacted]; DB_PASSWORD=[redacted]',
  ],
  [
    'key: value',
    'token: hunter2\nsecret: hunter2\nclient_secret: "hunter 2"',
    'token: [redacted]\nsecret: [redacted]\nclient_secret: [redacted]',
  ],
  [
    'names in every spelling',
    'apiKey=hunter2 x-api-key: hunter2 refreshToken=hunter2 ACCESS_TOKEN=hunter2 passwd=hunter2 pwd=hunter2',
    'apiKey=[redacted] x-api-key: [redacted] refreshToken=[redacted] ' +
      'ACCESS_TOKEN=[redacted] passwd=[redacted] pwd=[redacted]',
  ],
  [
    'JSON',
    '{"user":"ada","password":"hunter2 \\" more","accessToken":"hunter2"}',
    '{"user":"ada","password":[redacted],"accessToken":[redacted]}',
  ],
  [
    'JSON within JSON',
    '{"body":"{\\"password\\":\\"hunter2\\",\\"a\\":1}"}',
    '{"body":"{\\"password\\":[redacted]\\",\\"a\\":1}"}',
  ],
  [
    'an object as Node prints it',
    "{ password: 'hunter2', token: `hunter2`, page: 2 }",
    '{ password: [redacted], token: [redacted], page: 2 }',
  ],
  [
    'headers',
    'authorization: Bearer hunter2\nProxy-Authorization: Basic aHVudGVyMg==\nCookie: a=hunter2; b=hunter2\nhost: a',
    'authorization: [redacted]\nProxy-Authorization: [redacted]\nCookie: [redacted]\nhost: a',
  ],
  ['a bearer in prose', 'sent Bearer hunter2hunter2== to a', 'sent Bearer [redacted] to a'],
  [
    'keys of AWS',
    'AKIAIOSFODNN7EXAMPLE aws_secret_access_key=hunter2/hunter+2 aws_session_token=hunter2',
    '[redacted] aws_secret_access_key=[redacted] aws_session_token=[redacted]',
  ],
  [
    'a signed URL',
    'https://b.s3.com/o?a=1&X-Amz-Credential=hunter2&X-Amz-Signature=hunter2&key=hunter2&sig=hunter2',
    'https://b.s3.com/o?a=1&X-Amz-Credential=[redacted]&X-Amz-Signature=[redacted]&key=[redacted]&sig=[redacted]',
  ],
  ['an option of a command', 'psql --password hunter2 --host a', 'psql --password [redacted] --host a'],
  [
    'a connection string',
    'Server=a;User Id=sa;Password=hunter2;AccountKey=hunter2==;',
    'Server=a;User Id=sa;Password=[redacted];AccountKey=[redacted];',
  ],
  [
    'keys by their shape',
    'sk-hunter2hunter2hunter2 ghp_hunter2hunter2hunter2 eyJhunter2hunter2.eyJhunter2hunter2.hunter2',
    '[redacted] [redacted] [redacted]',
  ],
  [
    'a private key',
    'with -----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4\nhunter2\n-----END RSA PRIVATE KEY----- set',
    'with [redacted] set',
  ],
]
for (const [what, message, shown] of SECRETS) {
  test(`a credential in the message of a thrown error is masked: ${what}`, async () => {
    assert.equal(redacted(message), shown)
    assert.equal(redacted(shown), shown, 'once is enough')
    assert.ok(!shown.includes('hunter'))
    const error = await refusedBy(registryWith(undefined, throwing(new Error(message))), 'ai-sdk')
    assert.equal(error.message, `tool "echo" failed: ${shown}`)
  })
}

test('a message without a credential is told as it is', () => {
  for (const message of [
    'no wires',
    'password is wrong',
    'Unexpected token } in JSON at position 5',
    'GET http://localhost:3000/@vite/client 404',
    'see https://medium.com/@ada',
    'max_tokens: 5, tokens=7',
    'a@b.example wrote',
    'Bearer authentication is needed',
    '',
  ])
    assert.equal(redacted(message), message)
})

test('a long message is bounded, cut between words, and read in linear time', () => {
  const long = redacted(`${'a '.repeat(40_000)}https://ada:hunter2@a`)
  assert.ok(long.length < 65_600 && !long.includes('hunter2'))
  assert.match(long, / … \(\d+ more characters\)$/)
  const split = redacted(`${'x'.repeat(65_510)} https://ada:hunter2hunter2@a`)
  assert.ok(!split.includes('hunter'))
  const parts = [
    '://',
    '://:',
    '://a:1',
    'token',
    'token:',
    'token ',
    'token\\',
    'password="',
    "secret='\\",
    '--',
    '--token ',
    'bearer ',
    'bearer a',
    'eyJaaaaaaaa.',
    'eyJ-',
    'sk-',
    'cookie',
    '-----BEGIN PRIVATE KEY-----',
    '-----BEGIN ',
    '?key=',
    '&sig',
    '\\"',
    'api_',
    'authorization:bearer ',
    '[redacted]',
    'a',
    '1',
    ' ',
    '@',
    ':',
  ]
  for (const part of parts)
    for (const end of ['', '@', '!']) redacted(part.repeat(Math.ceil(65_000 / part.length)) + end)
})

for (const target of Object.keys(calls)) {
  test(`every target tells a model as much of a thrown error as toolErrors says: ${target}`, async () => {
    const thrown = Object.assign(new Error('no wires, token=hunter2', { cause: new Error('hunter2') }), {
      code: 'E_HUNTER2',
      status: 500,
      body: 'hunter2',
      problems: ['hunter2'],
      nearest: ['hunter2'],
    })
    const told = []
    const ask = (error, call) => (told.push(error, call), `ask ${call.userId}`)
    for (const [toolErrors, message] of [
      [undefined, 'tool "echo" failed: no wires, token=[redacted]'],
      ['message', 'tool "echo" failed: no wires, token=[redacted]'],
      ['generic', 'the tool failed'],
      [ask, 'ask 7'],
    ]) {
      const registry = registryWith(toolErrors, throwing(thrown))
      const answer = await registry.respond(target, calls[target]('echo', {}), { context: { userId: 7 } })
      const error = await refusedBy(registry, target, {}, { context: { userId: 7 } })
      assert.deepEqual(
        [error.code, error.message, Object.keys(error)],
        ['TOOL_FAILED', message, ['code', 'message', 'next']],
      )
      assert.ok(!/hunter2|tool-errors\.test/i.test(JSON.stringify(answer)), JSON.stringify(answer))
      const caught = await refusal(() => registry.execute('echo'))
      assert.deepEqual([caught.cause, caught.message], [thrown, 'tool "echo" failed: no wires, token=hunter2'])
    }
    assert.deepEqual(told[0], thrown)
    assert.deepEqual({ ...told[1] }, { toolName: 'echo', callId: undefined, userId: 7 })
  })
}

test('every target that there is is asked above', () => {
  assert.deepEqual(Object.keys(calls).sort(), members('TargetCalls').sort())
})

test('a function of toolErrors is told the user of a snapshot that is bound to one', async () => {
  const registry = registryWith((_, { toolName, userId }) => `${toolName} of ${userId}`, throwing(1))
  assert.equal((await refusedBy(registry.snapshot({ context: { userId: 9 } }), 'plain')).message, 'echo of 9')
})

test('a function of toolErrors is told the id that the event of the call has', async () => {
  const ids = []
  const registry = registryWith((_, { callId }) => (ids.push(callId), 'x'), throwing(1))
  registry.on('call', ({ callId }) => ids.push(callId))
  await refusedBy(registry, 'mcp')
  assert.equal(typeof ids[0], 'string')
  assert.equal(ids[0], ids[1])
})

for (const [what, toolErrors] of [
  [
    'throws',
    () => {
      throw new Error('hunter2')
    },
  ],
  ['gives no text', () => 5],
  ['is async', async () => 'hunter2'],
  ['gives an object', () => ({ toString: () => 'hunter2' })],
]) {
  test(`a function of toolErrors that gives no text tells a model nothing: it ${what}`, async () => {
    const { message } = await refusedBy(registryWith(toolErrors, throwing(new Error('hunter2'))), 'openai')
    assert.equal(message, 'the tool failed')
  })
}

class Own extends ToolError {
  constructor(message) {
    super(message)
    this.name = 'Own'
  }
}
const foreign = runInContext('(class ToolError extends Error {})', createContext())
foreign.prototype[Symbol.for('toolrack.ToolError')] = true
const MEANT = [
  ['a ToolError', ToolError],
  ["a class of one's own", Own],
  ['one of another realm', foreign],
]
for (const [what, Kind] of MEANT) {
  test(`the message of a ToolError reaches the model as it is, whatever toolErrors says: ${what}`, async () => {
    const message = 'Order 7 is closed. Ask for token: 5 instead.'
    for (const toolErrors of ['message', 'generic', () => 'other']) {
      for (const over of [{}, { callLimits: { concurrency: 1 } }]) {
        for (const execute of [
          throwing(new Kind(message)),
          async () => {
            throw new Kind(message)
          },
          async function* () {
            yield 1
            throw new Kind(message)
          },
        ]) {
          const registry = registryWith(toolErrors, execute, over)
          assert.equal((await refusedBy(registry, 'anthropic')).message, message)
        }
      }
    }
  })
}

test('a ToolError is an Error with a name and a cause, and callers get it as the cause', async () => {
  const cause = new Error('why')
  const thrown = new ToolError('Ask later', { cause })
  assert.deepEqual(
    [thrown instanceof Error, thrown.name, thrown.message, thrown.cause, String(thrown)],
    [true, 'ToolError', 'Ask later', cause, 'ToolError: Ask later'],
  )
  const {
    code,
    message,
    details,
    cause: caught,
  } = await refusal(() => registryWith(undefined, throwing(thrown)).execute('echo'))
  assert.deepEqual(
    [code, message, details.forModel, caught],
    ['TOOL_FAILED', 'tool "echo" failed: Ask later', true, thrown],
  )
})

test('an error that is only called ToolError, or has one as its cause, is not meant for the model', async () => {
  for (const thrown of [
    Object.assign(new Error('hunter2'), { name: 'ToolError', forModel: true }),
    new Error('hunter2', { cause: new ToolError('x') }),
    { name: 'ToolError', message: 'hunter2' },
  ]) {
    assert.equal((await refusedBy(registryWith('generic', throwing(thrown)), 'mcp')).message, 'the tool failed')
  }
})

test('a call that is told again under its key tells the same', async () => {
  for (const [toolErrors, thrown, message] of [
    ['generic', new ToolError('Ask later'), 'Ask later'],
    ['generic', new Error('hunter2'), 'the tool failed'],
    ['message', new Error('token=hunter2'), 'tool "echo" failed: token=[redacted]'],
  ]) {
    const registry = registryWith(toolErrors, throwing(thrown))
    for (let i = 0; i < 2; i++)
      assert.equal((await refusedBy(registry, 'mistral', {}, { idempotencyKey: 'k' })).message, message)
  }
})

test('a ToolError keeps its mark on a call from a Rust thread', async () => {
  const { error } = await callFromRust(registryWith(undefined, throwing(new ToolError('Ask later'))))
  assert.deepEqual([error.message, error.details.forModel], ['tool "echo" failed: Ask later', true])
})

test('what cannot be JSON, and a validate that throws, are told as far as toolErrors says', async () => {
  const unsayable = () => ({
    toJSON() {
      throw new Error('token=hunter2')
    },
  })
  const inputSchema = {
    '~standard': {
      version: 1,
      vendor: 'own',
      validate: throwing(new Error('token=hunter2')),
      jsonSchema: { input: () => ({ type: 'object' }) },
    },
  }
  for (const [execute, over] of [
    [unsayable, {}],
    [() => 1, { inputSchema }],
  ]) {
    assert.match(
      (await refusedBy(registryWith('message', execute, over), 'gemini')).message,
      /failed: .*token=\[redacted\]$/,
    )
    assert.equal((await refusedBy(registryWith('generic', execute, over), 'gemini')).message, 'the tool failed')
  }
})

test('what a function of auth or an own fetch throws is told as far as toolErrors says', async () => {
  const document = {
    ...JSON.parse(text(['a'])),
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'apiKey', in: 'header', name: 'k' } } },
  }
  const WAYS = [
    [{}, { auth: { key: throwing(new Error('token=hunter2')) } }, 'AUTH_FAILED'],
    [{ fetch: throwing(new Error('token=hunter2')) }, { auth: { key: 'k' } }, 'HTTP_FAILED'],
  ]
  for (const [own, options, code] of WAYS) {
    for (const [toolErrors, says] of [
      ['message', /token=\[redacted\]/],
      ['generic', /^the tool failed$/],
      [() => 'own words', /^own words$/],
    ]) {
      const registry = new ToolRegistry({ toolErrors })
      await new SpecLoader(registry, own).load(document, {
        baseUrl: 'http://127.0.0.1:9',
        callLimits: { retries: 0 },
        ...options,
      })
      const error = await refusedBy(registry, 'openai', {}, {}, 'a')
      assert.equal(error.code, code)
      assert.match(error.message, says)
    }
  }
})

test('what toolrack itself says goes as it is', async () => {
  const registry = registryWith('generic', () => 1, {
    inputSchema: { type: 'object', required: ['token'], properties: { token: { type: 'string' } } },
  })
  const { code, message, problems } = await refusedBy(registry, 'cohere')
  assert.deepEqual(
    [code, message, problems[0].pointer],
    ['INVALID_PARAMS', 'arguments of "echo" are not valid: /token is required', '/token'],
  )
})

test('toolErrors that is none is INVALID_OPTIONS', async () => {
  for (const toolErrors of ['none', null, 5, {}]) {
    const { code, details } = await refusal(() => new ToolRegistry({ toolErrors }))
    assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'toolErrors'])
  }
})
