// Listener: a server of `node:http` at one path, as a transport of an MCP server.

import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
// A DOM in JavaScript (Jest) has no global one.
import { setImmediate } from 'node:timers'
import { MOST_WAIT_MS } from '../../border/timers'
import { IdleWaiters } from '../idle-waiters'
import type { Transport } from '../transport'
import { refusal } from './http-reply'
import type { HttpTransport } from './http-transport'
import type { NodeHandler } from './node-handler'
import { pathOf } from './node-request'
import { onClose } from './response-close'

/** Where a listener listens. */
export interface ListenAddress {
  readonly port: number
  readonly host: string
  readonly path: string
}

/** What a listener needs beside its address. */
export interface ListenerParts {
  readonly transport: HttpTransport
  readonly handler: NodeHandler
  /** How long the head and the body of a request may take, in ms. */
  readonly receiveMs: number
}

/** How often Node looks for requests that take too long, in ms. */
const CHECK_MS = 5_000

/** A server of `node:http`. */
export class Listener implements Transport {
  readonly #address: ListenAddress
  readonly #transport: HttpTransport
  readonly #server: Server
  /** Resolves when it listens, or cannot: Node does not close a server that is about to listen. */
  #started: Promise<void> = Promise.resolve()
  /** Responses that are not sent whole. */
  readonly #responses = new Set<object>()
  readonly #sent = new IdleWaiters()
  #closed: Promise<void> | undefined

  constructor(address: ListenAddress, { transport, handler, receiveMs }: ListenerParts) {
    const { path } = address
    this.#address = address
    this.#transport = transport
    // Node counts in 32 bits.
    const timeout = Math.min(receiveMs, MOST_WAIT_MS)
    const options = {
      headersTimeout: timeout,
      requestTimeout: timeout,
      connectionsCheckingInterval: Math.min(CHECK_MS, timeout),
    }
    this.#server = createServer(options, (request, response) => {
      this.#await(request, response)
      const asked = pathOf(request)
      if (asked === path || asked.startsWith('/.well-known/')) return void handler(request, response)
      const { status, body } = refusal(404, `nothing is served here: use ${path}`)
      response.writeHead(status, { 'content-type': 'application/json' }).end(body.join(''))
    })
  }

  /** Starts to listen. Rejects with the error of Node, such as that of a port which is taken. */
  start(): Promise<void> {
    const server = this.#server
    const started = new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(this.#address.port, this.#address.host, () => {
        server.off('error', reject)
        resolve()
      })
    })
    this.#started = started.catch(() => {})
    return started
  }

  get port(): number {
    // A server that listens at a port has an address.
    return (this.#server.address() as AddressInfo).port
  }

  /** The address that clients use. */
  get url(): string {
    const { host, path } = this.#address
    return `http://${host.includes(':') ? `[${host}]` : host}:${this.port}${path}`
  }

  /** Takes no new connections. Resolves when all have ended: those without a request end after the last response. */
  async finish(): Promise<void> {
    const closed = this.#close()
    await this.#transport.finish()
    await this.#sent.wait(this.#responses.size === 0)
    await this.#endConnections()
    await closed
  }

  /** Ends all connections, once the answers of cancelled calls are written. */
  async close(): Promise<void> {
    this.#transport.close()
    await this.#started
    const closed = this.#close()
    await this.#endConnections()
    await closed
  }

  async #endConnections(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve))
    this.#server.closeAllConnections()
  }

  #await({ socket }: IncomingMessage, response: ServerResponse): void {
    this.#responses.add(response)
    onClose(response, socket, () => {
      if (this.#responses.delete(response) && this.#responses.size === 0) this.#sent.wake()
    })
  }

  #close(): Promise<void> {
    this.#closed ??= this.#closeServer()
    return this.#closed
  }

  async #closeServer(): Promise<void> {
    const server = this.#server
    await this.#started
    // Connections end with the answer that they wait for.
    server.keepAliveTimeout = 1
    await new Promise<void>((resolve) => {
      server.close(() => resolve())
    })
  }
}
