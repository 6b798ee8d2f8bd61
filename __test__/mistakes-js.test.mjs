// Mistakes that people make in JavaScript, and what toolrack says of each: the place, and what to write instead.
import assert from 'node:assert/strict'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { SpecLoader, ToolRegistry, registerDynamicTool, verifyAudit } from 'toolrack'
import { refusal, registryOf, tool } from './support/tools.mjs'

const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
after(() => rmSync(folder, { recursive: true }))

const registry = registryOf({ name: 'a', inputSchema: undefined, parameters: { city: { type: 'string' } } })
const loader = new SpecLoader(registry)
const snapshot = registry.snapshot()
const handle = registry.register(tool({ name: 'held' }))
const run = () => 1
const call = { type: 'function_call', call_id: '1', name: 'a', arguments: '{"city":"x"}' }

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
    /^option "timeoutMS" is none of onConflict, contextFrom, validate, timeoutMs, .*toolErrors; nearest: timeoutMs$/,
  ],
  [
    'a part of the name of an option',
    () => new ToolRegistry({ timeout: 5 }),
    'INVALID_OPTIONS',
    /^option "timeout" is none of .*; nearest: timeoutMs$/,
  ],
  ['swapped letters in an option', () => new ToolRegistry({ corece: true }), 'INVALID_OPTIONS', /; nearest: coerce$/],
  [
    'an option that is near to none',
    () => new ToolRegistry({ baseURL: 'https://a' }),
    'INVALID_OPTIONS',
    /^option "baseURL" is none of .*toolErrors$/,
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
    'option "call" is none of path, calls, sync, onBroken; nearest: calls',
  ],
  [
    'an option of telemetry',
    () => new ToolRegistry({ telemetry: { contents: true } }),
    'INVALID_OPTIONS',
    'option "contents" is none of api, content; nearest: content',
  ],
  [
    'an option of a loader',
    () => new SpecLoader(registry, { Fetch: run }),
    'INVALID_OPTIONS',
    'option "Fetch" is none of state, fetch; nearest: fetch',
  ],
  [
    'an option of a state file',
    () => new SpecLoader(registry, { state: { file: 'a' } }),
    'INVALID_OPTIONS',
    'option "file" is none of path, onBroken',
  ],
  [
    'an option of a reload',
    () => loader.reload('a', { gate: 'production' }),
    'INVALID_OPTIONS',
    'option "gate" is none of gates; nearest: gates',
  ],
  [
    'an option of a webhook',
    () => loader.webhook({ secret: 'a' }),
    'INVALID_OPTIONS',
    'option "secret" is none of secrets, source, respond, toleranceMs, bodyLimit, now; nearest: secrets',
  ],
  [
    'an option of a snapshot',
    () => registry.snapshot({ version: { crm: '1' } }),
    'INVALID_OPTIONS',
    'option "version" is none of filter, context, versions; nearest: versions',
  ],
  [
    'an option of changes()',
    () => registry.changes({ signals: undefined }),
    'INVALID_OPTIONS',
    'option "signals" is none of signal; nearest: signal',
  ],
  [
    'an option of verifyAudit()',
    () => verifyAudit(join(folder, 'a'), { ancor: {} }),
    'INVALID_OPTIONS',
    'option "ancor" is none of anchor; nearest: anchor',
  ],
  [
    'an option of execute',
    () => registry.execute('a', { city: 'x' }, { timeoutMS: 5 }),
    'INVALID_OPTIONS',
    'option "timeoutMS" is none of context, signal, timeoutMs, idempotencyKey, versions; nearest: timeoutMs',
  ],
  [
    'an option of a stream',
    () => registry.stream('a', { city: 'x' }, { abortSignal: undefined }).next(),
    'INVALID_OPTIONS',
    'option "abortSignal" is none of context, signal, timeoutMs, idempotencyKey, versions; nearest: signal',
  ],
  [
    'an option of respond',
    () => registry.respond('openai', call, { stict: true }),
    'INVALID_OPTIONS',
    /^option "stict" is none of context, signal, .*, versions, filter, strict, revision; nearest: strict$/,
  ],
  [
    'versions for a call on a snapshot',
    () => snapshot.execute('a', { city: 'x' }, { versions: {} }),
    'INVALID_OPTIONS',
    'option "versions": a snapshot has its own: take it with registry.snapshot({ versions })',
  ],
  [
    'a filter for a model on a snapshot',
    () => snapshot.respond('openai', call, { filter: {} }),
    'INVALID_OPTIONS',
    'option "filter": a snapshot has its own: take it with registry.snapshot({ filter })',
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

for (const [mistake, action, code, message] of MISTAKES) {
  test(mistake, async () => {
    const error = await refusal(action)
    assert.equal(error.code, code)
    if (typeof message === 'string') assert.equal(error.message, message)
    else assert.match(error.message, message)
  })
}
