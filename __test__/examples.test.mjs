// The programs of examples/: each fits on a screen, says how to run it, and prints what `examples/NAME.txt` here holds.
import assert from 'node:assert/strict'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { pagesOf, read } from './support/markdown.mjs'

const LINES = 60

const namesIn = (folder, ending) =>
  readdirSync(join(root, folder))
    .filter((file) => file.endsWith(ending))
    .map((file) => file.slice(0, -ending.length))
const names = namesIn('examples', '.mjs')

test('each program has an output to compare with, a row in the table, and a page of docs/ that links to it', () => {
  assert.deepEqual(namesIn('__test__/examples', '.txt'), names)
  const table = read('examples/README.md')
  const pages = pagesOf('docs').map(read)
  const linked = (name) => pages.some((page) => page.includes(`(../examples/${name}.mjs)`))
  assert.deepEqual(
    names.filter((name) => !table.includes(`| [${name}.mjs](${name}.mjs) |`) || !linked(name)),
    [],
  )
})

for (const name of names) {
  const path = `examples/${name}.mjs`
  const lines = read(path).trimEnd().split('\n')

  test(`${path} has at most ${LINES} lines, and begins with what it shows and how to run it`, () => {
    assert.ok(lines.length <= LINES, `${lines.length} lines`)
    const opening = lines.slice(
      0,
      lines.findIndex((line) => !line.startsWith('//')),
    )
    assert.equal(opening.at(-1), `// Run it: node ${path}`)
    assert.match(opening[0], /^\/\/ [A-Z][a-z ]+: /)
  })

  test(`${path} ends by itself and prints what it shows`, async () => {
    const { code, signal, stdout, stderr } = await runFile([join(root, path)])
    assert.deepEqual({ code, signal, stderr }, { code: 0, signal: null, stderr: '' })
    assert.equal(stdout, read(`__test__/examples/${name}.txt`))
  })
}
