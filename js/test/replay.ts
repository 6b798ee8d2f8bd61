// Replay: a `fetch` that answers from a cassette, and says what differs from it.

import { checkOptions, toBoolean } from '../border/options'
import type { CassetteFetch } from '../../types/test'
import { cassettePath, readBody, readCassette, writeBody } from './cassette'
import type { CassetteRequest, Interaction } from './cassette'
import { CassetteSecrets } from './cassette-secrets'
import { readRequest, toResponse } from './http-exchange'
import { lineOf, matches, nearestRequest } from './request-match'

/** The most requests that an error names. */
const MOST_NAMED = 5

/** Makes a `fetch` that answers from a cassette. */
export function replay(file: unknown, options?: unknown): CassetteFetch {
  const { strict } = checkOptions(options, ['strict'])
  const replayed = new Replay(readCassette(cassettePath(file)), toBoolean('strict', strict, true))
  return Object.assign((input: unknown, init?: unknown) => replayed.fetch(input, init), {
    done: () => replayed.done(),
  })
}

class Replay {
  readonly #interactions: readonly Interaction[]
  readonly #used = new Set<Interaction>()
  readonly #isStrict: boolean
  readonly #faults: Error[] = []

  constructor(interactions: readonly Interaction[], isStrict: boolean) {
    this.#interactions = interactions
    this.#isStrict = isStrict
  }

  async fetch(input: unknown, init?: unknown): Promise<Response> {
    const { method, url, body } = await readRequest(input, init)
    const request: CassetteRequest = { method, url, ...writeBody(body) }
    const found = this.#find(request)
    if (found === undefined) return this.#refuse(request)
    const { status, headers = {}, ...answer } = found.response
    return toResponse({ status, headers: Object.entries(headers), body: readBody(answer) })
  }

  /** The next of the equal requests; without `strict` the last one again. */
  #find(request: CassetteRequest): Interaction | undefined {
    const equal = this.#interactions.filter((one) => matches(one.request, request))
    const next = equal.find((one) => !this.#used.has(one)) ?? (this.#isStrict ? undefined : equal.at(-1))
    if (next !== undefined) this.#used.add(next)
    return next
  }

  /** Answers a request that is not recorded. A status, and no throw: a fault of the network would be tried again. */
  #refuse(request: CassetteRequest): Response {
    const line = lineOf({ ...request, url: new CassetteSecrets().url(request.url) })
    const recorded = this.#interactions.map((one) => one.request)
    const times = recorded.filter((one) => matches(one, request)).length
    const reason =
      times > 0
        ? `it was recorded ${times === 1 ? 'once' : `${times} times`}, and this is once more`
        : nearestRequest(recorded, request, line)
    const message = `no recorded response to ${line}: ${reason}`
    this.#faults.push(new Error(message))
    return Response.json({ error: { code: 'NOT_RECORDED', message } }, { status: 501 })
  }

  done(): void {
    const [fault] = this.#faults
    if (fault !== undefined) throw fault
    if (!this.#isStrict) return
    const left = this.#interactions.filter((one) => !this.#used.has(one))
    if (left.length === 0) return
    const named = left.slice(0, MOST_NAMED).map(({ request }) => lineOf(request))
    const more = left.length > MOST_NAMED ? ', …' : ''
    throw new Error(
      `${left.length} of ${this.#interactions.length} recorded requests were not made: ${named.join(', ')}${more}`,
    )
  }
}
