// MCP clients that cost little: messages are written by hand, in the words of either era, over HTTP or over stdio.
import { spawn } from 'node:child_process'
import { Agent, request as httpRequest } from 'node:http'
import { fileURLToPath } from 'node:url'
import { PARAMS } from './toolrack.mjs'

const PROGRAM = fileURLToPath(new URL('mcp-server.mjs', import.meta.url))
const MODERN = '2026-07-28'
const LEGACY = '2025-11-25'
const META = {
  'io.modelcontextprotocol/protocolVersion': MODERN,
  'io.modelcontextprotocol/clientCapabilities': {},
}
const OPENING = { protocolVersion: LEGACY, capabilities: {}, clientInfo: { name: 'bench', version: '1.0.0' } }

/** Starts a server. `ask` gives it an order and resolves to its answer. */
export async function start(side, carrier, count) {
  const child = spawn(process.execPath, ['--expose-gc', PROGRAM, side, carrier, String(count)], {
    stdio: ['pipe', 'pipe', 'inherit', 'ipc'],
  })
  let end
  child.once('exit', (code) => end?.(new Error(`${side} ended with ${code}`)))
  const message = () =>
    new Promise((resolve, reject) => {
      end = reject
      child.once('message', resolve)
    })
  const { port } = await message()
  return {
    child,
    port,
    async ask(order, argument) {
      const answered = message()
      child.send({ order, argument })
      return (await answered).answer
    },
    stop: () => child.kill('SIGKILL'),
  }
}

/** The JSON of an answer, which may be the data of an event. */
function parse(text) {
  const start = text.indexOf('{')
  return text.startsWith('{') ? JSON.parse(text) : JSON.parse(text.slice(start, text.indexOf('\n', start)))
}

/** A client over HTTP. `era` is `modern` or `legacy`; the latter opens a session. */
export async function overHttp({ port }, era) {
  const agent = new Agent({ keepAlive: true, maxSockets: 16 })
  const shared = {
    'content-type': 'application/json',
    accept: 'application/json, text/event-stream',
    'mcp-protocol-version': era === 'modern' ? MODERN : LEGACY,
  }
  let id = 0
  const post = (method, params, named = {}) =>
    new Promise((resolve, reject) => {
      const own = era === 'modern' ? { 'mcp-method': method, ...named } : {}
      const body = JSON.stringify({
        jsonrpc: '2.0',
        ...(method.startsWith('notifications/') ? {} : { id: ++id }),
        method,
        params: era === 'modern' ? { ...params, _meta: META } : params,
      })
      const headers = { ...shared, ...own, 'content-length': Buffer.byteLength(body) }
      const sent = httpRequest(
        { port, host: '127.0.0.1', path: '/mcp', method: 'POST', agent, headers },
        (response) => {
          const pieces = []
          response.on('data', (piece) => pieces.push(piece))
          response.on('end', () => resolve({ response, text: Buffer.concat(pieces).toString() }))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  if (era === 'legacy') {
    const { response } = await post('initialize', OPENING)
    shared['mcp-session-id'] = response.headers['mcp-session-id']
    await post('notifications/initialized')
  }
  return methods(async (method, params, named) => (await post(method, params, named)).text)
}

/** A client over stdio, of a server that was started. */
export async function overStdio({ child }, era) {
  const waiting = new Map()
  const notifications = []
  let rest = ''
  child.stdout.setEncoding('utf8').on('data', (piece) => {
    const lines = (rest + piece).split('\n')
    rest = lines.pop()
    for (const line of lines) {
      const { id, method } = JSON.parse(line)
      if (id === undefined) notifications.push(method)
      waiting.get(id)?.(line)
      waiting.delete(id)
    }
  })
  let id = 0
  const write = (message) => child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
  const ask = (method, params) =>
    new Promise((resolve) => {
      waiting.set(++id, resolve)
      write({ id, method, params: era === 'modern' ? { ...params, _meta: META } : params })
    })
  if (era === 'legacy') {
    await ask('initialize', OPENING)
    write({ method: 'notifications/initialized' })
  }
  return { ...methods(ask), notifications }
}

/** The methods that are measured, by what sends a request and resolves to the text of its answer. */
function methods(ask) {
  return {
    async call() {
      const text = await ask('tools/call', { name: 'weather_0', arguments: PARAMS }, { 'mcp-name': 'weather_0' })
      if (!text.includes('"text":"Zürich"')) throw new Error(`a call was answered ${text.slice(0, 300)}`)
    },
    /** Reads all pages; returns the number of tools. */
    async list() {
      let cursor
      let tools = 0
      do {
        const { result, error } = parse(await ask('tools/list', cursor === undefined ? {} : { cursor }))
        if (error !== undefined) throw new Error(`a list was answered ${JSON.stringify(error)}`)
        tools += result.tools.length
        cursor = result.nextCursor
      } while (cursor !== undefined)
      return tools
    },
  }
}

/** Opens streams of notifications. `told` resolves when each of them has had one more notification. */
export async function listen({ port }, count) {
  const agent = new Agent({ keepAlive: true, maxSockets: Infinity })
  const method = 'subscriptions/listen'
  let left = 0
  let resolveTold
  const open = (id) =>
    new Promise((resolve, reject) => {
      const body = JSON.stringify({
        jsonrpc: '2.0',
        id,
        method,
        params: { notifications: { toolsListChanged: true }, _meta: META },
      })
      const headers = {
        'content-type': 'application/json',
        accept: 'application/json, text/event-stream',
        'mcp-protocol-version': MODERN,
        'mcp-method': method,
      }
      const sent = httpRequest(
        { port, host: '127.0.0.1', path: '/mcp', method: 'POST', agent, headers },
        (response) => {
          response.setEncoding('utf8').on('data', (piece) => {
            if (piece.includes('acknowledged')) resolve()
            if (piece.includes('list_changed') && --left === 0) resolveTold()
          })
          if (response.statusCode !== 200) reject(new Error(`listen was answered ${response.statusCode}`))
        },
      )
      sent.on('error', reject)
      sent.end(body)
    })
  for (let id = 1; id <= count; id++) await open(id)
  return {
    told: () =>
      new Promise((resolve) => {
        left = count
        resolveTold = resolve
      }),
    close: () => agent.destroy(),
  }
}
