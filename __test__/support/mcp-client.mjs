// A client of MCP by hand: messages in, messages out, over any pair of streams.
import { PassThrough } from 'node:stream'
import { createMcpServer } from 'toolrack/mcp'

/** The metadata of a modern request. */
export const modernMeta = (over) => ({
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
  ...over,
})

/** Both eras: how a request of each is written, and how a connection opens. */
export const ERAS = {
  modern: { params: (params) => ({ ...params, _meta: modernMeta(params?._meta) }), open: async () => {} },
  legacy: {
    params: (params) => params,
    open: async (client) => {
      await client.request('initialize', { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c' } })
      client.send({ method: 'notifications/initialized' })
    },
  },
}

/** How long a message is waited for, in ms. */
const PATIENCE_MS = 30_000

/** A client that writes lines to a stream and reads lines of another one. */
export class LineClient {
  #input
  #waiting = []
  #id = 0
  /** All messages of the server, in order. */
  messages = []

  constructor(input, output) {
    this.#input = input
    let rest = ''
    output.on('data', (chunk) => {
      const lines = (rest + chunk).split('\n')
      rest = lines.pop()
      for (const line of lines) this.#take(JSON.parse(line))
    })
  }

  /** Writes text as it is. */
  write(text) {
    this.#input.write(text)
  }

  send(message) {
    this.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  }

  /** Sends a request; resolves with its response. */
  request(method, params, id = ++this.#id) {
    this.send({ id, method, params })
    return this.next((message) => message.id === id)
  }

  /** Resolves with the next message that a function accepts, also one that has come already and was not taken. */
  next(accepts) {
    const found = this.messages.findIndex((message) => accepts(message))
    if (found >= 0) return Promise.resolve(this.messages.splice(found, 1)[0])
    return new Promise((resolve, reject) => {
      // It holds the process as well: no timer of a server does.
      const deadline = setTimeout(() => reject(new Error(`no such message within ${PATIENCE_MS} ms`)), PATIENCE_MS)
      this.#waiting.push({ accepts, resolve, deadline })
    })
  }

  /** Sends a request of an era and resolves with its response. */
  call(era, method, params) {
    return this.request(method, ERAS[era].params(params))
  }

  close() {
    for (const { deadline } of this.#waiting) clearTimeout(deadline)
    this.#input.end()
  }

  #take(message) {
    const index = this.#waiting.findIndex(({ accepts }) => accepts(message))
    if (index < 0) return void this.messages.push(message)
    const [{ resolve, deadline }] = this.#waiting.splice(index, 1)
    clearTimeout(deadline)
    resolve(message)
  }
}

/** Serves a registry over a pair of streams; a client that is connected in an era. */
export async function connect(t, registry, { era = 'modern', ...options } = {}) {
  const [input, output] = [new PassThrough(), new PassThrough()]
  const server = createMcpServer(registry, options)
  const ended = server.stdio({ input, output })
  const client = new LineClient(input, output)
  t.after(async () => {
    client.close()
    await ended
  })
  await ERAS[era].open(client)
  return { client, server, ended, input, output, ask: (method, params) => client.call(era, method, params) }
}
