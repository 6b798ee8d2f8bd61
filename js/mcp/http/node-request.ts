// Node request: a request of `node:http`, as the transport uses it; whatever framework has brought it here.

import type { McpHttpRequest } from '../../../types/mcp'
import { isUint8Array } from '../../border/realm'
import { startTimerOf } from '../../border/timers'
import type { Clock } from '../../border/clock'
import { refusal } from './http-reply'
import type { HttpReply } from './http-reply'
import type { BodyLimits, HttpRequest } from './http-request'
import { readParsedBody, tooLarge, tooSlow } from './received-body'
import { isClosed, onClose } from './response-close'
import type { NodeResponse } from './response-close'

/** A request of `node:http`. A framework may have added more. */
export interface NodeRequestSource extends McpHttpRequest {
  readonly httpVersionMajor?: unknown
  readonly originalUrl?: unknown
  readonly rawHeaders?: unknown
  readonly rawBody?: unknown
  readonly body?: unknown
  readonly readableDidRead?: unknown
  readonly readableEnded?: unknown
  readonly socket?: unknown
}

/**
 * Headers of which Node keeps the first and drops the others: what reads them in front of it might take another one.
 * None of several is a value that is served.
 */
const SINGLE: ReadonlySet<string> = new Set(['host', 'authorization', 'content-type'])

/** What there is of a request beside it. */
interface NodeRequestParts {
  readonly response: NodeResponse
  /** The parsed body, where the caller gives it. */
  readonly body: unknown
  readonly clock: Clock
}

/** A request of `node:http`. */
export class NodeRequest implements HttpRequest {
  readonly transport = 'http'
  readonly method: string
  readonly #source: NodeRequestSource
  readonly #parts: NodeRequestParts

  constructor(source: NodeRequestSource, parts: NodeRequestParts) {
    this.method = source.method ?? ''
    this.#source = source
    this.#parts = parts
  }

  get path(): string {
    return pathOf(this.#source)
  }

  header(name: string): string | undefined {
    const { headers, rawHeaders } = this.#source
    // HTTP/2 has the host in a field of its own.
    const value = headers[name] ?? (name === 'host' ? headers[':authority'] : undefined)
    if (typeof value === 'object') return value.join(', ')
    return value !== undefined && SINGLE.has(name) && countOf(rawHeaders, name) > 1 ? `${value}, and others` : value
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    const names = Object.keys(this.#source.headers)
    return Object.fromEntries(names.map((name) => [name, this.header(name)]))
  }

  get isBodyRead(): boolean {
    const { readableDidRead, readableEnded } = this.#source
    return this.#parts.body !== undefined || readableDidRead === true || readableEnded === true
  }

  async readBody(limits: BodyLimits): Promise<string | HttpReply> {
    const source = this.#source
    const { body, clock } = this.#parts
    if (this.isBodyRead) {
      const read = body === undefined ? (source.rawBody ?? source.body) : body
      return readParsedBody(read, limits.bytes)
    }
    // The connection ends with the answer: what is left of the body is not read. HTTP/2 needs no such header.
    const headers = source.httpVersionMajor === 2 ? undefined : { connection: 'close' }
    if (Number(source.headers['content-length']) > limits.bytes) return tooLarge(limits, headers)
    return new Promise((resolve) => {
      const chunks: Uint8Array[] = []
      let length = 0
      const finish = (outcome: string | HttpReply) => {
        stopTimer()
        resolve(outcome)
      }
      const stopTimer = startTimerOf(clock, limits.ms, () => {
        source.pause()
        finish(tooSlow(limits, headers))
      })
      source.on('data', (chunk: Uint8Array | string) => {
        const bytes = typeof chunk === 'string' ? Buffer.from(chunk) : chunk
        length += bytes.length
        if (length <= limits.bytes) return void chunks.push(bytes)
        source.pause()
        finish(tooLarge(limits, headers))
      })
      const [gone, end] = [() => finish(refusal(400, 'the client has gone')), () => finish(joinText(chunks, length))]
      source.on('end', end)
      source.on('error', gone)
      source.on('close', gone)
    })
  }

  /** Whether the client is gone, or something else has ended the response. */
  get isGone(): boolean {
    return isClosed(this.#parts.response, this.#source.socket)
  }

  onGone(listener: () => void): () => void {
    if (!this.isGone) return onClose(this.#parts.response, this.#source.socket, listener)
    listener()
    return () => {}
  }
}

/** How often a header was sent. */
function countOf(rawHeaders: unknown, name: string): number {
  if (!Array.isArray(rawHeaders)) return 0
  let count = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const sent: unknown = rawHeaders[i]
    if (typeof sent === 'string' && sent.length === name.length && sent.toLowerCase() === name) count++
  }
  return count
}

function joinText(chunks: readonly Uint8Array[], length: number): string {
  const [only] = chunks
  const bytes = chunks.length === 1 && only !== undefined && isUint8Array(only) ? only : Buffer.concat(chunks, length)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString()
}

/** The path of a request, without the query. Express changes `url` below a mount. */
export function pathOf({ originalUrl, url = '' }: NodeRequestSource): string {
  const whole = typeof originalUrl === 'string' ? originalUrl : url
  const end = whole.indexOf('?')
  return end < 0 ? whole : whole.slice(0, end)
}
