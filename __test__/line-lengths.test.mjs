// Line lengths: JavaScript and TypeScript have at most 120 columns. Prettier breaks code there, but no text or comment.
// Documents and vectors (JSON, YAML) are exempt.
import assert from 'node:assert/strict'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root } from './support/child.mjs'

const COLUMNS = 120
const CODE = /\.[mc]?[jt]s$/

/** The places of the lines that are too long. */
function longLines(file, text) {
  const places = []
  for (const [i, line] of text.split('\n').entries()) if ([...line].length > COLUMNS) places.push(`${file}:${i + 1}`)
  return places
}

test('a line of 121 characters is found, one of 120 is not, and characters are counted instead of bytes', () => {
  const lines = ['x'.repeat(120), 'x'.repeat(121), '\u{1d11e}'.repeat(120), '']
  assert.deepEqual(longLines('a.mjs', lines.join('\n')), ['a.mjs:2'])
})

for (const folder of ['__test__', 'bench', 'bin', 'examples', 'scripts', 'site']) {
  test(`${folder}/ has no line of more than ${COLUMNS} characters`, () => {
    const files = readdirSync(join(root, folder), { recursive: true })
      .filter((file) => CODE.test(file) && !file.split(/[\\/]/).some((part) => /^(node_modules|dist|\.)/.test(part)))
      .map((file) => join(folder, file))
    assert.ok(files.length > 0)
    assert.deepEqual(
      files.flatMap((file) => longLines(file, readFileSync(join(root, file), 'utf8'))),
      [],
    )
  })
}
