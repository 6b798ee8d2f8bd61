// Fetch request: a request of the Fetch API, as the transport uses it.

import { onAbort } from '../../call/abort-signals'
import { isAbortSignal } from '../../border/realm'
import { startTimerOf } from '../../border/timers'
import type { Clock } from '../../border/clock'
import { refusal } from './http-reply'
import type { HttpReply } from './http-reply'
import type { BodyLimits, HttpRequest } from './http-request'
import { readParsedBody, tooLarge, tooSlow } from './received-body'

/** A request of the Fetch API. */
export class FetchRequest implements HttpRequest {
  readonly transport = 'http'
  readonly method: string
  readonly #source: Request
  readonly #clock: Clock

  constructor(source: Request, clock: Clock) {
    this.method = source.method
    this.#source = source
    this.#clock = clock
  }

  get path(): string {
    return new URL(this.#source.url).pathname
  }

  header(name: string): string | undefined {
    const value = this.#source.headers.get(name)
    if (value !== null) return value
    // A request that no server has received has the host in its address alone.
    return name === 'host' ? new URL(this.#source.url).host : undefined
  }

  get headers(): Readonly<Record<string, string | undefined>> {
    return Object.fromEntries(this.#source.headers)
  }

  get isBodyRead(): boolean {
    return this.#source.bodyUsed
  }

  async readBody(limits: BodyLimits): Promise<string | HttpReply> {
    const { body, headers } = this.#source
    if (this.isBodyRead) return readParsedBody(undefined, limits.bytes)
    if (Number(headers.get('content-length')) > limits.bytes) return tooLarge(limits)
    if (body === null) return ''
    const reader: ReadableStreamDefaultReader<Uint8Array> = body.getReader()
    let isLate = false
    const stopTimer = startTimerOf(this.#clock, limits.ms, () => {
      isLate = true
      cancel(reader)
    })
    try {
      const chunks: Uint8Array[] = []
      let length = 0
      for (let part = await reader.read(); !part.done; part = await reader.read()) {
        length += part.value.byteLength
        if (length > limits.bytes) {
          cancel(reader)
          return tooLarge(limits)
        }
        chunks.push(part.value)
      }
      return isLate ? tooSlow(limits) : Buffer.concat(chunks, length).toString()
    } catch {
      return isLate ? tooSlow(limits) : refusal(400, 'the client has gone')
    } finally {
      stopTimer()
    }
  }

  onGone(listener: () => void): () => void {
    const signal: unknown = this.#source.signal
    if (!isAbortSignal(signal)) return () => {}
    if (!signal.aborted) return onAbort(signal, listener)
    listener()
    return () => {}
  }
}

/** Reads no more. What the source says about it is ignored. */
function cancel(reader: ReadableStreamDefaultReader<Uint8Array>): void {
  reader.cancel().catch(() => {})
}
