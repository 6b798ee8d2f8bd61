// Every code that index.d.ts names, produced from outside; one class, and one code from both kinds of door.
import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SpecLoader, ToolRegistry, ToolrackError, loadConfig } from 'toolrack'
import { union } from './support/declarations.mjs'
import { text } from './support/documents.mjs'
import { ScriptedServer, fault, openScene } from './support/scripted-upstream.mjs'
import { serve } from './support/server.mjs'
import { binding, never, refusal, registryOf, tool } from './support/tools.mjs'

const require = createRequire(import.meta.url)
const { callNative, revive } = require('../lib/border/error.js')

const registry = registryOf(
  {},
  { name: 'user', requiresAuth: true },
  { name: 'hangs', execute: never },
  { name: 'differs', outputSchema: { type: 'string' }, execute: () => 5 },
  {
    name: 'fails',
    execute: () => {
      throw new Error('no')
    },
  },
  { name: 'asks', requiresApproval: true },
  { name: 'wonders', execute: (_, { ask }) => ask('where', { roots: true }) },
)
const rejecting = registryOf({ name: 'asks', requiresApproval: true })
rejecting.on('approval', ({ reject }) => reject())
const loader = new SpecLoader(registry)
const closed = registryOf({})
const many = registryOf(...Array.from({ length: 129 }, (_, number) => ({ name: `echo_${number}` })))
closed.close()
const moved = registryOf({})
for (let i = 0; i < 100; i++) moved.replace(tool({ description: 'x'.repeat(100_000 + i) }))
const shout = ['{ "openapi": "3.0.3", "paths": ', 'a: [1\n']

const upstreams = openScene()
const [down, lost] = [new ScriptedServer(), new ScriptedServer()]
await upstreams.loader.load('down', down, { namespace: 'down' })
await upstreams.loader.load('lost', lost, { namespace: 'lost' })
lost.onCall = () => Promise.reject(fault('lost'))
down.onConnect = () => Promise.reject(fault('down'))
down.break()

const logs = mkdtempSync(join(tmpdir(), 'toolrack-'))
after(() => {
  saving.close()
  rmSync(logs, { recursive: true })
})
writeFileSync(join(logs, 'broken'), '{}\n')
const standing = new SpecLoader(registryOf())
await standing.load(text(['a']), { name: 'gated' })
const changed = (gates) => standing.load(text(['b']), { name: 'gated', gates })
mkdirSync(join(logs, 'full.tmp'))
const saving = new SpecLoader(registry, { state: join(logs, 'full') })
const limited = new ToolRegistry({
  enforceRateLimits: true,
  callLimits: { retries: 0, breaker: { failures: 1, openMs: 60_000 } },
})
for (const over of [{ rateLimit: 1 }, { name: 'full', execute: never, callLimits: { concurrency: 1, queue: 0 } }])
  limited.register(tool(over))
const keyed = (n) => limited.execute('echo', { n }, { idempotencyKey: 'k' })
await keyed(1)
limited.execute('full').catch(() => {})
await new SpecLoader(limited).load(text(['down']), { baseUrl: 'http://127.0.0.1:9' })
await refusal(() => limited.execute('down'))

/** Each code, and ways to it through doors that throw and doors that reject. */
const CASES = {
  INVALID_SPEC: {
    rejects: [
      ...shout.map((source) => () => loader.load(source)),
      () => loader.load({ paths: {} }),
      () => loader.load({ openapi: '3.0.0', paths: [] }),
      () => loader.load(new Uint8Array([0xff, 0xfe, 0])),
    ],
  },
  UNSUPPORTED_SPEC: {
    rejects: [() => loader.load({ swagger: '1.2', paths: {} }), () => loader.load({ openapi: '4.0.0', paths: {} })],
  },
  LIMIT_EXCEEDED: {
    rejects: [
      () => loader.load(text(['a']), { limits: { bytes: 10 } }),
      () => loader.load(text(['a']), { limits: { depth: 2 } }),
      () => loader.load(text(['a']), { limits: { nodes: 2 } }),
    ],
  },
  SOURCE_UNREADABLE: {
    rejects: [
      () => loader.load('/nowhere/pets.json'),
      () => loader.load('http://127.0.0.1:9/'),
      () => loader.load('ftp://example.com/pets.json'),
      () => loader.load('/'),
    ],
  },
  INVALID_DEFINITION: {
    throws: [
      () => registry.register(tool({ name: 'a b' })),
      () => registry.replace(tool({ name: 'a b' })),
      () => registry.register(null),
    ],
  },
  NAME_TAKEN: {
    throws: [() => registry.register(tool())],
    rejects: [() => loader.load(text(['a']), { name: 'code' })],
  },
  UNKNOWN_TOOL: {
    throws: [() => registry.replace(tool({ name: 'ecko' }))],
    rejects: [() => registry.execute('ecko'), () => registry.snapshot().execute('ecko')],
  },
  UNKNOWN_SOURCE: {
    throws: [() => loader.unload('pets'), () => loader.watch('pets'), () => loader.unwatch('pets')],
    rejects: [() => loader.reload('pets')],
  },
  INVALID_PARAMS: { rejects: [() => registry.execute('echo', []), () => registry.execute('echo', { n: 1n })] },
  MISSING_CONTEXT: { rejects: [() => registry.execute('user')] },
  APPROVAL_REQUIRED: {
    rejects: [
      () => registry.execute('asks'),
      () => registry.snapshot().call('asks'),
      () => registry.stream('asks').next(),
    ],
  },
  APPROVAL_REJECTED: {
    rejects: [
      () => rejecting.execute('asks'),
      () => rejecting.snapshot().call('asks'),
      () => rejecting.stream('asks').next(),
    ],
  },
  UNKNOWN_APPROVAL: {
    throws: [() => registry.approve('a'), () => rejecting.reject('a'), () => rejecting.approve('a', { by: 'ann' })],
  },
  INPUT_REQUIRED: { rejects: [() => registry.execute('wonders'), () => registry.stream('wonders').next()] },
  RATE_LIMITED: { rejects: [() => limited.execute('echo'), () => limited.stream('echo').next()] },
  BUSY: {
    rejects: [
      () => limited.execute('full'),
      () => limited.snapshot().execute('full'),
      () => limited.stream('full').next(),
    ],
  },
  CIRCUIT_OPEN: { rejects: [() => limited.execute('down')] },
  IDEMPOTENCY_MISMATCH: { rejects: [() => keyed(2)] },
  TIMEOUT: { rejects: [() => registry.execute('hangs', {}, { timeoutMs: 1 })] },
  CANCELLED: { rejects: [() => registry.execute('hangs', {}, { signal: AbortSignal.abort() })] },
  TOOL_FAILED: { rejects: [() => registry.execute('fails')] },
  UPSTREAM_DOWN: { rejects: [() => upstreams.registry.execute('down_one', {})] },
  UPSTREAM_FAILED: { rejects: [() => upstreams.registry.execute('lost_one', {})] },
  OUTPUT_INVALID: { rejects: [() => registry.execute('differs')] },
  INVALID_OPTIONS: {
    throws: [
      () => registry.list({ x: 1 }),
      () => new ToolRegistry({ x: 1 }),
      () => new SpecLoader({}),
      () => registry.on('x', () => {}),
    ],
    rejects: [
      () => registry.execute('echo', {}, { x: 1 }),
      () => registry.respond('anthropic', {}),
      () => loader.load(text(['a']), { x: 1 }),
      () => loader.load(5),
    ],
  },
  CONFIG_INVALID: { rejects: [() => loadConfig({ documents: { crm: {} } }), () => loadConfig({ x: 1 })] },
  NOT_REPRESENTABLE: { throws: [() => many.definitions('openai'), () => many.snapshot().definitions('openai-chat')] },
  STALE_REVISION: { throws: [() => moved.delta(1, 'openai'), () => moved.snapshot().delta(1, 'openai')] },
  AUDIT_BROKEN: { throws: [() => new ToolRegistry({ audit: join(logs, 'broken') })] },
  AUDIT_UNWRITABLE: { throws: [() => new ToolRegistry({ audit: logs })] },
  GATE_REFUSED: { rejects: [() => changed({ breaking: 'refuse' }), () => changed({ custom: () => 'refuse' })] },
  UNKNOWN_CHANGE: { throws: [() => loader.approve('none'), () => loader.reject('none')] },
  UNKNOWN_VERSION: { throws: [() => standing.rollback('gated'), () => standing.rollback('gated', '9')] },
  STATE_BROKEN: { throws: [() => new SpecLoader(registry, { state: join(logs, 'broken') })] },
  STATE_LOCKED: { throws: [() => new SpecLoader(registry, { state: join(logs, 'full') })] },
  STATE_UNWRITABLE: { throws: [() => new SpecLoader(registry, { state: logs })], rejects: [() => saving.save()] },
  CLOSED: { throws: [() => closed.register(tool()), () => closed.snapshot()], rejects: [() => closed.execute('echo')] },
  // A fault of toolrack itself has no way in from outside: the addon has doors that panic, for this alone.
  INTERNAL: {
    throws: [() => callNative(() => binding.testPanic('on purpose'))],
    rejects: [
      () =>
        binding.testPanicAsync('on purpose').catch((error) => {
          throw revive(error)
        }),
    ],
  },
}

for (const [code, doors] of Object.entries(CASES)) {
  test(`${code} is told by every door that can meet it`, async () => {
    for (const [door, actions] of Object.entries(doors)) {
      for (const action of actions) {
        const error = await refusal(action)
        assert.deepEqual([error.code, error.door], [code, door], action)
        assert.match(error.message, /^[^\n]*[^.\n]$/, 'one line, without a full stop')
        assert.equal(typeof error.details, 'object')
      }
    }
  })
}

test('HTTP_FAILED and RESPONSE_TOO_LARGE come from APIs', async (t) => {
  const { url } = await serve(t, ({ url }, response) => {
    if (url === '/huge') response.writeHead(200, { 'content-length': 17 << 20 }).write('x')
    else response.writeHead(500).end('broken')
  })
  const registry = registryOf()
  await new SpecLoader(registry).load(text(['huge', 'broken']), { baseUrl: url })
  const { details, ...large } = await refusal(() => registry.execute('huge'))
  assert.deepEqual([large.code, details], ['RESPONSE_TOO_LARGE', { tool: 'huge', limit: 16 << 20 }])
  const failed = await refusal(() => registry.execute('broken'))
  assert.deepEqual([failed.code, failed.details], ['HTTP_FAILED', { tool: 'broken', status: 500, body: 'broken' }])
})

test('HIDDEN_UNICODE skips an operation in the report', async () => {
  const twins = { parameters: [{ name: 'mode', in: 'query', required: true, schema: { enum: ['a', 'a\u200b'] } }] }
  const { skipped } = await new SpecLoader(registryOf()).load(text(['a', 'b'], { b: twins }), {
    document: { hiddenUnicode: 'strip' },
  })
  assert.deepEqual(
    skipped.map(({ code, operationId }) => [code, operationId]),
    [['HIDDEN_UNICODE', 'b']],
  )
})

test('UNRESOLVED_REF skips an operation in the report', async () => {
  const broken = { parameters: [{ $ref: '#/components/parameters/none' }] }
  const { skipped } = await new SpecLoader(registryOf()).load(text(['a', 'b'], { b: broken }))
  assert.deepEqual(
    skipped.map(({ code, operationId }) => [code, operationId]),
    [['UNRESOLVED_REF', 'b']],
  )
})

test('SOURCE_FORBIDDEN names a redirected document and a forbidden reference', async (t) => {
  let asked = 0
  const inside = await serve(t, (request, response) => {
    asked += 1
    response.end(text(['a']))
  })
  const outside = await serve(t, (request, response) => void response.writeHead(302, { location: inside.url }).end())
  assert.equal(
    (await refusal(() => new SpecLoader(registryOf()).load(`${outside.url}/pets.json`))).code,
    'SOURCE_FORBIDDEN',
  )
  const refers = (reference) => ({ requestBody: { content: { 'application/json': { schema: { $ref: reference } } } } })
  const over = {
    b: refers('file:///etc/passwd'),
    c: refers(`${inside.url}/pet.json`),
    d: refers('http://169.254.169.254/latest'),
  }
  const { added, skipped } = await new SpecLoader(registryOf()).load(text(['a', 'b', 'c', 'd'], over))
  assert.deepEqual(
    [added, skipped.map(({ code, operationId }) => [code, operationId])],
    [['a'], ['b', 'c', 'd'].map((id) => ['SOURCE_FORBIDDEN', id])],
  )
  assert.equal(asked, 0)
})

test('ADDRESS_FORBIDDEN names a server that a remote document may not use, and nothing is sent', async (t) => {
  const document = JSON.stringify({ ...JSON.parse(text(['a'])), servers: [{ url: 'http://169.254.169.254/latest' }] })
  const docs = await serve(t, (request, response) => void response.end(document))
  const registry = registryOf()
  await new SpecLoader(registry).load(`${docs.url}/pets.json`)
  const { code, message, details } = await refusal(() => registry.execute('a', {}))
  const advice =
    'if calls may reach it, load the document with network: { hosts: ["169.254.169.254"] } ' +
    'or baseUrl: "http://169.254.169.254"'
  const reason = `169.254.169.254 is in 169.254.0.0/16 (link-local); ${advice}`
  assert.deepEqual(
    [code, message, details],
    ['ADDRESS_FORBIDDEN', `tool "a" may not call its API: ${reason}`, { tool: 'a', reason }],
  )
})

test('no code of index.d.ts is without a case', () => {
  const elsewhere = [
    'ADDRESS_FORBIDDEN',
    'AUTH_FAILED',
    'HTTP_FAILED',
    'RESPONSE_TOO_LARGE',
    'SOURCE_FORBIDDEN',
    'UNRESOLVED_REF',
    'HIDDEN_UNICODE',
    'NOT_LOADED',
  ]
  assert.deepEqual([...Object.keys(CASES), ...elsewhere].sort(), union('ErrorCode').sort())
})

test('docs/errors.md has a row for every code', async () => {
  const { readFile } = await import('node:fs/promises')
  const page = await readFile(new URL('../docs/errors.md', import.meta.url), 'utf8')
  const rows = [...page.matchAll(/^\| `([A-Z_]+)` /gm)].map(([, code]) => code)
  assert.deepEqual(rows.sort(), union('ErrorCode').sort())
})

test('a fault is an Error with a code, a stack of its caller, and data', async () => {
  const error = await refusal(() => registry.list({ x: 1 }))
  assert.ok(error instanceof Error && error instanceof ToolrackError)
  assert.equal(error.name, 'ToolrackError')
  assert.match(error.stack, /errors\.test\.mjs/)
  assert.match(String(error), /^ToolrackError: option "filter": "x" is none of category, /)
})

test('users may make the same errors for their own tests', () => {
  const cause = new Error('why')
  const error = new ToolrackError('TIMEOUT', 'too late', { tool: 'a' }, { cause })
  assert.deepEqual(
    [error.code, error.message, error.details, error.cause],
    ['TIMEOUT', 'too late', { tool: 'a' }, cause],
  )
  assert.deepEqual(new ToolrackError('CLOSED', 'over').details, {})
})
