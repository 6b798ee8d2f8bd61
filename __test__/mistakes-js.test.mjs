// Mistakes that people make in JavaScript, and what toolrack says of each: the place, and what to write instead.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { inspect } from 'node:util'
import { toStandardJsonSchema } from '@valibot/to-json-schema'
import { jsonSchema, zodSchema } from 'ai'
import { type } from 'arktype'
import { SpecLoader, ToolModules, ToolRegistry, ToolrackError, registerDynamicTool, verifyAudit } from 'toolrack'
import * as v from 'valibot'
import { z } from 'zod'
import { z as z3 } from 'zod3'
import { text } from './support/documents.mjs'
import { refusal, registryOf, tool } from './support/tools.mjs'

const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
after(() => rmSync(folder, { recursive: true }))

const registry = registryOf({ name: 'a', inputSchema: undefined, parameters: { city: { type: 'string' } } })
const loader = new SpecLoader(registry)
const snapshot = registry.snapshot()
const handle = registry.register(tool({ name: 'held' }))
const run = () => 1
const call = { type: 'function_call', call_id: '1', name: 'a', arguments: '{"city":"x"}' }

const CALL_OPTIONS = 'context, signal, timeoutMs, idempotencyKey, approved, ask, versions'
const city = { type: 'object', properties: { city: { type: 'string' } } }
const inAi = (members) => `jsonSchema({ type: "object", properties: { ${members} } })`

/** The mistake, `parameters`, and by its pointer what is misplaced with what to write. */
const MISPLACED = [
  ['a Zod object', z.object({ city: z.string() }), { '': ['a Zod', 'z.object({ city: … })'] }],
  ['a Zod 3 object', z3.object({ city: z3.string() }), { '': ['a Zod', 'z.object({ city: … })'] }],
  [
    'a Zod object of many members',
    z.object({ a: z.string(), 'b c': z.string(), d: z.string(), e: z.string() }),
    { '': ['a Zod', 'z.object({ a: …, "b c": …, d: …, … })'] },
  ],
  ['a Zod object without members', z.object({}), { '': ['a Zod', 'z.object({ … })'] }],
  ['a Zod list', z.array(z.string()), { '': ['a Zod', 'z.object({ … })'] }],
  [
    'a Valibot object',
    v.object({ city: v.string() }),
    { '': ['a Valibot', 'toStandardJsonSchema(v.object({ city: … }))'] },
  ],
  [
    'a Valibot object with a JSON Schema',
    toStandardJsonSchema(v.object({ city: v.string() })),
    { '': ['a Valibot', 'toStandardJsonSchema(v.object({ … }))'] },
  ],
  ['an ArkType object', type({ city: 'string' }), { '': ['an ArkType', 'type({ city: … })'] }],
  ['an ArkType string', type('string'), { '': ['an ArkType', 'type({ … })'] }],
  ['jsonSchema() of the AI SDK', jsonSchema(city), { '': ['an AI SDK', inAi('city: …')] }],
  ['zodSchema() of the AI SDK', zodSchema(z.object({ city: z.string() })), { '': ['an AI SDK', inAi('city: …')] }],
  ['a late jsonSchema() of the AI SDK', jsonSchema(() => Promise.reject(city)), { '': ['an AI SDK', inAi('…')] }],
  ['a shape of Zod', { city: z.string() }, { '/city': ['a Zod', 'z.object({ city: … })'] }],
  [
    'a shape of Zod beside a parameter',
    { city: z.string(), n: { type: 'integer' }, days: z.int() },
    { '/city': ['a Zod', 'z.object({ city: …, days: … })'], '/days': ['a Zod', 'z.object({ city: …, days: … })'] },
  ],
  [
    'a shape of Valibot',
    { city: v.string() },
    { '/city': ['a Valibot', 'toStandardJsonSchema(v.object({ city: … }))'] },
  ],
  ['a shape of ArkType', { city: type('string') }, { '/city': ['an ArkType', 'type({ city: … })'] }],
  ['a shape of the AI SDK', { city: jsonSchema({ type: 'string' }) }, { '/city': ['an AI SDK', inAi('city: …')] }],
]

/** The mistake, `inputSchema` of the AI SDK, and what is wrong with it. */
const AI_SCHEMAS = [
  [
    'a promise',
    jsonSchema(async () => city),
    'is an AI SDK schema whose jsonSchema is a promise, and registration is synchronous: write inputSchema: ' +
      'jsonSchema(await schema.jsonSchema)',
  ],
  ['a promise that rejects', jsonSchema(() => Promise.reject(new Error('no'))), /whose jsonSchema is a promise/],
  [
    'a function that throws',
    jsonSchema(() => {
      throw new Error('no')
    }),
    'is an AI SDK schema that cannot say its JSON Schema: no',
  ],
  ['a date', zodSchema(z.object({ at: z.date() })), /cannot say its JSON Schema: Date cannot be represented/],
  ['nothing', jsonSchema(undefined), 'is an AI SDK schema whose jsonSchema is nothing'],
  ['a string', jsonSchema('x'), 'is an AI SDK schema whose jsonSchema is a string'],
  ['no validation', jsonSchema(city, { validate: 5 }), 'is an AI SDK schema whose validate is no function'],
]

/** The mistake, the call, the code, and the message or its pattern. */
const MISTAKES = [
  // A definition in several arguments.
  ...[
    ['register(name, function)', () => registry.register('weather', run), 'register(definition)', 'a string'],
    ['register(function)', () => registry.register(run), 'register(definition)', 'a function'],
    ['register()', () => registry.register(), 'register(definition)', 'nothing'],
    ['register(null)', () => registry.register(null), 'register(definition)', 'null'],
    ['register of a list', () => registry.register([tool()]), 'register(definition)', 'a list'],
    ['replace(name, function)', () => registry.replace('weather', run), 'replace(definition)', 'a string'],
    ['update(name, function)', () => handle.update('weather', run), 'update(definition)', 'a string'],
    ['update()', () => handle.update(), 'update(definition)', 'nothing'],
    [
      'registerDynamicTool(registry, name, function)',
      () => registerDynamicTool(registry, 'weather', run),
      'registerDynamicTool(registry, definition)',
      'a string',
    ],
    [
      'registerDynamicTool(registry)',
      () => registerDynamicTool(registry),
      'registerDynamicTool(registry, definition)',
      'nothing',
    ],
  ].map(([mistake, action, signature, got]) => [
    mistake,
    action,
    'INVALID_DEFINITION',
    `${signature} takes one object { name, description, execute }, got ${got}`,
  ]),

  // Names of options.
  [
    'an option of a registry in capitals',
    () => new ToolRegistry({ timeoutMS: 5 }),
    'INVALID_OPTIONS',
    /^option "timeoutMS": is none of onConflict, contextFrom, .*maxApprovals, search; nearest: timeoutMs$/,
  ],
  [
    'a part of the name of an option',
    () => new ToolRegistry({ timeout: 5 }),
    'INVALID_OPTIONS',
    /^option "timeout": is none of .*; nearest: timeoutMs$/,
  ],
  ['swapped letters in an option', () => new ToolRegistry({ corece: true }), 'INVALID_OPTIONS', /; nearest: coerce$/],
  [
    'an option that is near to none',
    () => new ToolRegistry({ baseURL: 'https://a' }),
    'INVALID_OPTIONS',
    /^option "baseURL": is none of .*maxApprovals, search$/,
  ],
  [
    'a limit of a registry',
    () => new ToolRegistry({ limits: { definitionByte: 5 } }),
    'INVALID_OPTIONS',
    'option "limits": "definitionByte" is none of definitionBytes; nearest: definitionBytes',
  ],
  [
    'the value of an option of a registry',
    () => new ToolRegistry({ onConflict: 'replaced' }),
    'INVALID_OPTIONS',
    'option "onConflict": "replaced" is none of refuse, replace; nearest: replace',
  ],
  [
    'an option of an audit log',
    () => new ToolRegistry({ audit: { path: join(folder, 'a'), call: true } }),
    'INVALID_OPTIONS',
    'option "call": is none of path, calls, sync, onBroken; nearest: calls',
  ],
  [
    'an option of telemetry',
    () => new ToolRegistry({ telemetry: { contents: true } }),
    'INVALID_OPTIONS',
    'option "contents": is none of api, content; nearest: content',
  ],
  [
    'an audit log that is no path',
    () => new ToolRegistry({ audit: 5 }),
    'INVALID_OPTIONS',
    'option "audit": must be a path, or an object that has one: { path }',
  ],
  [
    'telemetry that is a word',
    () => new ToolRegistry({ telemetry: 'on' }),
    'INVALID_OPTIONS',
    'option "telemetry": must be true, false, or an object: { api, content }',
  ],
  [
    'telemetry that is a list',
    () => new ToolRegistry({ telemetry: [] }),
    'INVALID_OPTIONS',
    'option "telemetry": must be true, false, or an object: { api, content }',
  ],
  [
    'a state file of a registry',
    () => new ToolRegistry({ state: './state.json' }),
    'INVALID_OPTIONS',
    'option "state": belongs to what loads tools: new SpecLoader(registry, { state: path })',
  ],
  [
    'a state file that is no path',
    () => new SpecLoader(registry, { state: 5 }),
    'INVALID_OPTIONS',
    'option "state": must be a path, or an object that has one: { path }',
  ],
  [
    'paths of modules that are a text',
    () => new ToolModules(registry, { paths: './src' }),
    'INVALID_OPTIONS',
    `option "paths": must be an object: { '@/*': ['./src/*'] }`,
  ],
  [
    'an option of a loader',
    () => new SpecLoader(registry, { Fetch: run }),
    'INVALID_OPTIONS',
    'option "Fetch": is none of state, fetch; nearest: fetch',
  ],
  [
    'an option of a state file',
    () => new SpecLoader(registry, { state: { file: 'a' } }),
    'INVALID_OPTIONS',
    'option "file": is none of path, onBroken',
  ],
  [
    'an option of a reload',
    () => loader.reload('a', { gate: 'production' }),
    'INVALID_OPTIONS',
    'option "gate": is none of gates; nearest: gates',
  ],
  [
    'an option of a webhook',
    () => loader.webhook({ secret: 'a' }),
    'INVALID_OPTIONS',
    'option "secret": is none of secrets, source, respond, toleranceMs, bodyLimit, now; nearest: secrets',
  ],
  [
    'an option of a snapshot',
    () => registry.snapshot({ version: { crm: '1' } }),
    'INVALID_OPTIONS',
    'option "version": is none of filter, context, versions; nearest: versions',
  ],
  [
    'an option of changes()',
    () => registry.changes({ signals: undefined }),
    'INVALID_OPTIONS',
    'option "signals": is none of signal; nearest: signal',
  ],
  [
    'an option of verifyAudit()',
    () => verifyAudit(join(folder, 'a'), { ancor: {} }),
    'INVALID_OPTIONS',
    'option "ancor": is none of anchor; nearest: anchor',
  ],
  [
    'an option of execute',
    () => registry.execute('a', { city: 'x' }, { timeoutMS: 5 }),
    'INVALID_OPTIONS',
    `option "timeoutMS": is none of ${CALL_OPTIONS}; nearest: timeoutMs`,
  ],
  [
    'an option of a stream',
    () => registry.stream('a', { city: 'x' }, { abortSignal: undefined }).next(),
    'INVALID_OPTIONS',
    `option "abortSignal": is none of ${CALL_OPTIONS}; nearest: signal`,
  ],
  [
    'an option of respond',
    () => registry.respond('openai', call, { stict: true }),
    'INVALID_OPTIONS',
    /^option "stict": is none of context, signal, .*, versions, filter, strict, revision, onPiece; nearest: strict$/,
  ],
  [
    'versions for a call on a snapshot',
    () => snapshot.execute('a', { city: 'x' }, { versions: {} }),
    'INVALID_OPTIONS',
    'option "versions": is an option of the snapshot, not of its calls: registry.snapshot({ versions })',
  ],
  [
    'a filter for a model on a snapshot',
    () => snapshot.respond('openai', call, { filter: {} }),
    'INVALID_OPTIONS',
    'option "filter": is an option of the snapshot, not of its calls: registry.snapshot({ filter })',
  ],
  [
    'the name of an event',
    () => registry.on('changed', run),
    'INVALID_OPTIONS',
    /^option "event": "changed" is none of change, .*; nearest: change$/,
  ],
  [
    'a key of the context',
    () => registry.execute('a', { city: 'x' }, { context: { userID: 7 } }),
    'INVALID_OPTIONS',
    'option "context": "userID" is none of userId, auditingId, metadata; nearest: userId',
  ],

  // Keys of the context among options.
  ...['userId', 'auditingId', 'metadata'].flatMap((key) =>
    [
      ['execute', () => registry.execute('a', { city: 'x' }, { [key]: 7 })],
      ['call', () => registry.call('a', { city: 'x' }, { [key]: 7, timeoutMs: 5 })],
      ['snapshot.execute', () => snapshot.execute('a', { city: 'x' }, { [key]: 7 })],
      ['respond', () => registry.respond('openai', call, { [key]: 7 })],
      ['snapshot', () => registry.snapshot({ [key]: 7 })],
    ].map(([name, action]) => [
      `${key} among the options of ${name}`,
      action,
      'INVALID_OPTIONS',
      `option "${key}": ${key} belongs into context: { context: { ${key} } }`,
    ]),
  ),

  // Arguments that are no object.
  ...[
    ['a JSON text', '{"city":"x"}', 'a string: parse it with JSON.parse and give the object'],
    ['an indented JSON text', '\n  {"city":"x"}', 'a string: parse it with JSON.parse and give the object'],
    ['a text', 'x', 'a string'],
    ['a number', 5, 'a number'],
    ['a list', ['x'], 'a list'],
    ['a function', run, 'a function'],
  ].flatMap(([what, params, got]) =>
    [
      ['execute', () => registry.execute('a', params)],
      ['call', () => registry.call('a', params)],
      ['stream', () => snapshot.stream('a', params).next()],
    ].map(([name, action]) => [
      `${what} as arguments of ${name}`,
      action,
      'INVALID_PARAMS',
      `arguments of "a" are not valid: must be an object, got ${got}`,
    ]),
  ),
]

for (const [mistake, parameters, problems] of MISPLACED) {
  test(`${mistake} as parameters`, async () => {
    const { code, message, details } = await refusal(() =>
      registry.register(tool({ inputSchema: undefined, parameters })),
    )
    const expected = Object.entries(problems).map(([pointer, [schema, write]]) => ({
      pointer: `/parameters${pointer}`,
      message: `is misplaced, since ${schema} schema belongs in inputSchema: write inputSchema: ${write}`,
    }))
    assert.deepEqual([code, details.problems], ['INVALID_DEFINITION', expected])
    const lines = expected.map((problem) => `${problem.pointer} ${problem.message}`)
    assert.equal(message, `tool definition "echo" is not valid: ${lines.join('; ')}`)
  })
}

for (const [mistake, inputSchema, reason] of AI_SCHEMAS) {
  test(`jsonSchema of the AI SDK with ${mistake}`, async () => {
    const { code, details } = await refusal(() => registry.register(tool({ inputSchema })))
    const [{ pointer, message }] = details.problems
    assert.deepEqual([code, pointer, details.problems.length], ['INVALID_DEFINITION', '/inputSchema', 1])
    if (typeof reason === 'string') assert.equal(message, reason)
    else assert.match(message, reason)
  })
}

test('a schema of the AI SDK within a JSON Schema', async () => {
  const inputSchema = { type: 'object', properties: { city: jsonSchema({ type: 'string' }) } }
  const { details } = await refusal(() => registry.register(tool({ inputSchema })))
  const message = `is an AI SDK schema, and no part of a JSON Schema: write inputSchema: ${inAi('…')} for all arguments`
  assert.deepEqual(details.problems, [{ pointer: '/inputSchema/properties/city', message }])
})

for (const [mistake, action, code, message] of MISTAKES) {
  test(mistake, async () => {
    const error = await refusal(action)
    assert.equal(error.code, code)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
  })
}

/** What is logged, and its line. */
const LINES = [
  ['a registry', ({ registry }) => registry, "ToolRegistry { revision: 3, tools: 3, sources: [ 'code', 'crm' ] }"],
  ['an empty registry', () => new ToolRegistry(), 'ToolRegistry { revision: 0, tools: 0, sources: [] }'],
  ['a closed registry', ({ closed }) => closed.registry, 'ToolRegistry { revision: 4, closed: true }'],
  ['a snapshot', ({ snapshot }) => snapshot, "Snapshot { revision: 3, tools: 3, sources: [ 'code', 'crm' ] }"],
  ['a released snapshot', ({ closed }) => closed.snapshot, 'Snapshot { revision: 3, closed: true }'],
  ['a loader', ({ loader }) => loader, "SpecLoader { revision: 3, tools: 1, sources: [ 'crm' ] }"],
  ['a closed loader', ({ closed }) => closed.loader, 'SpecLoader { closed: true }'],
  ['a handle', ({ handle }) => handle, "ToolHandle { name: 'b', revision: 2, source: 'code', enabled: true }"],
  [
    'a handle of a disabled tool',
    ({ handle }) => {
      handle.disable()
      return handle
    },
    "ToolHandle { name: 'b', revision: 4, source: 'code', enabled: false }",
  ],
  [
    'a handle of a removed tool',
    ({ handle }) => {
      handle.remove()
      return handle
    },
    "ToolHandle { name: 'b', removed: true }",
  ],
  [
    'a handle whose name another tool has',
    ({ registry, handle }) => {
      handle.remove()
      registry.register(tool({ name: 'b' }))
      return handle
    },
    "ToolHandle { name: 'b', removed: true }",
  ],
  ['a handle of a closed registry', ({ closed }) => closed.handle, "ToolHandle { name: 'b', closed: true }"],
  [
    'a map of them',
    ({ registry, loader }) => ({ tools: [registry], loader }),
    /tools: \[\s+ToolRegistry .*loader: SpecLoader /s,
  ],
  ['a class of its own', () => new (class Own extends ToolRegistry {})(), /^ToolRegistry { revision: 0/],
  ['an object that only inherits', () => Object.create(ToolRegistry.prototype), 'ToolRegistry {}'],
]

/** A registry of two tools from code and one of a document, with all that belongs to it. */
async function toolsOfTwoSources() {
  const registry = registryOf({ name: 'a' })
  const handle = registry.register(tool({ name: 'b' }))
  const loader = new SpecLoader(registry)
  await loader.load(text(['c']), { name: 'crm' })
  return { registry, handle, loader, snapshot: registry.snapshot() }
}

for (const [what, read, line] of LINES) {
  test(`console.log of ${what} says what there is`, async () => {
    const closed = await toolsOfTwoSources()
    closed.snapshot.release()
    closed.registry.close()
    const written = inspect(read({ ...(await toolsOfTwoSources()), closed }), { depth: 5 })
    if (typeof line === 'string') assert.equal(written, line)
    else assert.match(written, line)
  })
}

test('console.log of a registry of many sources names five, and strange names stay in their line', () => {
  const registry = new ToolRegistry()
  const names = ["it's", 'a\nb', 'x'.repeat(99), 'd', 'e', 'f', 'g']
  const loader = new SpecLoader(registry)
  loader.sources = () => names.map((name) => ({ name, tools: 1 }))
  const list = `'it\\'s', 'a\\nb', '${'x'.repeat(60)}…', 'd', 'e', … 2 more`
  assert.equal(inspect(loader), `SpecLoader { revision: 0, tools: 7, sources: [ ${list} ] }`)
})

const circle = { deep: [] }
circle.deep.push(circle)
const endless = {
  toJSON() {
    return { again: new ToolrackError('INTERNAL', 'x', { endless }).toJSON() }
  },
}
const own = new ToolrackError('INTERNAL', 'x')
own.details.self = own

/** What details hold, and what is JSON of it. */
const DETAILS = [
  [
    'data',
    { problems: [{ pointer: '/a', got: null }], list: [1, , 'x'] },
    '{"problems":[{"pointer":"/a","got":null}],"list":[1,null,"x"]}',
  ],
  ['nothing', undefined, '{}'],
  ['null', null, 'null'],
  ['a circle', circle, '{"deep":["[circular]"]}'],
  ['a BigInt', { big: 2n ** 64n }, '{"big":"18446744073709551616"}'],
  ['functions and symbols', { run, mark: Symbol('x'), none: undefined, list: [run] }, '{"list":[null]}'],
  ['a date', { at: new Date(0), never: new Date(NaN) }, '{"at":"1970-01-01T00:00:00.000Z","never":null}'],
  ['an error', { cause: new TypeError('no') }, '{"cause":{"name":"TypeError","message":"no"}}'],
  ['itself', own.details, '{"self":{"name":"ToolrackError","message":"x","code":"INTERNAL"}}'],
  ['a toJSON that never ends', { endless }, /^\{"endless":\{"again":\{"name":"ToolrackError"/],
  ['__proto__', JSON.parse('{"__proto__":{"a":1}}'), '{"__proto__":{"a":1}}'],
  [
    'getters that throw',
    {
      get bad() {
        throw new Error('no')
      },
      good: 1,
    },
    '{"bad":"[cannot be read]","good":1}',
  ],
  [
    'a toJSON that throws',
    {
      held: {
        toJSON() {
          throw new Error('no')
        },
      },
    },
    '{"held":"[cannot be read]"}',
  ],
  ['a revoked proxy', { held: revoked() }, '{"held":"[cannot be read]"}'],
  ['too many values', { list: Array.from({ length: 1e6 }, () => ({})) }, /"\[too many values\]"/],
  ['a hundred thousand levels', Array.from({ length: 1e5 }).reduce((inner) => ({ inner }), {}), /nested too deep/],
]

function revoked() {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

for (const [what, details, json] of DETAILS) {
  test(`JSON.stringify of an error whose details hold ${what}`, () => {
    const error = new ToolrackError('TOOL_FAILED', 'did not work', details, { cause: new Error('secret') })
    const written = JSON.stringify(error)
    const start = '{"name":"ToolrackError","code":"TOOL_FAILED","message":"did not work","details":'
    assert.ok(written.startsWith(start) && written.length < 1e6)
    const rest = written.slice(start.length, -1)
    if (typeof json === 'string') assert.equal(rest, json)
    else assert.match(rest, json)
  })
}

test('an error in JSON is its toJSON, in console.log and as a clone it stays an error', async () => {
  const error = await refusal(() => registry.execute('b'))
  const { door, ...members } = JSON.parse(JSON.stringify({ error })).error
  assert.deepEqual(members, {
    name: 'ToolrackError',
    code: 'UNKNOWN_TOOL',
    message: error.message,
    details: { name: 'b', nearest: ['a'] },
  })
  assert.equal(door, undefined)
  assert.deepEqual(error.toJSON(), members)
  assert.match(inspect(error), /^ToolrackError: no tool has the name "b"[^]*code: 'UNKNOWN_TOOL'[^]*nearest: \[ 'a' \]/)
  const clone = structuredClone(error)
  assert.deepEqual([clone instanceof Error, clone.message, clone.stack], [true, error.message, error.stack])
})
