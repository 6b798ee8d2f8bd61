// All that a busy process does, side by side: calls of closures, with keys and without, by users of tenants, a document
// that changes, tools that come and go, snapshots that are taken, read and let go.
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** Calls in one turn. */
export const CALLS = 64
const USERS = 10_000
const TENANTS = 10

/** A document with 20 operations, one of which says another thing each time. */
function document(number) {
  const operation = (at) => ({
    get: { operationId: `t${at}`, description: at === number % 20 ? `Lists ${number}` : 'Lists' },
  })
  const paths = Object.fromEntries(Array.from({ length: 20 }, (_, at) => [`/t${at}`, operation(at)]))
  return JSON.stringify({
    openapi: '3.1.1',
    info: { title: 'mixed', version: '1.0.0' },
    servers: [{ url: 'http://127.0.0.1:9' }],
    paths,
  })
}

/**
 * `next(n)` does one turn: 64 calls, half of them with keys, and now and then all the rest. `evicted()` says how many
 * keys went.
 */
export async function mixed({ ToolRegistry, SpecLoader }, folder, callLimits = {}) {
  const file = join(folder, 'mixed.json')
  const registry = new ToolRegistry({ enforceRateLimits: true, callLimits })
  const loader = new SpecLoader(registry)
  let keys = 0
  let evicted = 0
  registry.on('idempotencyEvicted', (event) => (evicted += event.keys))
  registry.onChange(() => {})
  registry.on('call', () => {})
  writeFileSync(file, document(0))
  await loader.load(file, { name: 'mixed' })
  const parameters = { id: { type: 'integer' }, text: { type: 'string' } }
  registry.register({
    name: 'order',
    description: 'Orders',
    parameters,
    execute: async ({ id, text }) => ({ id, text, lines: [1, 2, 3], note: null }),
  })
  registry.register({
    name: 'look',
    description: 'Looks up',
    parameters,
    rateLimit: 1_000_000,
    callLimits: { concurrency: 100 },
    execute: ({ id }) => id,
  })
  registry.register({
    name: 'fails',
    description: 'Fails',
    parameters,
    execute: () => {
      throw new Error('no')
    },
  })

  const call = (at) => {
    const context = { userId: keys % USERS, metadata: { tenant: `tenant ${keys % TENANTS}` } }
    const params = { id: keys, text: 'Zürich' }
    if (at === 0) return registry.execute('fails', params, { context, idempotencyKey: `key ${keys++}` }).catch(() => {})
    if (at === 1)
      return registry.respond('anthropic', { type: 'tool_use', id: '1', name: 'look', input: params }, { context })
    if (at % 2 === 0) return registry.execute('order', params, { context, idempotencyKey: `key ${keys++}` })
    return registry.execute('look', params, { context })
  }
  async function next(n) {
    await Promise.all(Array.from({ length: CALLS }, (_, at) => call(at)))
    const handle = registry.register({
      name: `comes_${n % 50}`,
      description: `Comes and goes ${n}`,
      parameters,
      execute: () => n,
    })
    const turn = registry.snapshot()
    turn.definitions('anthropic')
    await turn.execute('look', { id: n, text: 'a' })
    handle.remove()
    if (n % 50 === 0) {
      writeFileSync(file, document(n))
      await loader.reload('mixed')
    }
    // Finalizers of native objects run between turns of the event loop.
    await new Promise(setImmediate)
  }
  return { next, registry, evicted: () => evicted }
}
