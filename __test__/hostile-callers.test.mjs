// What callers hand over may be a proxy or have getters that throw: each door says whose fault it is, and none says
// INTERNAL.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document, text } from './support/documents.mjs'
import { proxied, revoked } from './support/hostile.mjs'
import { refusal, registryOf, tool } from './support/tools.mjs'

const registry = registryOf({})
registry.register(tool({ name: 'keyed', callLimits: { concurrency: 5 } }))
const loader = new SpecLoader(registry)
await loader.load(document(['api']), { name: 'api', baseUrl: 'http://127.0.0.1:9' })
await loader.load(document(['api']), { name: 'api@2', baseUrl: 'http://127.0.0.1:9' })
registry.route('api', { tenants: { a: '2' } })
const snapshot = registry.snapshot()
const bound = registry.snapshot({ context: { userId: 'ada', metadata: { tenant: 'a' } } })
const handle = registry.register(tool({ name: 'held' }))

/** What throws when it is read. */
const HOSTILE = {
  'a revoked proxy': () => revoked({}),
  'a proxy whose traps throw': () => proxied({}),
  'a getter that throws': () => ({
    get name() {
      throw new Error('not today')
    },
    get context() {
      throw null
    },
    get timeoutMs() {
      throw undefined
    },
    get category() {
      throw 1
    },
    get calls() {
      throw 1
    },
    get path() {
      throw 1
    },
    get state() {
      throw 1
    },
    get watch() {
      throw 1
    },
    get gates() {
      throw 1
    },
    get custom() {
      throw 1
    },
    get userId() {
      throw 1
    },
    get signal() {
      throw 1
    },
    get secrets() {
      throw 1
    },
    get api() {
      throw 1
    },
    get openapi() {
      throw 1
    },
    get anchor() {
      throw 1
    },
    get strict() {
      throw 1
    },
    get overLimit() {
      throw 1
    },
    get pollMs() {
      throw 1
    },
    get use() {
      throw 1
    },
    get limit() {
      throw 1
    },
    get key() {
      throw 1
    },
    get idempotencyKey() {
      throw 1
    },
  }),
  'a list that is revoked': () => revoked([]),
}
const CALL = { type: 'tool_use', id: '1', name: 'echo', input: {} }

/** Doors by what they say of it. */
const DOORS = {
  INVALID_OPTIONS: {
    'options of a registry': (it) => new ToolRegistry(it),
    'audit of a registry': (it) => new ToolRegistry({ audit: it }),
    'telemetry of a registry': (it) => new ToolRegistry({ telemetry: it }),
    'call limits of a registry': (it) => new ToolRegistry({ callLimits: it }),
    'options of a call': (it) => registry.execute('echo', {}, it),
    'options of a call that tells': (it) => registry.call('echo', {}, it),
    'options of a stream': async (it) => registry.stream('echo', {}, it).next(),
    'options of a stream of a snapshot': async (it) => snapshot.stream('echo', {}, it).next(),
    'options of a call of a snapshot': (it) => snapshot.execute('echo', {}, it),
    'options of an answer': (it) => registry.respond('anthropic', CALL, it),
    'options of an answer of a snapshot': (it) => snapshot.respond('anthropic', CALL, it),
    'a call of a model': (it) => registry.respond('anthropic', it),
    'a context': (it) => registry.execute('echo', {}, { context: it }),
    'a context of a call with a key': (it) => registry.execute('keyed', {}, { context: it, idempotencyKey: 'k' }),
    'a context of an operation': (it) => registry.execute('api', {}, { context: it }),
    'a context of a snapshot': (it) => registry.snapshot({ context: it }),
    'metadata of a call': (it) => registry.execute('echo', {}, { context: { metadata: it } }),
    'a signal': (it) => registry.execute('echo', {}, { signal: it }),
    'a signal of changes': (it) => registry.changes({ signal: it }),
    versions: (it) => registry.execute('echo', {}, { versions: it }),
    'a filter': (it) => registry.list(it),
    'a filter of definitions': (it) => registry.definitions('openai', it),
    'options of definitions': (it) => registry.definitions('openai', undefined, it),
    'options of an offer': (it) => registry.offer('openai', undefined, it),
    'a filter of a snapshot': (it) => registry.snapshot({ filter: it }),
    'a filter of an answer': (it) => registry.respond('anthropic', CALL, { filter: it }),
    'a filter with a predicate': (it) => registry.list({ category: it, predicate: () => true }),
    'tools that are deferred': (it) => registry.definitions('openai', undefined, { deferLoading: it }),
    'a list of tools that are deferred': (it) => registry.definitions('openai', undefined, { deferLoading: [it] }),
    'a catalog': (it) => registry.catalog(it),
    'a filter of a catalog': (it) => registry.catalog({ filter: it }),
    'options of a call of a snapshot for somebody': (it) => bound.execute('echo', {}, it),
    'a context of a call of a snapshot for somebody': (it) => bound.execute('echo', {}, { context: it }),
    'metadata of a call of a snapshot for somebody': (it) =>
      bound.respond('anthropic', CALL, { context: { metadata: it } }),
    'a route': (it) => registry.route('api', it),
    'options of a loader': (it) => new SpecLoader(registry, it),
    'a state file': (it) => new SpecLoader(registry, { state: it }),
    'a source': (it) => loader.load(it),
    'options of a load': (it) => loader.load(text(['a']), it),
    network: (it) => loader.load(text(['a']), { network: it }),
    'options of a document': (it) => loader.load(text(['a']), { document: it }),
    overlays: (it) => loader.load(text(['a']), { document: { overlays: it } }),
    'an overlay': (it) => loader.load(text(['a']), { document: { overlays: [it] } }),
    include: (it) => loader.load(text(['a']), { include: it }),
    'a selection': (it) => loader.load(text(['a']), { exclude: [it] }),
    gates: (it) => loader.load(text(['a']), { gates: it }),
    credentials: (it) => loader.load(text(['a']), { auth: it }),
    'a credential': (it) => loader.load(text(['a']), { auth: { key: it } }),
    'a watch': (it) => loader.load(text(['a']), { watch: it }),
    'gates of a reload': (it) => loader.reload('api', it),
    'names to pin': (it) => loader.pin('api', it),
    'a webhook': (it) => loader.webhook(it),
    'secrets of a webhook': (it) => loader.webhook({ secrets: it }),
    'an event': (it) => registry.on(it, () => {}),
    'a listener': (it) => registry.on('change', it),
  },
  INVALID_PARAMS: {
    arguments: (it) => registry.execute('echo', it),
    'an argument': (it) => registry.execute('echo', { it }),
    'an argument of a call that asks': (it) => registry.execute('keyed', { it }),
    'an argument of an operation': (it) => registry.execute('api', { it }),
    'arguments of a stream': async (it) => registry.stream('echo', it).next(),
  },
  INVALID_DEFINITION: {
    'a definition': (it) => registry.register(it),
    'a definition that replaces one': (it) => registry.replace(it),
    'a definition of a handle': (it) => handle.update(it),
    'a schema': (it) => registry.register(tool({ inputSchema: it })),
    'a name': (it) => registry.register(tool({ name: it })),
  },
}

for (const [code, doors] of Object.entries(DOORS)) {
  for (const [door, act] of Object.entries(doors)) {
    test(`${door} that cannot be read: ${code}`, async () => {
      for (const [what, make] of Object.entries(HOSTILE)) {
        const error = await refusal(async () => act(make()))
        assert.equal(error.code, code, `${what}: ${error.message}`)
        assert.match(error.message, /^[^\n]*$/)
      }
    })
  }
}

test('options may be inherited, as those of a class are', async () => {
  const waits = registryOf({ execute: (_, { userId }) => userId })
  class Options {
    get context() {
      return { userId: 7 }
    }
    get timeoutMs() {
      return 1_000
    }
  }
  assert.equal(await waits.execute('echo', {}, new Options()), 7)
  assert.equal(await waits.execute('echo', {}, Object.create({ context: Object.create({ userId: 8 }) })), 8)
})

test('a context is read once: whoever was judged is who is called', async () => {
  let reads = 0
  const context = {
    get userId() {
      return ++reads > 1 ? undefined : 'ada'
    },
  }
  const own = registryOf({ requiresAuth: true, execute: (_, { userId }) => userId })
  assert.equal(await own.execute('echo', {}, { context }), 'ada')
})

test('a circle of credentials is told', async () => {
  const circle = {}
  circle.self = circle
  assert.equal((await refusal(() => loader.load(text(['a']), { auth: { key: circle } }))).code, 'INVALID_OPTIONS')
})
