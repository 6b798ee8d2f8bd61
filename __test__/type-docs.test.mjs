// The types document themselves: index.d.ts exports and no more, comments are short, and what does not fit into them is
// on a page of docs/ that they link to (links.test.mjs).
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { index, names, parts } from './support/declarations.mjs'
import { pagesOf, read } from './support/markdown.mjs'

const LINES_OF_COMMENT = 5
const LINES_OF_HEADER = 10
const LINES_OF_PART = 300
const LINES_OF_PAGE = 150

const pages = new Map(pagesOf('docs').map((path) => [path, read(path)]))
const lines = (text) => text.trimEnd().split('\n').length
const lineOf = (text, at) => text.slice(0, at).split('\n').length
const COMMENT = /\/\*\*([\s\S]*?)\*\//g

/** The JSDoc blocks of a text that are too long, by their line. */
const longComments = (text) =>
  [...text.matchAll(COMMENT)]
    .filter(([, inside]) => inside.trim().split('\n').length > LINES_OF_COMMENT)
    .map(({ index: at }) => lineOf(text, at))

/**
 * The names of a text's exported declarations without a JSDoc. A class shares that of the interface that it is merged
 * with.
 */
const uncommented = (text) => {
  const bare = text.replace(/^export interface (\w+) extends \w+ \{\}\nexport class \1\b/gm, 'export class $1')
  return [...bare.matchAll(/^(.*)\nexport (?:interface|type|class|function) (\w+)/gm)]
    .filter(([, before]) => !before.endsWith('*/'))
    .map(([, , name]) => name)
}

test('a long comment and an export without one are found', () => {
  assert.deepEqual(longComments('\n/**\n * 1\n * 2\n * 3\n * 4\n * 5\n * 6\n */\n/** 1 */'), [2])
  const merged = '/** C */\nexport interface C extends D {}\nexport class C {}\n'
  const text = `/** A */\nexport interface A {}\n\nexport type B = 1\n${merged}`
  assert.deepEqual(uncommented(text), ['B'])
})

test('index.d.ts has exports and no declarations, and names each export', () => {
  const rest = index.replace(COMMENT, '').replace(/^export (?:type )?\{[\w\s,]+\} from '\.\/types\/[\w-]+'$/gm, '')
  assert.equal(rest.trim(), '')
  assert.equal(new Set(names()).size, names().length)
  const [header] = index.match(COMMENT)
  assert.ok(index.startsWith(header) && lines(header) <= LINES_OF_HEADER)
})

test(`no comment in types/ has more than ${LINES_OF_COMMENT} lines`, () => {
  for (const [path, text] of parts) assert.deepEqual(longComments(text), [], path)
})

test('everything that types/ exports has a comment', () => {
  for (const [path, text] of parts) assert.deepEqual(uncommented(text), [], path)
})

/** The codes of a union that have no comment directly above them. */
const uncommentedCodes = (path, name) => {
  const union = parts.get(path).split(`export type ${name} =\n`)[1].split('\n\n')[0].split('\n')
  return union.filter((line, i) => line.startsWith("  | '") && !union[i - 1]?.endsWith('*/'))
}

test('each error code and each note code has a comment of its own', () => {
  assert.deepEqual(uncommentedCodes('types/errors.d.ts', 'ErrorCode'), [])
  assert.deepEqual(uncommentedCodes('types/load-notes.d.ts', 'NoteCode'), [])
})

const TERMS = [
  'audit log',
  'backoff',
  'bind mount',
  'burst',
  'canary',
  'catalog',
  'circuit breaker',
  'closure',
  'concurrency',
  'debounce',
  'hot reload',
  'idempotency',
  'openTelemetry',
  'origin',
  'overlay',
  'pin',
  'poll interval',
  'prompt cache',
  'queue',
  'rate limit',
  'refresh token',
  'replay protection',
  'retry',
  'rollback',
  'snapshot',
  'SSRF',
  'streaming',
  'strict mode',
  'symlink',
  'tenant',
  'timeout',
  'token endpoint',
  'tool search',
  'truncation',
  'type coercion',
]

test('the comments of types/ have the terms that people search for', () => {
  const comments = [...parts.values()].flatMap((text) => [...text.matchAll(COMMENT)].map(([comment]) => comment))
  const text = comments
    .join('\n')
    .replace(/@see .*/g, '')
    .toLowerCase()
  assert.deepEqual(
    TERMS.filter((term) => !text.includes(term.toLowerCase())),
    [],
  )
})

test(`no file in types/ has more than ${LINES_OF_PART} lines, and no page of docs/ more than ${LINES_OF_PAGE}`, () => {
  const long = (files, most) => [...files].filter(([, text]) => lines(text) > most).map(([path]) => path)
  assert.deepEqual(long(parts, LINES_OF_PART), [])
  assert.deepEqual(long(pages, LINES_OF_PAGE), [])
})

test('each page of docs/ is in its table of contents', () => {
  const contents = pages.get('docs/README.md')
  for (const path of pages.keys())
    if (path !== 'docs/README.md') assert.ok(contents.includes(`](${path.slice('docs/'.length)})`), path)
})
