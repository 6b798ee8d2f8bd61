// A client of MCP over HTTP by hand: any header, any body, streams read event by event.
import { request as send } from 'node:http'
import { createMcpServer } from 'toolrack/mcp'
import { modernMeta } from './mcp-client.mjs'

export const JSON_TYPE = { 'content-type': 'application/json' }
export const BOTH = 'application/json, text/event-stream'

/** The message of a modern request with the headers that equal it. */
export function modern(method, params = {}, { id = 1, headers } = {}) {
  const name = method === 'resources/read' ? params.uri : params.name
  const named = name === undefined ? {} : { 'mcp-name': name }
  return {
    headers: {
      ...JSON_TYPE,
      accept: BOTH,
      'mcp-protocol-version': '2026-07-28',
      'mcp-method': method,
      ...named,
      ...headers,
    },
    body: { jsonrpc: '2.0', id, method, params: { ...params, _meta: modernMeta(params._meta) } },
  }
}

/** The message of a legacy request, in a session if one is given. */
export function legacy(method, params, { id = 1, session, headers } = {}) {
  const opened = session === undefined ? {} : { 'mcp-session-id': session }
  return {
    headers: { ...JSON_TYPE, accept: BOTH, 'mcp-protocol-version': '2025-11-25', ...opened, ...headers },
    body: { jsonrpc: '2.0', id, method, params },
  }
}

export const ERAS = { modern, legacy }

const textOf = (body) =>
  body === undefined || typeof body === 'string' || body instanceof Uint8Array ? body : JSON.stringify(body)

/** Reads events; `next` resolves with the message of the next one. Comments are counted. */
class Events {
  comments = 0
  messages = []
  isEnded = false
  #rest = ''
  #waiting = []

  take(text) {
    const parts = (this.#rest + text).split('\n\n')
    this.#rest = parts.pop()
    for (const part of parts) {
      if (part.startsWith(':')) this.comments++
      else this.messages.push(JSON.parse(/^event: message\ndata: (.*)$/s.exec(part)[1]))
    }
    this.#wake()
  }

  end() {
    this.isEnded = true
    this.#wake()
  }

  async #until(found) {
    while (!found()) {
      if (this.isEnded) throw new Error('the stream has ended')
      await new Promise((resolve) => this.#waiting.push(resolve))
    }
  }

  async next() {
    await this.#until(() => this.messages.length > 0)
    return this.messages.shift()
  }

  comment(count) {
    return this.#until(() => this.comments >= count)
  }

  async ended() {
    await this.#until(() => this.isEnded)
    return this.messages
  }

  #wake() {
    for (const resolve of this.#waiting.splice(0)) resolve()
  }
}

/** Asks an address over a socket of its own; a response with its whole text, or an open stream. */
export function overHttp(url) {
  const { hostname, port, pathname } = new URL(url)
  return ({ method = 'POST', headers, body, path = pathname }) =>
    new Promise((resolve, reject) => {
      const asked = send({ host: hostname, port, method, headers, path, agent: false }, (response) => {
        const { statusCode: status, headers: answered } = response
        const text = []
        response.setEncoding('utf8')
        if (answered['content-type'] === 'text/event-stream' && answered['content-length'] === undefined) {
          const events = new Events()
          response.on('data', (chunk) => events.take(chunk))
          response.on('end', () => events.end())
          for (const event of ['error', 'close']) response.on(event, () => events.end())
          resolve({ status, headers: answered, events, response, close: () => asked.destroy() })
          return
        }
        response.on('data', (chunk) => text.push(chunk))
        response.on('end', () =>
          resolve({ status, headers: answered, text: text.join(''), json: parsed(text.join('')) }),
        )
      })
      asked.on('error', reject)
      asked.end(textOf(body))
    })
}

/** Asks `server.fetch`. */
export function overFetch(server, url = 'http://127.0.0.1/mcp') {
  return async ({ method = 'POST', headers, body, path = '/mcp' }) => {
    const leaving = new AbortController()
    const init = { method, headers, body: textOf(body), signal: leaving.signal, duplex: 'half' }
    const response = await server.fetch(new Request(new URL(path, url), init))
    const answered = Object.fromEntries(response.headers)
    if (answered['content-type'] === 'text/event-stream' && response.body !== null) {
      const events = new Events()
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader()
      const read = async () => {
        for (let part = await reader.read(); !part.done; part = await reader.read()) events.take(part.value)
      }
      read().then(
        () => events.end(),
        () => events.end(),
      )
      return { status: response.status, headers: answered, events, close: () => leaving.abort() }
    }
    const text = await response.text()
    return { status: response.status, headers: answered, text, json: parsed(text) }
  }
}

function parsed(text) {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** How a server is reached: over a socket, or by its function `fetch`. */
export const CARRIERS = {
  async http(t, server) {
    const listening = await server.listen()
    return { ask: overHttp(listening.url), ...listening }
  },
  fetch: async (t, server) => ({ ask: overFetch(server), url: 'http://127.0.0.1/mcp' }),
}

/** Serves a registry until the test ends. */
export async function served(t, registry, { carrier = 'http', ...options } = {}) {
  const server = createMcpServer(registry, options)
  t.after(async () => {
    const closed = server.close()
    // A call that is never answered gets five seconds, by the clock of a test registry.
    await registry.clock?.advance(5_000)
    await closed
  })
  return { server, ...(await CARRIERS[carrier](t, server)) }
}

/** Opens a session; its id. */
export async function openSession(ask, over) {
  const opening = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
  const { headers } = await ask(legacy('initialize', opening, over))
  const session = headers['mcp-session-id']
  const ready = legacy('notifications/initialized', undefined, { session, ...over })
  delete ready.body.id
  await ask(ready)
  return session
}
