// Record: a `fetch` that writes requests and their responses into a cassette, without credentials.

import { checkOptions, invalidOption, toNames } from '../border/options'
import { SECRETS } from '../load/custom-fetch'
import type { CassetteFetch } from '../../types/test'
import { cassettePath, checkWritable, interactionText, writeBody } from './cassette'
import type { Interaction } from './cassette'
import { CassetteFile } from './cassette-file'
import { CassetteSecrets } from './cassette-secrets'
import { readRequest, readResponse, toResponse } from './http-exchange'
import type { ExchangeRequest, ExchangeResponse } from './http-exchange'
import { cassetteRequest } from './multipart'

type Fetch = (input: unknown, init?: unknown) => Promise<Response> | Response

/** Makes a `fetch` that records. */
export function record(file: unknown, options?: unknown): CassetteFetch {
  const path = cassettePath(file)
  const { fetch: send = (input: string, init?: RequestInit) => fetch(input, init), secrets } = checkOptions(options, [
    'fetch',
    'secrets',
  ])
  if (typeof send !== 'function') throw invalidOption('fetch', 'must be a function')
  const known = new CassetteSecrets(toNames('secrets', secrets))
  checkWritable(path)
  const recorder = new Recorder(path, send as Fetch, known)
  return Object.assign((input: unknown, init?: unknown) => recorder.fetch(input, init), {
    done: () => recorder.done(),
    [SECRETS]: (value: unknown) => known.learn(value),
  })
}

/** An interaction, and how it is written. */
interface Recorded {
  readonly original: Interaction
  text: string
  /** How many secrets were known then. */
  secrets: number
}

class Recorder {
  readonly #secrets: CassetteSecrets
  readonly #file: CassetteFile
  readonly #send: Fetch
  /** In the order of the requests; nothing where there is no response yet. */
  readonly #recorded: (Recorded | undefined)[] = []
  #failure: { readonly thrown: unknown } | undefined

  constructor(path: string, send: Fetch, secrets: CassetteSecrets) {
    this.#file = new CassetteFile(path)
    this.#send = send
    this.#secrets = secrets
  }

  async fetch(input: unknown, init?: unknown): Promise<Response> {
    const place = this.#recorded.push(undefined) - 1
    const request = await readRequest(input, init)
    const response = await readResponse(
      await this.#send(request.url, {
        ...(init as object),
        method: request.method,
        headers: Object.fromEntries(request.headers),
        // The body of `init` was read, also where it is an empty stream.
        body: request.body.length > 0 ? request.body : undefined,
        ...(request.signal !== undefined && { signal: request.signal }),
        ...(request.redirect !== undefined && { redirect: request.redirect }),
      }),
    )
    const original = interactionOf(request, response)
    this.#recorded[place] = { original, text: '', secrets: -1 }
    this.#write()
    return toResponse(response)
  }

  /** Writes the cassette. No throw: the request was made, and an SDK would make it again. */
  #write(): void {
    try {
      const recorded = this.#recorded.filter((one) => one !== undefined)
      this.#redact(recorded)
      this.#file.write(recorded.map(({ text }) => text))
      this.#failure = undefined
    } catch (thrown) {
      this.#failure = { thrown }
    }
  }

  /** Redacts what is new, and all of it again when a new secret is known: an earlier interaction may have it too. */
  #redact(recorded: readonly Recorded[]): void {
    let known: number
    do {
      known = this.#secrets.count
      for (const one of recorded)
        if (one.secrets !== this.#secrets.count) {
          one.text = interactionText(this.#secrets.redact(one.original))
          one.secrets = known
        }
    } while (known !== this.#secrets.count)
  }

  done(): void {
    if (this.#failure !== undefined) throw this.#failure.thrown
  }
}

function interactionOf(request: ExchangeRequest, response: ExchangeResponse): Interaction {
  return {
    request: cassetteRequest(request),
    response: {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      ...writeBody(response.body),
    },
  }
}
