// Fetch sender: requests through a `fetch` that somebody gave, for proxies, certificates and tests.

import { isPromise } from '../../border/realm'
import type { AddressGuard } from './address-guard'
import { NOT_SENT, brokenConnection, errorCode } from './http-sender'
import type { HttpRequest, HttpResponse, HttpSender } from './http-sender'
import { UpstreamFault } from './upstream-connection'

/** A function like that of the Fetch API. */
export type FetchFunction = (url: string, init: object) => Promise<unknown>

/** The members of a `Response` that are read; a polyfill may have no others. */
interface FetchResponse {
  readonly status: number
  readonly headers: { get(name: string): unknown }
  readonly body?: FetchBody | null
}

/** A stream of the Fetch API, or of Node: a polyfill has those. */
interface FetchBody extends AsyncIterable<Uint8Array> {
  cancel?(): unknown
  destroy?(): unknown
}

/** Sends requests by a function. It resolves names itself: the guard checks the URL alone. */
export class FetchSender implements HttpSender {
  readonly #fetch: FetchFunction
  readonly #guard: AddressGuard

  constructor(fetch: FetchFunction, guard: AddressGuard) {
    this.#fetch = fetch
    this.#guard = guard
  }

  async send({ method, url, headers, body, signal }: HttpRequest): Promise<HttpResponse> {
    this.#guard.check()
    const init = { method, headers: { ...headers }, redirect: 'manual', signal, ...(body !== undefined && { body }) }
    let response: unknown
    try {
      // Without `this`: it may be a method of somebody's object, or `fetch` itself.
      const send = this.#fetch
      response = await send(url.href, init)
    } catch (thrown) {
      throw brokenConnection(!NOT_SENT.has(errorCode(thrown)), thrown)
    }
    if (!isResponse(response)) throw new UpstreamFault('lost', 'the function fetch returned no Response')
    return {
      status: response.status,
      header: (name) => textOf(response.headers.get(name)),
      body: response.body ?? emptyBody(),
      cancel: () => leave(response.body),
    }
  }

  close(): void {}
}

function leave(body: FetchBody | null | undefined): void {
  const leaving = body?.cancel === undefined ? body?.destroy?.() : body.cancel()
  // It is over anyway.
  if (isPromise(leaving)) leaving.catch(() => {})
}

async function* emptyBody(): AsyncGenerator<Uint8Array> {}

function isResponse(value: unknown): value is FetchResponse {
  const { status, headers } = (value ?? {}) as { readonly status?: unknown; readonly headers?: unknown }
  return Number.isInteger(status) && typeof (headers as { readonly get?: unknown } | null)?.get === 'function'
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
