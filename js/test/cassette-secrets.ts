// Redaction of cassettes: takes credentials out of URLs, headers and bodies, and learns what is one.

import { bytesOfText, textOfBytes } from './byte-text'
import type { CassetteBody, CassetteRequest, Interaction } from './cassette'
import { replaceInJson } from './json-text'
import type { JsonTextVisitor } from './json-text'
import { isDeep, items, member, parsed } from './json-members'
import { boundaryOf } from './multipart'
import { SecretNames } from './secret-names'
import { REDACTED, SecretTexts } from './secret-texts'

/** Headers of a request that are written: what a body is, and what is accepted. All others may be credentials. */
const REQUEST_HEADERS: readonly string[] = Object.freeze(['accept', 'content-type'])

/** A parameter of a URL somewhere in a text. */
const PARAMETER = /([?&#;])([\w.~%+[\]$-]{1,128})=([^&#\s"'<>\\]+)/g
/** A login of a URL somewhere in a text. */
const LOGIN = /:\/\/([^\s/?#@:"'<>\\]{1,1024})(:[^\s/?#@"'<>\\]{0,1024})?@/g

/** A cookie, or a part of a header with its name. */
const HEADER_PART = /(?<![^\s,;])([\w.~-]{1,128})=(?:"([^"]*)"|([^\s,;"]+))/g

/** The secrets of a cassette. */
export class CassetteSecrets {
  readonly #names: SecretNames
  readonly #texts = new SecretTexts()
  readonly #inJson: JsonTextVisitor

  constructor(names: readonly string[] = []) {
    this.#names = new SecretNames(names)
    this.#inJson = {
      isMember: (name) => this.#names.isMember(name),
      member: (name, value) => this.#memberText(name, value),
      escaped: (text) => {
        const redacted = this.text(text)
        return redacted === text ? undefined : redacted
      },
    }
  }

  /** How many are known: it grows with each new one. */
  get count(): number {
    return this.#texts.count
  }

  /** Adds a value that is redacted wherever it occurs; a short one where it is all of a parameter. */
  learn(value: unknown): void {
    this.#texts.learn(value)
  }

  /** An interaction without its secrets, which are learned. */
  redact({ request, response }: Interaction): Interaction {
    const { headers = {}, ...answer } = response
    const sent = this.redactRequest(request)
    // Before the headers: they may repeat an access token.
    const body = this.#body(answer, headers['content-type'])
    return { request: sent, response: { status: response.status, headers: this.#headers(headers), ...body } }
  }

  /** A request without its secrets, which are learned. */
  redactRequest({ method, url, headers = {}, ...body }: CassetteRequest): CassetteRequest {
    const sent = Object.entries(headers)
    for (const [name, value] of sent) this.#learnHeader(name, value)
    const kept = sent.filter(([name]) => REQUEST_HEADERS.includes(name))
    const redacted = this.#body(body, headers['content-type'])
    return { method, url: this.url(url), headers: Object.fromEntries(kept), ...redacted }
  }

  /** Learns the credential of a header, which the response may repeat. */
  #learnHeader(name: string, value: string): void {
    if (!this.#names.isParameter(name)) return
    for (const [, part = '', quoted, plain] of value.matchAll(HEADER_PART))
      if (this.#names.isHeaderPart(part)) this.learn(quoted ?? plain)
    // The other cookies may be ordinary words.
    if (name === 'cookie') return
    // A scheme and one word, such as `Bearer`.
    const credential = value.replace(/^[\w-]+ +(?=\S+$)/, '')
    this.learn(credential)
    if (!/^basic /i.test(value)) return
    const [user, ...password] = Buffer.from(credential, 'base64').toString().split(':')
    // Some APIs have their key as the user.
    this.learn(password.join(':') || user)
  }

  /** A URL without its secrets. Other parameters keep their spelling. */
  url(url: string): string {
    const [, path = '', query, fragment] = /^([^?#]*)(?:\?([^#]*))?(?:#(.*))?$/s.exec(url) ?? []
    const segments = this.#texts.redact(this.#withoutLogin(path)).split('/')
    return [
      segments.map((segment) => this.#encoded(segment)).join('/'),
      query === undefined ? '' : `?${this.#pairs(query)}`,
      fragment === undefined ? '' : `#${this.#pairs(fragment)}`,
    ].join('')
  }

  /** A text without its secrets: JSON and URLs in it lose theirs too. */
  text(text: string): string {
    const json = text.includes('"') ? replaceInJson(text, this.#inJson) : text
    const url = this.#withoutLogin(json).replace(PARAMETER, (pair, before: string, name: string) =>
      this.#names.isParameter(decode(name)) ? `${before}${name}=${REDACTED}` : pair,
    )
    return this.#texts.redact(url)
  }

  /** A text without what is known, such as a message of redacted URLs. */
  withoutKnown(text: string): string {
    return this.#texts.redact(text)
  }

  /** A text whose URLs have no login: neither a password, nor a token in the place of a user. */
  #withoutLogin(text: string): string {
    if (!text.includes('://')) return text
    return text.replace(LOGIN, (_, user: string, password: string | undefined) =>
      password === undefined || password === ':' ? `://${REDACTED}@` : `://${user}:${REDACTED}@`,
    )
  }

  #headers(headers: Readonly<Record<string, string>>): Record<string, string> {
    const kept = Object.entries(headers).filter(([name]) => !this.#names.isParameter(name))
    return Object.fromEntries(kept.map(([name, value]) => [name, this.text(value)]))
  }

  #body({ json, text, base64 }: CassetteBody, type = ''): CassetteBody {
    if (json !== undefined) return { json: this.#json(json) }
    if (text !== undefined) return { text: this.#content(text, type) }
    if (base64 === undefined) return {}
    // A secret may stand among bytes that are no text.
    const content = this.#content(textOfBytes(Buffer.from(base64, 'base64')), type)
    return { base64: bytesOfText(content).toString('base64') }
  }

  #content(text: string, type: string): string {
    const boundary = boundaryOf(type)
    if (boundary !== undefined) return this.text(this.#parts(text, boundary))
    return isForm(text, type) ? this.#pairs(text) : this.text(text)
  }

  /** The parts of a multipart body. */
  #parts(body: string, boundary: string): string {
    const parts = body.split(`--${boundary}`).map((part) => {
      const start = part.indexOf('\r\n\r\n')
      const name = /[; ]name="([^"\r\n]*)"/i.exec(part.slice(0, Math.max(start, 0)))?.[1]
      if (name === undefined || !this.#names.isParameter(name)) return part
      const value = part.slice(start + 4).replace(/\r\n$/, '')
      if (value === '') return part
      this.#learnBy(name, value)
      return `${part.slice(0, start + 4)}${REDACTED}\r\n`
    })
    return parts.join(`--${boundary}`)
  }

  #json(value: unknown): unknown {
    if (typeof value === 'string') return this.text(value)
    if (typeof value === 'number') return this.#texts.redact(String(value)) === REDACTED ? REDACTED : value
    if (value === null || typeof value !== 'object') return value
    if (Array.isArray(value)) return value.map((item) => this.#json(item))
    const isLogprob = Object.hasOwn(value, 'logprob')
    return Object.fromEntries(
      Object.entries(value).map(([key, item]) => [
        this.#texts.redact(key),
        this.#names.isMember(key) && !isLogprob ? this.#secret(key, item) : this.#json(item),
      ]),
    )
  }

  /** The value of a secret member. */
  #secret(name: string, value: unknown): unknown {
    if (Array.isArray(value)) return value.map((item) => this.#secret(name, item))
    if (value === null || value === '' || typeof value === 'boolean') return value
    if (isSchema(value)) return this.#json(value)
    this.#learnBy(name, value)
    return REDACTED
  }

  /** The value of a secret member in a text: as JSON again. */
  #memberText(name: string, spelled: string): string | undefined {
    // A word of a text that is no JSON.
    if (/^(?![-\d"[{])/.test(spelled)) return undefined
    const value = parsed(spelled)
    if (isCut(spelled, value) || isDeep(value)) return JSON.stringify(REDACTED)
    const text = JSON.stringify(this.#secret(name, value))
    return text === JSON.stringify(value) ? undefined : text
  }

  /** Learns a value by its name: where it is no ordinary word, it may occur elsewhere. */
  #learnBy(name: string, value: unknown): void {
    if (this.#names.isCertain(name)) this.learn(value)
  }

  /** The pairs of a query or a form. */
  #pairs(text: string): string {
    const redacted = text.split('&').map((pair) => {
      const trimmed = pair.trimEnd()
      const [name = '', value = ''] = trimmed.split(/=(.*)/s)
      const end = pair.slice(trimmed.length)
      if (value === '') return pair
      const [said, saidValue] = [decode(name), decode(value)]
      if (this.#names.isParameter(said)) this.#learnBy(said, saidValue)
      else if (!this.#texts.has(saidValue)) return `${name}=${this.#encoded(value)}${end}`
      return `${name}=${REDACTED}${end}`
    })
    return this.#texts.redact(redacted.join('&'))
  }

  /** A part of a URL: redacted as what it says, whichever way it is spelled. */
  #encoded(part: string): string {
    const said = decode(part)
    const redacted = this.text(said)
    return redacted === said ? part : encodeURIComponent(redacted)
  }
}

/** Whether a list or an object is no JSON: a part of it may be cut off. */
function isCut(spelled: string, value: unknown): boolean {
  return value === spelled && /^[[{]/.test(spelled)
}

const FORM = 'application/x-www-form-urlencoded'

function isForm(text: string, type: string): boolean {
  return type.toLowerCase().startsWith(FORM) || (/^[^\s=&"<{[]+=/.test(text) && !/[\r\n]/.test(text.trimEnd()))
}

/** The types of JSON Schema, and of security schemes. */
const TYPES = /^(?:string|number|integer|boolean|object|array|null|apiKey|http|oauth2|openIdConnect)$/

/** Whether a value says what a secret is like, as in an OpenAPI document, and is none. */
function isSchema(value: unknown): boolean {
  if (value === null || typeof value !== 'object' || Object.hasOwn(value, 'value')) return false
  const types = [member(value, 'type')].flat()
  const lists = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => items(member(value, name)))
  return (
    types.some((type) => typeof type === 'string' && TYPES.test(type)) ||
    typeof member(value, '$ref') === 'string' ||
    isSchema(member(value, 'schema')) ||
    lists.some(isSchema)
  )
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return text
  }
}
