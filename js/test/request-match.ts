// Request match: whether a request is a recorded one, and which recorded one is nearest.

import { nearestName } from '../border/nearest'
import { readBody } from './cassette'
import type { CassetteBody, CassetteRequest } from './cassette'
import { REDACTED } from './cassette-secrets'

/** Whether a request is the recorded one. A secret that was redacted matches any. */
export function matches(recorded: CassetteRequest, sent: CassetteRequest): boolean {
  return isSameTarget(recorded, sent) && bodyDifference(recorded, sent) === undefined
}

function isSameTarget(recorded: CassetteRequest, sent: CassetteRequest): boolean {
  return recorded.method === sent.method && isSameText(recorded.url, sent.url, '[^&#]*')
}

/** Whether a text is the recorded one; `secret` is what may stand where one was redacted. */
function isSameText(recorded: string, sent: string, secret = '.*'): boolean {
  if (!recorded.includes(REDACTED)) return recorded === sent
  const parts = recorded.split(REDACTED).map((part) => part.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&'))
  return new RegExp(`^${parts.join(secret)}$`, 's').test(sent)
}

/** Where two bodies differ, as a JSON pointer; the empty one is the whole body. Nothing where they do not. */
function bodyDifference(recorded: CassetteBody, sent: CassetteBody): string | undefined {
  if (recorded.json !== undefined && sent.json !== undefined) return jsonDifference(recorded.json, sent.json, '')
  if (recorded.text !== undefined && sent.text !== undefined)
    return isSameText(recorded.text, sent.text) ? undefined : ''
  // As one character for each byte: a redacted secret may stand among them.
  const [kept, given] = [readBody(recorded).toString('latin1'), readBody(sent).toString('latin1')]
  return isSameText(kept, given) ? undefined : ''
}

function jsonDifference(recorded: unknown, sent: unknown, pointer: string): string | undefined {
  if (typeof recorded === 'string' && typeof sent === 'string') return isSameText(recorded, sent) ? undefined : pointer
  if (!isObject(recorded) || !isObject(sent) || Array.isArray(recorded) !== Array.isArray(sent))
    return recorded === sent ? undefined : pointer
  for (const key of new Set([...Object.keys(recorded), ...Object.keys(sent)])) {
    const inner = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (!Object.hasOwn(recorded, key) || !Object.hasOwn(sent, key)) return inner
    const difference = jsonDifference(recorded[key], sent[key], inner)
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
