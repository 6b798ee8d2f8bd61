// Redaction of cassettes: what is a credential by its name, and the values that are known to be one.

import type { CassetteBody, Interaction } from './cassette'

/** What stands for a secret, in URLs too. */
export const REDACTED = 'REDACTED'

/** Headers of a request that are written: what a body is, and what is accepted. All others may be credentials. */
const REQUEST_HEADERS: readonly string[] = Object.freeze(['accept', 'content-type'])

/** Words of a name whose value is a credential, in a header or a query parameter. */
const WORDS =
  /(?:^|[-_.])(?:key|apikey|token|secret|password|passwd|pwd|auth|authorization|authentication|credentials?|signature|sig|session|sessionid|cookie|jwt|assertion|code)(?:$|[-_.])/
/** Words of a name that is that of a place in a list. */
const PLACES = /(?:^|[-_.])(?:page|next|prev|previous|cursor|continuation|sync)(?:$|[-_.])/
/** Members of a body whose value is a credential. `key` and `code` are common there. */
const MEMBERS =
  /^(?:access-token|refresh-token|id-token|token|client-secret|client-assertion|secret|password|api-key|apikey|authorization|private-key)$/
/** The shortest text that is redacted wherever it occurs. A shorter one would occur by chance. */
const SHORTEST = 4

/** A name in lower case, its words parted by hyphens: `apiKey` → `api-key`. */
function wordsOf(name: string): string {
  return name
    .replace(/([a-z0-9])([A-Z])/g, '$1-$2')
    .replaceAll('_', '-')
    .toLowerCase()
}

/** The secrets of a recording. */
export class CassetteSecrets {
  /** Names that a caller adds. */
  readonly #names: ReadonlySet<string>
  readonly #values = new Set<string>()

  constructor(names: readonly string[] = []) {
    this.#names = new Set(names.map(wordsOf))
  }

  /** Adds a value that is redacted wherever it occurs. */
  learn(value: unknown): void {
    // A text that is not well-formed cannot be sent.
    if (typeof value === 'string' && value.length >= SHORTEST && value !== REDACTED && value.isWellFormed())
      this.#values.add(value)
  }

  /** An interaction without its secrets. Those of its response are learned. */
  redact({ request, response }: Interaction): Interaction {
    const { headers, ...answer } = response
    const sent = Object.entries(request.headers ?? {})
    for (const [name, value] of sent) this.#learnHeader(name, value)
    const kept = sent.filter(([name]) => REQUEST_HEADERS.includes(name))
    const { method, url, headers: _, ...body } = request
    // Before the headers: they may repeat an access token.
    const answerBody = this.#body(answer)
    return {
      request: { method, url: this.url(url), headers: Object.fromEntries(kept), ...this.#body(body) },
      response: { status: response.status, headers: this.#headers(headers ?? {}), ...answerBody },
    }
  }

  /** Learns the credential of a header, which the response may repeat. A cookie may be anything. */
  #learnHeader(name: string, value: string): void {
    if (name !== 'cookie' && this.#isSecret(name)) this.learn(value.replace(/^(?:basic|bearer|token) +/i, ''))
  }

  /** A URL without its secrets. Other parameters keep their spelling. */
  url(url: string): string {
    const [path = '', query, ...rest] = url.split('?')
    if (query === undefined) return this.#text(path)
    return `${this.#text(path)}?${this.#pairs([query, ...rest].join('?'))}`
  }

  #headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    const kept = Object.entries(headers).filter(([name]) => !this.#isSecret(name))
    return Object.fromEntries(kept.map(([name, value]) => [name, this.#text(value)]))
  }

  #body({ json, text, base64 }: CassetteBody): CassetteBody {
    if (json !== undefined) return { json: this.#json(json) }
    if (text !== undefined) return { text: this.#text(/^[^\s=&]+=[^\s]*$/.test(text) ? this.#pairs(text) : text) }
    if (base64 === undefined) return {}
    // As one character for each byte: a secret may stand among bytes that are no text.
    const bytes = this.#text(Buffer.from(base64, 'base64').toString('latin1'), byteSpellings)
    return { base64: Buffer.from(bytes, 'latin1').toString('base64') }
  }

  #json(value: unknown, name = ''): unknown {
    if (typeof value === 'string') {
      if (value !== '' && (MEMBERS.test(wordsOf(name)) || this.#names.has(wordsOf(name)))) {
        this.learn(value)
        return REDACTED
      }
      return this.#text(value)
    }
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map((item) => this.#json(item, name))
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, this.#json(item, key)]))
  }

  /** The pairs of a query or a form. */
  #pairs(text: string): string {
    const redacted = text.split('&').map((pair) => {
      const [name = '', value] = pair.split(/=(.*)/s)
      if (value === undefined || value === '' || !this.#isSecret(decode(name))) return pair
      this.learn(decode(value))
      return `${name}=${REDACTED}`
    })
    return this.#text(redacted.join('&'))
  }

  #isSecret(name: string): boolean {
    const words = wordsOf(name)
    return this.#names.has(words) || (WORDS.test(words) && !PLACES.test(words))
  }

  #text(text: string, spellings = textSpellings): string {
    let redacted = text
    for (const value of this.#values)
      for (const spelling of spellings(value)) redacted = redacted.replaceAll(spelling, REDACTED)
    return redacted
  }
}

/** How a text has a value: as it is, in a URL, in a form, or in JSON. */
function textSpellings(value: string): ReadonlySet<string> {
  const inUrl = encodeURIComponent(value)
  return new Set([value, inUrl, inUrl.replaceAll('%20', '+'), JSON.stringify(value).slice(1, -1)])
}

/** How bytes have a value, as one character for each byte. */
function byteSpellings(value: string): ReadonlySet<string> {
  return new Set([...textSpellings(value)].map((text) => Buffer.from(text).toString('latin1')))
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
