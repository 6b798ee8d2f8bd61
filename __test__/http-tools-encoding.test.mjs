// Encoding of HTTP tools: what arguments say is what a server decodes, by the URL and the parsers of Node.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry, registerHttpTool } from 'toolrack'
import { serve } from './support/server.mjs'

const text = { type: 'string' }
const PIECES = [
  'a',
  'B',
  '7',
  ' ',
  '+',
  '%',
  '%2F',
  '&',
  '=',
  '?',
  '#',
  '/',
  '\\',
  ';',
  ',',
  ':',
  '@',
  '"',
  "'",
  '<',
  '{',
  '}',
  '|',
  'é',
  '漢',
  '😀',
  '\t',
  '\n',
  '\u007f',
  '~',
  '..',
  '[',
  ']',
  '$',
  '`',
  '^',
]

/** Pseudo-random texts, the same in each run (mulberry32). */
function texts(seed, count) {
  let state = seed
  const random = () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const piece = () => PIECES[Math.floor(random() * PIECES.length)]
  return Array.from({ length: count }, () => Array.from({ length: 1 + Math.floor(random() * 8) }, piece).join(''))
}

/** Whether a server may read a text in a path as a way to another path. */
const isTraversal = (value) => value.split(/[/\\;]|%2f|%5c/i).some((one) => ['.', '..'].includes(one))

test('300 texts arrive in path, query, cookie, form and JSON as they were', async (t) => {
  const { url, requests } = await serve(t, () => ({}))
  const registry = new ToolRegistry()
  t.after(() => registry.close())
  const network = { hosts: [new URL(url).host] }
  const parameters = { id: text, q: text, tag: { type: 'array', items: text }, sid: text, note: text }
  const places = { q: 'query', tag: 'query', sid: 'cookie', note: 'body' }
  const define = (name, contentType) =>
    registerHttpTool(
      registry,
      { name, description: 'd', endpoint: `${url}/a/{id}/z`, method: 'POST', parameters, in: places, contentType },
      { network },
    )
  define('json', 'application/json')
  define('form', 'application/x-www-form-urlencoded')
  let refused = 0
  for (const [i, value] of texts(7, 300).entries()) {
    const args = { id: value, q: value, tag: [value, `${value}2`], sid: value, note: value }
    const name = i % 2 === 0 ? 'json' : 'form'
    try {
      await registry.execute(name, args)
    } catch (error) {
      // A path that a server may resolve is refused, and nothing else is.
      assert.deepEqual([error.code, error.details.problems.map(({ pointer }) => pointer)], ['INVALID_PARAMS', ['/id']])
      assert.ok(isTraversal(value), JSON.stringify(value))
      refused++
      continue
    }
    const { url: at, headers, body } = requests.at(-1)
    const { pathname, searchParams } = new URL(at, url)
    const segments = pathname.split('/')
    assert.equal(segments.length, 4, at)
    assert.equal(decodeURIComponent(segments[2]), value)
    assert.deepEqual(
      [...searchParams],
      [
        ['q', value],
        ['tag', value],
        ['tag', `${value}2`],
      ],
    )
    assert.equal(decodeURIComponent(headers.cookie.slice('sid='.length)), value)
    assert.equal(name === 'json' ? JSON.parse(body).note : new URLSearchParams(body).get('note'), value)
  }
  assert.ok(refused < 60, `${refused}`)
})
