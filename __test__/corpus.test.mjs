// `npm run corpus`: what it says of a folder of documents, and when it fails.
import assert from 'node:assert/strict'
import { execFileSync } from 'node:child_process'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { document, folder, text } from './support/documents.mjs'

const corpus = (...args) => runFile([join(root, 'scripts/corpus.mjs'), ...args])
const lines = (stdout) => stdout.split('\n').filter((line) => line !== '')

/** A folder with these files. */
async function standing(t, files) {
  const path = await folder(t)
  for (const [file, content] of Object.entries(files)) {
    await mkdir(join(path, file, '..'), { recursive: true })
    await writeFile(join(path, file), content)
  }
  return path
}

test('each document below a folder is a line, and the totals are the last', async (t) => {
  const bad = document(['fine', 'lost'], { lost: { parameters: [{ $ref: '#/nowhere' }] } })
  const path = await standing(t, {
    'a.json': text(['one', 'two'], { two: { deprecated: true } }),
    'deep/b.yaml': 'swagger: "2.0"\nhost: a.example\npaths: { /a: { get: { parameters: [{ name: id, in: query, type: string }, { name: Accept, in: header, type: string }] } } }',
    'deep/c.yml': JSON.stringify(bad),
    'fragment.json': '{"type": "string"}',
    'refused.json': '{"openapi": "3.0.0", "paths": []}',
    'notes.txt': 'openapi: 3.0.0',
  })
  const { code, stdout, stderr } = await corpus(path, '--verbose')
  assert.deepEqual([code, stderr], [0, ''])
  const [a, b, c, why, fragment, refused, totals, skipped, ...rest] = lines(stdout)
  assert.match(a, /^ok +a\.json  openapi 3\.0\.3  operations 2  tools 2  skipped 0  excluded 0  lost 0  notes 0  \d+ ms$/)
  assert.match(b, /^ok +deep.b\.yaml  swagger 2\.0  operations 1  tools 1  skipped 0  excluded 0  lost 0  notes 1 /)
  assert.match(c, /^ok +deep.c\.yml  openapi 3\.0\.3  operations 2  tools 1  skipped 1 \(UNRESOLVED_REF 1\) /)
  assert.match(why, /^ +- GET \/lost: UNRESOLVED_REF .*"#\/nowhere"/)
  assert.match(fragment, /^no API +fragment\.json  INVALID_SPEC$/)
  assert.match(refused, /^refused +refused\.json  openapi 3\.0\.0  INVALID_SPEC: /)
  assert.equal(totals, 'documents 3, operations 5, tools 4, skipped 1, excluded 0, inputs 2, exposed 1, reported 1, lost 0, notes 1, refused 1, no API documents 1, failed 0')
  assert.deepEqual([skipped, rest], ['skipped: UNRESOLVED_REF 1', []])
})

test('a document that does not end is named, costs no other, and fails the run', { skip: process.platform === 'win32' && 'there are no named pipes' }, async (t) => {
  const path = await standing(t, { 'a.json': text(['one']), 'c.json': text(['two']) })
  execFileSync('mkfifo', [join(path, 'b.json')])
  const { code, stdout } = await corpus(path, '--limit', '1')
  const [a, b, c, totals] = lines(stdout)
  assert.match(a, /^ok +a\.json/)
  assert.match(b, /^CRASH +b\.json  killed: no end in 1 s/)
  assert.match(c, /^ok +c\.json/)
  assert.match(totals, /^documents 2, .* failed 1$/)
  assert.equal(code, 1)
})

test('a command line that cannot be understood ends with 2', async () => {
  for (const args of [[], ['a', 'b'], ['--loud', 'a'], ['a', '--limit', 'x']]) assert.equal((await corpus(...args)).code, 2, args.join(' '))
})
