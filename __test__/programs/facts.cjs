// What holds in every runtime and test runner. Framework-free: a fact throws where it does not hold, and the globals are those of
// the program that runs it.
const { Blob: NodeBlob } = require('node:buffer')
const { createHmac } = require('node:crypto')
const { mkdtempSync, rmSync, writeFileSync } = require('node:fs')
const { createServer, request } = require('node:http')
const { tmpdir } = require('node:os')
const { join } = require('node:path')
const { createContext, runInContext } = require('node:vm')
const { MessageChannel } = require('node:worker_threads')

const elsewhere = createContext({})
/** A value of another realm, as a host or a library hands it in. */
const foreign = (code) => runInContext(code, elsewhere)

/** Compares by JSON, because values of two realms have two prototypes. */
function same(actual, expected) {
  const [is, should] = [JSON.stringify(actual), JSON.stringify(expected)]
  if (is !== should) throw new Error(`is ${is}, should be ${should}`)
}

/** The fault that an action throws or rejects with. */
async function faultOf(action) {
  try {
    await action()
  } catch (thrown) {
    return thrown
  }
  throw new Error(`${action} was not refused`)
}

/** An API on this machine. @returns {Promise<{ url: string, close: () => void }>} */
function serve(answer) {
  return new Promise((resolve, reject) => {
    const server = createServer(answer).on('error', reject)
    server.listen(0, '127.0.0.1', () => resolve({ url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() }))
  })
}

/** @param {typeof import('toolrack')} toolrack @returns {Record<string, () => Promise<void>>} */
module.exports = function factsOf({ ToolRegistry, SpecLoader, ToolrackError }) {
  const echo = (over) => ({ name: 'echo', description: 'Says what it was told', parameters: { n: { type: 'integer', required: false } }, execute: (params) => params, ...over })
  const registryOf = (...tools) => {
    const registry = new ToolRegistry()
    for (const one of tools) registry.register(echo(one))
    return registry
  }
  const never = () => new Promise(() => {})
  const hangs = { name: 'hangs', execute: never }
  /** As a promise of the host or of a native addon is: no Promise of this realm. */
  const hangsElsewhere = { name: 'elsewhere', execute: () => foreign('new Promise(() => {})') }

  /** Each code, and how it is met. */
  const FAULTS = {
    INVALID_DEFINITION: () => registryOf({ name: 'a b' }),
    NAME_TAKEN: () => registryOf({}, {}),
    UNKNOWN_TOOL: () => registryOf({}).execute('ecko'),
    INVALID_PARAMS: () => registryOf({}).execute('echo', { n: 'x' }),
    MISSING_CONTEXT: () => registryOf({ requiresAuth: true }).execute('echo'),
    TOOL_FAILED: () => registryOf({ execute: () => { throw new TypeError('no wires') } }).execute('echo'),
    INVALID_OPTIONS: () => registryOf({}).list({ x: 1 }),
    INVALID_SPEC: () => new SpecLoader(new ToolRegistry()).load('{ "openapi": "3.0.3", "paths": '),
    UNKNOWN_SOURCE: () => new SpecLoader(new ToolRegistry()).unload('none'),
    CLOSED: () => { const registry = registryOf({}); registry.close(); return registry.execute('echo') },
    TIMEOUT: () => registryOf(hangs).execute('hangs', {}, { timeoutMs: 5 }),
  }
  const facts = {
    async 'a closure is registered, listed and called'() {
      const registry = registryOf({ execute: async ({ n }, { userId }) => ({ n, userId }) })
      same([registry.list(), registry.definitions('openai')[0].name, await registry.execute('echo', { n: 1, userId: 7 })], [['echo'], 'echo', { n: 1, userId: 7 }])
    },
    async 'an unknown tool names the nearest'() {
      const { details } = await faultOf(FAULTS.UNKNOWN_TOOL)
      same(details.nearest, ['echo'])
    },
    async 'arguments that do not fit are told with their pointers'() {
      const { details } = await faultOf(FAULTS.INVALID_PARAMS)
      same(details.problems.map(({ pointer }) => pointer), ['/n'])
    },
    async 'an API is loaded from an address and called, and its failure is told'() {
      const document = { openapi: '3.1.0', info: { title: 'Pets', version: '1' }, paths: { '/pets/{id}': { get: { operationId: 'getPet', parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' } }] } } } }
      const { url, close } = await serve(({ url }, response) => {
        response.writeHead(url.endsWith('/gone') ? 404 : 200, { 'content-type': 'application/json' }).end(JSON.stringify(url === '/pets.json' ? document : { url }))
      })
      try {
        const registry = new ToolRegistry()
        const { added } = await new SpecLoader(registry).load(new URL(`${url}/pets.json`), { baseUrl: url })
        same([added, await registry.execute('getPet', { id: 'a/b' })], [['getPet'], { url: '/pets/a%2Fb' }])
        const { code, details } = await faultOf(() => registry.execute('getPet', { id: 'gone' }))
        same([code, details.status], ['HTTP_FAILED', 404])
      } finally {
        close()
      }
    },
    async 'functions of the program are asked from other threads'() {
      const document = { openapi: '3.1.0', servers: [{ url: 'https://pets.example.com' }], paths: { '/a': { get: { operationId: 'a', security: [{ key: [] }] } }, '/b': { get: { operationId: 'b' } } }, components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } } }
      // As a Response is: a DOM in JavaScript has none.
      const fetch = async (url, { headers }) => ({ status: 200, headers: new Map([['content-type', 'application/json']]), body: [Buffer.from(JSON.stringify({ url, as: headers.authorization }))] })
      const registry = new ToolRegistry()
      const auth = { key: async ({ userId }) => `token-of-${userId}` }
      const { added } = await new SpecLoader(registry, { fetch }).load(document, { name: 'pets', filter: async ({ operationId }) => operationId === 'a', auth })
      same([added, await registry.execute('a', {}, { context: { userId: 'ada' } })], [['a'], { url: 'https://pets.example.com/a', as: 'Bearer [redacted]' }])
    },
    async 'a watched file is reloaded when it changes'() {
      const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
      const registry = new ToolRegistry()
      const alive = setInterval(() => {}, 1000)
      try {
        const file = join(folder, 'pets.json')
        const write = (...ids) => writeFileSync(file, JSON.stringify({ openapi: '3.1.0', paths: Object.fromEntries(ids.map((id) => [`/${id}`, { get: { operationId: id } }])) }))
        write('a')
        await new SpecLoader(registry).load(file, { watch: { pollMs: 100 } })
        const reloaded = new Promise((resolve) => registry.on('reloaded', resolve))
        write('a', 'b')
        same((await reloaded).added, ['b'])
      } finally {
        clearInterval(alive)
        registry.close()
        rmSync(folder, { recursive: true, force: true })
      }
    },
    async 'a webhook takes a delivery that is signed, and no other'() {
      const registry = new ToolRegistry()
      const loader = new SpecLoader(registry)
      await loader.load({ openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a' } } } }, { name: 'pets' })
      const { url, close } = await serve(loader.webhook({ secrets: 'a secret of this test' }))
      const send = (secret) => new Promise((resolve, reject) => {
        const signature = `sha256=${createHmac('sha256', secret).update('{}').digest('hex')}`
        const headers = { 'x-github-delivery': secret, 'x-github-event': 'push', 'x-hub-signature-256': signature }
        request(url, { method: 'POST', headers }, (response) => resolve(response.resume().statusCode)).on('error', reject).end('{}')
      })
      try {
        same([await send('a secret of this test'), await send('another one')], [200, 401])
      } finally {
        close()
      }
    },
    async 'a call of an API that never answers ends at its deadline and with its signal'() {
      let reached
      const { url, close } = await serve((asked, response) => { reached(); asked.on('close', () => response.destroy()) })
      try {
        const registry = new ToolRegistry()
        await new SpecLoader(registry).load({ openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a' } } } }, { baseUrl: url, callLimits: { concurrency: 1 } })
        const arrival = () => new Promise((resolve) => (reached = resolve))
        let arrived = arrival()
        same((await faultOf(() => registry.execute('a', {}, { timeoutMs: 200 }))).code, 'TIMEOUT')
        await arrived
        arrived = arrival()
        const controller = new AbortController()
        const call = registry.execute('a', {}, { signal: controller.signal })
        await arrived
        controller.abort()
        same((await faultOf(() => call)).code, 'CANCELLED')
      } finally {
        close()
      }
    },
    async 'a call that waits for another one is told when it is over'() {
      let settle
      const registry = registryOf({ callLimits: { concurrency: 1 }, execute: ({ n }) => (n === 1 ? new Promise((resolve) => (settle = resolve)) : n) })
      const calls = [1, 2].map((n) => registry.execute('echo', { n }))
      settle('first')
      same(await Promise.all(calls), ['first', 2])
    },
    async 'a document is taken as bytes, a buffer and an object'() {
      const document = { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a' } } } }
      const bytes = new Uint8Array(Buffer.from(JSON.stringify(document)))
      for (const source of [document, bytes, bytes.buffer, foreign(`new Uint8Array([${bytes}])`), foreign(`new Uint8Array([${bytes}]).buffer`)]) {
        same((await new SpecLoader(new ToolRegistry()).load(source, { name: 'a' })).added, ['a'])
      }
    },
    async 'a deadline holds for a promise of any realm'() {
      const registry = registryOf(hangs, hangsElsewhere, { name: 'limited', execute: hangsElsewhere.execute, callLimits: { concurrency: 1 } })
      for (const name of registry.list()) same((await faultOf(() => registry.execute(name, {}, { timeoutMs: 5 }))).code, 'TIMEOUT')
      const pieces = registry.stream('elsewhere', {}, { timeoutMs: 5 })
      same((await faultOf(() => pieces.next())).code, 'TIMEOUT')
    },
    async 'a promise of another realm that rejects is a failure of its tool'() {
      const registry = registryOf({ execute: () => foreign('Promise.reject(new RangeError("too far"))') })
      const { code, details, cause } = await faultOf(() => registry.execute('echo'))
      same([code, details.name, details.message, cause.message], ['TOOL_FAILED', 'RangeError', 'too far', 'too far'])
    },
    async 'a signal of the program cancels a call, before and while it runs'() {
      const controller = new AbortController()
      let reason
      const registry = registryOf({ name: 'hangs', execute: (_, { signal }) => new Promise(() => signal.addEventListener('abort', () => (reason = signal.reason.code))) })
      const call = registry.execute('hangs', {}, { signal: controller.signal })
      controller.abort()
      same([(await faultOf(() => call)).code, reason], ['CANCELLED', 'CANCELLED'])
      same((await faultOf(() => registry.execute('hangs', {}, { signal: controller.signal }))).code, 'CANCELLED')
    },
    async 'changes end with a signal of the program'() {
      const controller = new AbortController()
      const registry = registryOf()
      const loop = registry.changes({ signal: controller.signal })
      registry.register(echo())
      same((await loop.next()).value.added, ['echo'])
      controller.abort()
      same((await loop.next()).done, true)
    },
    async 'a model is answered, also where it is wrong'() {
      const registry = registryOf({}, { name: 'fails', execute: () => { throw new Error('no') } })
      const ask = async (name, input) => {
        const { content, is_error } = await registry.respond('anthropic', { type: 'tool_use', id: '1', name, input })
        return [is_error === true, JSON.parse(content).error?.code]
      }
      same(await Promise.all([ask('echo', { n: 1 }), ask('echo', { n: 'x' }), ask('ecko', {}), ask('fails', {})]), [[false, undefined], [true, 'INVALID_PARAMS'], [true, 'UNKNOWN_TOOL'], [true, 'TOOL_FAILED']])
    },
    async 'files of the program and of other realms are shown to a model'() {
      const png = '137, 80, 78, 71, 13, 10, 26, 10'
      const bytes = new Uint8Array(png.split(',').map(Number))
      for (const file of [bytes, bytes.buffer, Buffer.from(bytes), new NodeBlob([bytes], { type: 'image/png' }), foreign(`new Uint8Array([${png}])`), foreign(`new Uint8Array([${png}]).buffer`), { mediaType: 'image/png', data: bytes }]) {
        const { content } = await registryOf({ execute: () => file }).respond('anthropic', { type: 'tool_use', id: '1', name: 'echo', input: {} })
        same(content.map?.(({ type, source }) => [type, source?.media_type]), [['image', 'image/png']])
      }
    },
    async 'a closure answers piece by piece'() {
      const registry = registryOf({ async *execute() { yield 'a'; yield 'b' } })
      const pieces = []
      for await (const piece of registry.stream('echo')) pieces.push(piece)
      same([pieces, await registry.execute('echo')], [['a', 'b'], 'ab'])
    },
    async 'listeners hear of changes and calls'() {
      const registry = registryOf()
      const heard = []
      registry.onChange(({ added }) => heard.push(...added))
      registry.on('call', ({ outcome }) => heard.push(outcome))
      registry.register(echo())
      await registry.execute('echo')
      same(heard, ['echo', 'ok'])
    },
    async 'what is shared is frozen, and the rest may be written into'() {
      const registry = registryOf({ tags: ['a'] })
      const frozen = [registry.definitions('openai')[0], registry.catalog()[0], registry.tools()[0].inputSchema, registry.get('echo').inputSchema].map(Object.isFrozen)
      same([frozen, registry.get('echo').tags, registry.size], [[true, true, false, false], ['a'], 1])
    },
    async 'a registry cannot be posted to a thread, and is not made nothing of'() {
      const { port1, port2 } = new MessageChannel()
      try {
        same((await faultOf(() => port1.postMessage(registryOf({})))).name, 'DataCloneError')
        same((await faultOf(() => new SpecLoader({}))).code, 'INVALID_OPTIONS')
      } finally {
        port1.close()
        port2.close()
      }
    },
    async 'a closed registry is told'() {
      const registry = registryOf({})
      registry.close()
      registry.close()
      for (const ask of [() => registry.register(echo()), () => registry.list(), () => registry.size]) same((await faultOf(ask)).code, 'CLOSED')
    },
  }
  for (const [code, action] of Object.entries(FAULTS)) {
    facts[`${code} is an error of the program with a code`] = async () => {
      const fault = await faultOf(action)
      same([fault.code, fault.name, fault instanceof ToolrackError, fault instanceof Error], [code, 'ToolrackError', true, true])
    }
  }
  return facts
}
