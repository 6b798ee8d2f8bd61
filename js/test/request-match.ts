// Request match: whether a request is a recorded one, and which recorded one is nearest.

import { nearestName } from '../border/nearest'
import { readBody } from './cassette'
import type { CassetteBody, CassetteRequest } from './cassette'
import { isDeep, parsed } from './json-members'
import { BOUNDARY } from './multipart'
import { REDACTED } from './secret-texts'

const PART = new RegExp(`(--${BOUNDARY})`)

/** How a request is the recorded one: in each letter, or as one with other secrets. Nothing where it is not. */
export function matchOf(recorded: CassetteRequest, sent: CassetteRequest): 'exact' | 'redacted' | undefined {
  if (!isSameTarget(recorded, sent) || bodyDifference(recorded, sent) !== undefined) return undefined
  const isExact =
    recorded.url === sent.url && bodyDifference(recorded, sent, (one, other) => one === other) === undefined
  return isExact ? 'exact' : 'redacted'
}

function isSameTarget(recorded: CassetteRequest, sent: CassetteRequest): boolean {
  return recorded.method === sent.method && isSameUrl(recorded.url, sent.url)
}

function isSameUrl(recorded: string, sent: string): boolean {
  return isSameInParts(recorded, sent, /([/?&#])/)
}

/** Whether a text of any kind is the recorded one: a form by its pairs, a multipart body by its parts. */
function isSameBody(recorded: string, sent: string): boolean {
  if (recorded.includes(`--${BOUNDARY}`)) return isSameInParts(recorded, sent, PART)
  return /^[^\s=&"<{[]+=/.test(recorded) ? isSameInParts(recorded, sent, /(&)/) : isSameText(recorded, sent)
}

/** Whether two texts have the same parts. A secret is within one of them. */
function isSameInParts(recorded: string, sent: string, separator: RegExp): boolean {
  if (!recorded.includes(REDACTED)) return recorded === sent
  const [kept, given] = [recorded.split(separator), sent.split(separator)]
  return kept.length === given.length && kept.every((part, i) => isSameText(part, given[i] as string))
}

/** Whether a text is the recorded one, with any other text, but not none, where a secret was redacted. */
function isSameText(recorded: string, sent: string): boolean {
  const [first = '', ...others] = recorded.split(REDACTED)
  const last = others.pop()
  if (last === undefined) return recorded === sent
  if (!sent.startsWith(first) || !sent.endsWith(last)) return false
  const end = sent.length - last.length
  let at = first.length
  // The nearest place of each part leaves the most for those that follow. No RegExp: it would try all places.
  for (const part of others) {
    const found = sent.indexOf(part, at + 1)
    if (found === -1) return false
    at = found + part.length
  }
  return at < end
}

/** Where two bodies differ, as a JSON pointer; the empty one is the whole body. Nothing where they do not. */
function bodyDifference(recorded: CassetteBody, sent: CassetteBody, isSame = isSameText): string | undefined {
  const [kept, given] = [jsonOf(recorded), jsonOf(sent)]
  if (kept !== undefined && given !== undefined) return jsonDifference(kept.value, given.value, '', isSame)
  const isSameWhole = isSame === isSameText ? isSameBody : isSame
  if (recorded.text !== undefined && sent.text !== undefined)
    return isSameWhole(recorded.text, sent.text) ? undefined : ''
  // As one character for each byte: a redacted secret may stand among them.
  const [keptBytes, givenBytes] = [readBody(recorded).toString('latin1'), readBody(sent).toString('latin1')]
  return isSameWhole(keptBytes, givenBytes) ? undefined : ''
}

/** The JSON of a body. A text with long numbers is none: as values, different ones would be the same. Nor is a deep one. */
function jsonOf({ json, text }: CassetteBody): { readonly value: unknown } | undefined {
  if (json !== undefined) return { value: json }
  if (text === undefined || /\d{16}/.test(text)) return undefined
  const whole = text.replace(/^\ufeff/, '')
  const value = parsed(whole)
  return value === whole || isDeep(value) ? undefined : { value }
}

function jsonDifference(
  recorded: unknown,
  sent: unknown,
  pointer: string,
  isSame: (recorded: string, sent: string) => boolean,
): string | undefined {
  if (typeof recorded === 'string' && typeof sent === 'string') return isSame(recorded, sent) ? undefined : pointer
  // A number may be a secret too.
  if (recorded === REDACTED && isSame === isSameText && sent !== null && typeof sent !== 'boolean') return undefined
  if (!isObject(recorded) || !isObject(sent) || Array.isArray(recorded) !== Array.isArray(sent))
    return recorded === sent ? undefined : pointer
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(sent)])) {
    const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!Object.hasOwn(recorded, key) || !Object.hasOwn(sent, key)) return inner
    const difference = jsonDifference(recorded[key], sent[key], inner, isSame)
    if (difference !== undefined) return difference
  }
  return undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return value !== null && typeof value === 'object'
}

/** A request in one line. */
export function lineOf({ method, url }: CassetteRequest): string {
  return `${method} ${url}`
}

/** Says which recorded request is nearest to one that is none of them. */
export function nearestRequest(recorded: readonly CassetteRequest[], sent: CassetteRequest, line: string): string {
  if (recorded.length === 0) return 'the cassette is empty'
  const same = recorded.find((one) => isSameTarget(one, sent))
  if (same !== undefined) {
    const difference = bodyDifference(same, sent)
    return `the recorded one has another body${difference ? `: they differ at ${difference}` : ''}`
  }
  const lines = recorded.map(lineOf)
  const path = withoutQuery(sent.url)
  const near = recorded.find(({ url }) => withoutQuery(url) === path)
  return `nearest: ${near === undefined ? (nearestName(line, lines) ?? lines[0]) : lineOf(near)}`
}

function withoutQuery(url: string): string {
  return url.split('?', 1)[0] as string
}
