// Record: a `fetch` that writes requests and their responses into a cassette, without credentials.

import { checkOptions, invalidOption } from '../border/options'
import { isList } from '../border/kind'
import { SECRETS } from '../load/custom-fetch'
import type { CassetteFetch } from '../../types/test'
import { cassettePath, writeBody, writeCassette } from './cassette'
import type { Interaction } from './cassette'
import { CassetteSecrets } from './cassette-secrets'
import { readRequest, readResponse, toResponse } from './http-exchange'
import type { ExchangeRequest, ExchangeResponse } from './http-exchange'

type Fetch = (input: unknown, init?: unknown) => Promise<Response> | Response

/** Makes a `fetch` that records. */
export function record(file: unknown, options?: unknown): CassetteFetch {
  const path = cassettePath(file)
  const { fetch: send = (input: string, init?: RequestInit) => fetch(input, init), secrets } = checkOptions(options, [
    'fetch',
    'secrets',
  ])
  if (typeof send !== 'function') throw invalidOption('fetch', 'must be a function')
  const recorder = new Recorder(path, send as Fetch, new CassetteSecrets(toNames(secrets)))
  return Object.assign((input: unknown, init?: unknown) => recorder.fetch(input, init), {
    done: () => recorder.done(),
    [SECRETS]: (value: unknown) => recorder.secrets.learn(value),
  })
}

function toNames(names: unknown = []): string[] {
  const list = isList(names) ? [...(names as unknown[])] : [names]
  if (!isList(names) || !list.every((name) => typeof name === 'string'))
    throw invalidOption('secrets', 'must be a list of names')
  return list
}

class Recorder {
  readonly secrets: CassetteSecrets
  readonly #path: string
  readonly #send: Fetch
  /** In the order of the requests; nothing where there is no response yet. */
  readonly #interactions: (Interaction | undefined)[] = []
  #failure: { readonly thrown: unknown } | undefined

  constructor(path: string, send: Fetch, secrets: CassetteSecrets) {
    this.#path = path
    this.#send = send
    this.secrets = secrets
  }

  async fetch(input: unknown, init?: unknown): Promise<Response> {
    const place = this.#interactions.push(undefined) - 1
    const request = await readRequest(input, init)
    const response = await readResponse(
      await this.#send(request.url, {
        ...(init as object),
        method: request.method,
        headers: Object.fromEntries(request.headers),
        ...(request.body.length > 0 && { body: request.body }),
      }),
    )
    this.#interactions[place] = interactionOf(request, response)
    this.#write()
    return toResponse(response)
  }

  /** Writes the cassette; its secrets are redacted at each time, since a later response may name one. */
  #write(): void {
    try {
      const known = this.#interactions.filter((interaction) => interaction !== undefined)
      const redacted = () => known.map((interaction) => this.secrets.redact(interaction))
      // Twice: the first time finds what responses name, which an earlier interaction may have too.
      redacted()
      writeCassette(this.#path, redacted())
    } catch (thrown) {
      this.#failure = { thrown }
      throw thrown
    }
  }

  done(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown
  }
}

function interactionOf(request: ExchangeRequest, response: ExchangeResponse): Interaction {
  const { method, url, headers } = request
  return {
    request: { method, url, headers: Object.fromEntries(headers), ...writeBody(request.body) },
    response: {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      ...writeBody(response.body),
    },
  }
}
