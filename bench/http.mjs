// Calls of an HTTP operation over loopback: what a client adds to the wire. The server is a process of its own and does
// as little as it can, so that the clients are what is measured.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { performance } from 'node:perf_hooks'
import { fileURLToPath } from 'node:url'
import { rotate } from './lib/rotation.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { load } from './lib/toolrack.mjs'

const OURS = 'toolrack'
const FETCH = 'undici fetch, JSON by hand'
const SAMCHON = '@samchon/openapi HttpLlm.execute'
const IN_FLIGHT = 64
const MS = 1_000

const ITEM = {
  id: 42,
  name: 'a chair',
  tags: ['wood', 'red'],
  price: { amount: 12.5, currency: 'EUR' },
  notes: 'x'.repeat(600),
}
const ARGUMENTS = { id: 42, verbose: true, body: { name: 'a chair', tags: ['wood', 'red'], price: 12.5 } }

const document = (origin) => ({
  openapi: '3.0.3',
  info: { title: 'Shop', version: '1.0.0' },
  servers: [{ url: origin }],
  paths: {
    '/items/{id}': {
      post: {
        operationId: 'updateItem',
        description: 'Updates an item',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'integer' } },
          { name: 'verbose', in: 'query', required: true, schema: { type: 'boolean' } },
        ],
        requestBody: {
          required: true,
          content: {
            'application/json': {
              schema: {
                type: 'object',
                required: ['name', 'tags', 'price'],
                properties: {
                  name: { type: 'string' },
                  tags: { type: 'array', items: { type: 'string' } },
                  price: { type: 'number' },
                },
              },
            },
          },
        },
        responses: {
          200: {
            description: 'The item',
            content: { 'application/json': { schema: { type: 'object', properties: {} } } },
          },
        },
      },
    },
  },
})

const clients = {
  async [OURS](origin) {
    const { ToolRegistry, SpecLoader } = load()
    const registry = new ToolRegistry()
    await new SpecLoader(registry).load(document(origin), { name: 'shop', document: { arguments: 'grouped' } })
    const [name] = registry.list()
    const { id, verbose, body } = ARGUMENTS
    const args = { path: { id }, query: { verbose }, body }
    return () => registry.execute(name, args)
  },
  async [FETCH](origin) {
    const { fetch } = globalThis
    return async () => {
      const { id, verbose, body } = ARGUMENTS
      const response = await fetch(`${origin}/items/${id}?verbose=${verbose}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', accept: 'application/json' },
        body: JSON.stringify(body),
      })
      if (!response.ok) throw new Error(`answered ${response.status}`)
      return response.json()
    }
  },
  async [SAMCHON](origin) {
    const { HttpLlm, OpenApi } = await import('@samchon/openapi')
    const application = HttpLlm.application({
      document: OpenApi.convert ? OpenApi.convert(document(origin)) : document(origin),
    })
    const [made] = application.functions
    const { id, verbose, body } = ARGUMENTS
    return () =>
      HttpLlm.execute({
        application,
        function: made,
        connection: { host: origin },
        input: { id, verbose, body, query: { verbose } },
      })
  },
}

export const sides = Object.fromEntries(
  Object.entries(clients).map(([name, prepare]) => [
    name,
    async () => {
      const call = await prepare(process.env.TOOLRACK_BENCH_ORIGIN)
      const answer = await call()
      if (answer?.id !== ITEM.id) throw new Error(`answered ${JSON.stringify(answer).slice(0, 200)}`)
      return () => pressed(call)
    },
  ]),
)

/** Calls with {@link IN_FLIGHT} under way at every moment: how many a second, and how busy the thread was with one. */
async function pressed(call) {
  const begun = performance.now()
  const before = performance.eventLoopUtilization()
  const end = begun + MS
  let calls = 0
  await Promise.all(
    Array.from({ length: IN_FLIGHT }, async () => {
      while (performance.now() < end) {
        await call()
        calls++
      }
    }),
  )
  const { active } = performance.eventLoopUtilization(before)
  return { perSecond: (calls * 1000) / (performance.now() - begun), threadMicros: (active * 1000) / calls }
}

/** A server that reads requests as far as it must, and answers each with the same item. */
function serve() {
  const body = JSON.stringify(ITEM)
  const answer = Buffer.from(
    `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`,
  )
  const server = createServer({ noDelay: true }, (socket) => {
    let waiting = ''
    socket.on('data', (chunk) => {
      waiting += chunk.toString('latin1')
      for (;;) {
        const head = waiting.indexOf('\r\n\r\n')
        if (head < 0) return
        const length = Number(/\r\ncontent-length: *(\d+)/i.exec(waiting.slice(0, head + 2))?.[1] ?? 0)
        if (waiting.length < head + 4 + length) return
        waiting = waiting.slice(head + 4 + length)
        socket.write(answer)
      }
    })
    socket.on('error', () => {})
  })
  server.listen(0, '127.0.0.1', () => process.send({ port: server.address().port }))
}

export async function run() {
  title(`http: an operation with three arguments over loopback, ${IN_FLIGHT} calls in flight`)
  const server = fork(fileURLToPath(import.meta.url), ['serve'], { execArgv: [] })
  try {
    const [{ port }] = await once(server, 'message')
    process.env.TOOLRACK_BENCH_ORIGIN = `http://127.0.0.1:${port}`
    const outcomes = await rotate(import.meta.url, Object.keys(sides))
    const ours = outcomes.get(OURS)
    const others = [...outcomes.values()].filter(({ failed }) => failed === undefined)
    table(
      ['', 'calls/s', '× toolrack', 'JS thread, µs a call', '× toolrack'],
      others.map((side) => [
        side.name,
        number(side.of('perSecond')),
        times(side.times(ours, 'perSecond')),
        number(side.of('threadMicros')),
        times(side.times(ours, 'threadMicros')),
      ]),
    )
    leftOut(outcomes.values())
    for (const name of [FETCH, SAMCHON]) {
      const other = outcomes.get(name)
      if (other.failed !== undefined) continue
      const [calls, thread] = [ours.times(other, 'perSecond'), ours.times(other, 'threadMicros')]
      goal(`at least 1.5 × the calls a second of ${name}`, times(calls), calls >= 1.5)
      goal(`at most half the JS thread's time of ${name}`, times(thread), thread <= 0.5)
    }
  } finally {
    server.kill()
  }
}

if (process.argv[2] === 'serve' && process.send !== undefined) serve()
