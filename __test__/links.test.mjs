// Links: each link of a page leads to a file and a heading that exist, and so does each page that types, code and
// error messages name.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { anchors, brokenLink, brokenLinks, namedPages, pagesOf, read } from './support/markdown.mjs'

const PAGES = ['.', 'docs', 'docs/decisions', 'examples'].flatMap(pagesOf)
const CODE = /\.(?:[mc]?[jt]s|rs|toml)$/
const DOCS = 'https://github.com/toolrack/toolrack/blob/main/docs/'

/** The files of code in a folder, by path. */
const codeOf = (folder) =>
  readdirSync(join(root, folder), { recursive: true })
    .filter((file) => CODE.test(file) && !file.includes('node_modules'))
    .map((file) => join(folder, file).replaceAll('\\', '/'))

test('a link to a missing file, one to a missing heading, and one within a code block are told apart', () => {
  const page =
    '# A\n[a](#toolrack) [b](#b) [c](no.md) [d](docs/limits.md#retry) [e](https://x.y)\n```md\n[f](none.md)\n```\n'
  assert.deepEqual(brokenLinks('README.md', page), [
    'README.md: #b: README.md has no heading #b',
    'README.md: no.md: no.md is not there',
  ])
})

test('the anchors of headings are those of GitHub', () => {
  const page = '# A `b-c` (d)\n```sh\n# no heading\n```\n## Bâ_1\n## Bâ_1\n'
  assert.deepEqual([...anchors(page)], ['a-b-c-d', 'bâ_1', 'bâ_1-1'])
})

for (const path of PAGES)
  test(`each link of ${path} leads to a file and a heading that exist`, () => {
    assert.deepEqual(brokenLinks(path, read(path)), [])
  })

test('each link from types/ leads to a page and a heading of docs/ that exist', () => {
  const found = codeOf('types').flatMap((path) =>
    [...read(path).matchAll(/\]\((https:\/\/github\.com\/toolrack\/[^)\s]*)\)/g)].map(([, url]) => ({ path, url })),
  )
  assert.ok(found.length > 0)
  for (const { path, url } of found) {
    assert.ok(url.startsWith(DOCS), `${path}: ${url} is no page of docs/`)
    const [page, anchor] = url.slice(DOCS.length).split('#')
    assert.equal(brokenLink(`docs/${page}`, anchor), undefined, `${path}: ${url}`)
  }
})

test('each page of docs/ that code, comments and error messages name exists', () => {
  const folders = ['js', 'src', 'core/src', 'core/tests', 'bin', 'examples', 'scripts', 'bench', 'types']
  const found = folders.flatMap(codeOf).flatMap((path) => namedPages(read(path)).map((named) => ({ path, ...named })))
  assert.ok(found.length > 0)
  for (const { path, page, anchor } of found) assert.equal(brokenLink(`docs/${page}`, anchor), undefined, path)
})
