// Node sender: requests through `node:http` and `node:https`, whose addresses pass the guard (SSRF).

import http from 'node:http'
import https from 'node:https'
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { onAbort } from '../../call/abort-signals'
import { startIdleTimer, startTimer } from '../../border/timers'
import { ForbiddenAddress } from './address-guard'
import type { AddressGuard } from './address-guard'
import { brokenConnection, errorCode } from './http-sender'
import type { HttpRequest, HttpResponse, HttpSender } from './http-sender'
import { brokenFault } from './pending-request'
import { UpstreamFault } from './upstream-connection'

/** How long a connection may take to open, in ms. */
const CONNECT_MS = 10_000
/** How much of a body that nobody reads may come, and how long it may take. */
const MOST_LEFT = 65_536
const LEAVE_MS = 1_000

/**
 * Sends requests over connections of its own. No proxy is used, as for documents: it would resolve names past the
 * guard. Who needs one gives a `fetch`.
 */
export class NodeSender implements HttpSender {
  readonly #guard: AddressGuard
  readonly #plain = new http.Agent({ keepAlive: true })
  readonly #secure = new https.Agent({ keepAlive: true })

  constructor(guard: AddressGuard) {
    this.#guard = guard
  }

  async send(request: HttpRequest): Promise<HttpResponse> {
    this.#guard.check()
    return new Promise((resolve, reject) => {
      const { method, url, headers, body, signal, keepsProcess } = request
      if (signal.aborted) return reject(brokenConnection(false, undefined))
      const isSecure = url.protocol === 'https:'
      const sending = this.#start(url, { method, headers: { ...headers }, lookup: this.#guard.lookup })
      // Not by the option `signal`: Node 24 throws what aborts a request whose connection is another one's.
      const stopAbort = onAbort(signal, () => sending.destroy())
      sending.on('close', () => {
        stopAbort()
        reject(brokenConnection(connecting.isOpen(), undefined))
      })
      const connecting = watchConnection(sending, isSecure, keepsProcess)
      sending.on('response', (response) => {
        const coding = response.headers['content-encoding'] ?? 'identity'
        if (coding === 'identity') return resolve(responseOf(response))
        response.on('error', () => {})
        sending.destroy()
        reject(brokenFault('the response is compressed, which was not asked for'))
      })
      // It also tells what breaks after the response: then the body throws, and this is ignored.
      sending.on('error', (error) => {
        connecting.stop()
        reject(error instanceof ForbiddenAddress ? refused(error) : brokenConnection(connecting.isOpen(), error))
      })
      sending.end(body)
    })
  }

  #start(url: URL, options: https.RequestOptions): http.ClientRequest {
    try {
      return url.protocol === 'https:'
        ? https.request(url, { ...options, agent: this.#secure })
        : http.request(url, { ...options, agent: this.#plain })
    } catch (thrown) {
      throw new UpstreamFault('down', `the request cannot be written (${errorCode(thrown) ?? 'unknown'})`)
    }
  }

  close(): void {
    this.#plain.destroy()
    this.#secure.destroy()
  }
}

function refused({ message }: ForbiddenAddress): UpstreamFault {
  return new UpstreamFault('down', message)
}

/** Watches whether a request has a connection: before, nothing of it was sent. */
function watchConnection(sending: http.ClientRequest, isSecure: boolean, keepsProcess: boolean) {
  let isOpen = false
  let stop = (): void => {}
  sending.on('socket', (socket: Socket | TLSSocket) => {
    if (!keepsProcess) socket.unref()
    if (sending.reusedSocket) {
      isOpen = true
      return
    }
    stop = startTimer(CONNECT_MS, () => sending.destroy(Object.assign(new Error('late'), { code: 'ETIMEDOUT' })))
    socket.once(isSecure ? 'secureConnect' : 'connect', () => {
      isOpen = true
      stop()
    })
  })
  return { isOpen: () => isOpen, stop: () => stop() }
}

function responseOf(response: http.IncomingMessage): HttpResponse {
  // What breaks it is thrown by its loop; a response that nobody reads must not throw.
  response.on('error', () => {})
  return {
    status: response.statusCode ?? 0,
    header(name) {
      const value = response.headers[name]
      return Array.isArray(value) ? value.join(', ') : value
    },
    body: response as AsyncIterable<Uint8Array>,
    cancel: () => leave(response),
  }
}

/** Reads a short body to its end, so that its connection is used again; a longer one ends it. */
function leave(response: http.IncomingMessage): void {
  let left = MOST_LEFT
  const stop = startIdleTimer(LEAVE_MS, () => response.destroy())
  response.on('close', stop)
  response.on('data', (chunk: Buffer) => {
    left -= chunk.length
    if (left < 0) response.destroy()
  })
}
