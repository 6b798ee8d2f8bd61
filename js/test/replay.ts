// Replay: a `fetch` that answers from a cassette, and says what differs from it.

import { checkOptions, toBoolean, toNames } from '../border/options'
import { SECRETS } from '../load/custom-fetch'
import type { CassetteFetch } from '../../types/test'
import { cassettePath, readBody, readCassette } from './cassette'
import type { CassetteRequest, Interaction } from './cassette'
import { CassetteSecrets } from './cassette-secrets'
import { readRequest, toResponse } from './http-exchange'
import { cassetteRequest } from './multipart'
import { lineOf, matchOf, nearestRequest } from './request-match'

/** The most requests that an error names. */
const MOST_NAMED = 5

/** Makes a `fetch` that answers from a cassette. */
export function replay(file: unknown, options?: unknown): CassetteFetch {
  const { strict, secrets } = checkOptions(options, ['strict', 'secrets'])
  const names = new CassetteSecrets(toNames('secrets', secrets))
  const replayed = new Replay(readCassette(cassettePath(file)), toBoolean('strict', strict, true), names)
  return Object.assign((input: unknown, init?: unknown) => replayed.fetch(input, init), {
    done: () => replayed.done(),
    [SECRETS]: (value: unknown) => names.learn(value),
  })
}

class Replay {
  readonly #interactions: readonly Interaction[]
  readonly #used = new Set<Interaction>()
  readonly #isStrict: boolean
  /** Redaction of error messages: a request has the credentials of the person who runs the test. */
  readonly #secrets: CassetteSecrets
  readonly #faults: string[] = []

  constructor(interactions: readonly Interaction[], isStrict: boolean, secrets: CassetteSecrets) {
    this.#interactions = interactions
    this.#isStrict = isStrict
    this.#secrets = secrets
  }

  async fetch(input: unknown, init?: unknown): Promise<Response> {
    const request = cassetteRequest(await readRequest(input, init))
    const redacted = this.#secrets.redactRequest(request)
    const found = this.#find(request, redacted)
    if (found === undefined) return this.#refuse(request, redacted)
    const { status, headers = {}, ...answer } = found.response
    return toResponse({ status, headers: Object.entries(headers), body: readBody(answer) })
  }

  /**
   * The next of the equal requests, first those that are equal in each letter; without `strict` the last one again.
   * A secret with a `/` in a path, or in the name of a member, is found as a redacted one alone.
   */
  #find(request: CassetteRequest, redacted: CassetteRequest): Interaction | undefined {
    const found = this.#interactions.map((one) => ({
      one,
      match: matchOf(one.request, request) ?? (matchOf(one.request, redacted) && 'redacted'),
    }))
    const equal = ['exact', 'redacted'].map((kind) => found.flatMap(({ one, match }) => (match === kind ? one : [])))
    const next = equal.flat().find((one) => !this.#used.has(one))
    const again = equal.map((ones) => ones.at(-1)).find((one) => one !== undefined)
    const taken = next ?? (this.#isStrict ? undefined : again)
    if (taken !== undefined) this.#used.add(taken)
    return taken
  }

  /** Answers a request that is not recorded. A status, and no throw: a fault of the network would be tried again. */
  #refuse(request: CassetteRequest, redacted: CassetteRequest): Response {
    const line = lineOf(redacted)
    const recorded = this.#interactions.map((one) => one.request)
    const times = recorded.filter((one) => matchOf(one, request) !== undefined).length
    const reason =
      times > 0
        ? `it was recorded ${times === 1 ? 'once' : `${times} times`}, and this is once more`
        : nearestRequest(recorded, request, line)
    const message = this.#secrets.withoutKnown(`no recorded response to ${line}: ${reason}`)
    this.#faults.push(message)
    // The SDKs of OpenAI and Anthropic send a request again after a status 5xx, unless this header is there.
    const headers = { 'x-should-retry': 'false' }
    return Response.json({ error: { code: 'NOT_RECORDED', message } }, { status: 501, headers })
  }

  done(): void {
    const [fault] = this.#faults
    // What was told later is redacted too.
    if (fault !== undefined) throw new Error(this.#secrets.withoutKnown(fault))
    if (!this.#isStrict) return
    const left = this.#interactions.filter((one) => !this.#used.has(one))
    if (left.length === 0) return
    const named = left.slice(0, MOST_NAMED).map(({ request }) => lineOf(request))
    const more = left.length > MOST_NAMED ? ', …' : ''
    throw new Error(
      this.#secrets.withoutKnown(
        `${left.length} of ${this.#interactions.length} recorded requests were not made: ${named.join(', ')}${more}`,
      ),
    )
  }
}
