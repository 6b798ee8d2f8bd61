// The types document themselves: index.d.ts exports and no more, comments are short, and what does not fit into them is
// on a page of docs/ that they link to.
import assert from 'node:assert/strict'
import { existsSync, readFileSync, readdirSync } from 'node:fs'
import { dirname, join, normalize } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { index, names, parts } from './support/declarations.mjs'

const LINES_OF_COMMENT = 5
const LINES_OF_HEADER = 10
const LINES_OF_PART = 300
const LINES_OF_PAGE = 150
const DOCS = 'https://github.com/toolrack/toolrack/blob/main/docs/'

const read = (path) => readFileSync(join(root, path), 'utf8')
const pages = new Map(
  readdirSync(join(root, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .map((name) => [`docs/${name}`, read(`docs/${name}`)]),
)
const lines = (text) => text.trimEnd().split('\n').length
const lineOf = (text, at) => text.slice(0, at).split('\n').length
const COMMENT = /\/\*\*([\s\S]*?)\*\//g
const FENCE = /^(```+)[^\n]*\n[\s\S]*?^\1$/gm

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

/**
 * The anchors of a page's headings by GitHub's rule: lower case, no punctuation, hyphens for spaces, a number for each
 * repetition.
 */
function anchors(page) {
  const seen = new Map()
  return new Set(
    [...page.replace(FENCE, '').matchAll(/^#{1,6} +(.+?) *#*$/gm)].map(([, heading]) => {
      const text = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
      const anchor = text.replace(/[^\p{L}\p{M}\p{N}\p{Pc} -]/gu, '').replaceAll(' ', '-')
      const count = seen.get(anchor) ?? 0
      seen.set(anchor, count + 1)
      return count === 0 ? anchor : `${anchor}-${count}`
    }),
  )
}

/** What is wrong with a link to a file of this repository: it, or its heading, is not there. */
function brokenLink(path, anchor) {
  if (!existsSync(join(root, path))) return `${path} is not there`
  if (anchor === undefined || anchors(read(path)).has(anchor)) return undefined
  return `${path} has no heading #${anchor}`
}

test('a long comment, an export without one, and the anchors of headings are found', () => {
  assert.deepEqual(longComments('\n/**\n * 1\n * 2\n * 3\n * 4\n * 5\n * 6\n */\n/** 1 */'), [2])
  const merged = '/** C */\nexport interface C extends D {}\nexport class C {}\n'
  const text = `/** A */\nexport interface A {}\n\nexport type B = 1\n${merged}`
  assert.deepEqual(uncommented(text), ['B'])
  const page = '# A `b-c` (d)\n```sh\n# no heading\n```\n## Bâ_1\n## Bâ_1\n'
  assert.deepEqual([...anchors(page)], ['a-b-c-d', 'bâ_1', 'bâ_1-1'])
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

test(`no file in types/ has more than ${LINES_OF_PART} lines, and no page of docs/ more than ${LINES_OF_PAGE}`, () => {
  const long = (files, most) => [...files].filter(([, text]) => lines(text) > most).map(([path]) => path)
  assert.deepEqual(long(parts, LINES_OF_PART), [])
  assert.deepEqual(long(pages, LINES_OF_PAGE), [])
})

test('each link from types/ to docs/ leads to a page and a heading that exist', () => {
  const found = [...parts].flatMap(([path, text]) =>
    [...text.matchAll(/\]\((https:\/\/github\.com\/toolrack\/[^)\s]*)\)/g)].map(([, url]) => ({ path, url })),
  )
  assert.ok(found.length > 0)
  for (const { path, url } of found) {
    assert.ok(url.startsWith(DOCS), `${path}: ${url} is no page of docs/`)
    const [page, anchor] = url.slice(DOCS.length).split('#')
    assert.equal(brokenLink(`docs/${page}`, anchor), undefined, `${path}: ${url}`)
  }
})

test('each link between pages leads to a file and a heading that exist', () => {
  for (const [path, text] of pages) {
    for (const [, link] of text.replace(FENCE, '').matchAll(/\]\((?!https?:)([^)\s]+)\)/g)) {
      const [target, anchor] = link.split('#')
      const file = target === '' ? path : normalize(join(dirname(path), target))
      assert.equal(brokenLink(file, anchor), undefined, `${path}: ${link}`)
    }
  }
})

test('each page of docs/ is in its table of contents', () => {
  const contents = pages.get('docs/README.md')
  for (const path of pages.keys())
    if (path !== 'docs/README.md') assert.ok(contents.includes(`](${path.slice('docs/'.length)})`), path)
})
