// README.md is one page; every example of it runs as it stands, in a project of its own, and prints what it claims.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeBlocks, compileExamples, exampleProject, runExample } from './support/examples.mjs'
import { pagesOf, read } from './support/markdown.mjs'

const LINES = 150
/** The line by which the first example has printed something. */
const FIRST_RESULT = 15

const readme = read('README.md')
const lines = readme.trimEnd().split('\n')

test(`README.md has at most ${LINES} lines, and its first example prints a result by line ${FIRST_RESULT}`, () => {
  assert.ok(lines.length <= LINES, `${lines.length} lines`)
  const result = lines.findIndex((line) => line.includes('console.log(await registry.execute('))
  assert.ok(result >= 0 && result < FIRST_RESULT, `line ${result + 1}`)
})

test('README.md leads to each page of docs/', () => {
  const missing = pagesOf('docs').filter((path) => path !== 'docs/README.md' && !readme.includes(`](${path})`))
  assert.deepEqual(missing, [])
})

test('each example compiles, runs, ends by itself and says what it claims', async (t) => {
  const path = await exampleProject(t)
  const examples = codeBlocks(readme, ['js', 'ts']).map((block, i) => ({ ...block, name: `readme-${i}` }))
  assert.ok(examples.length >= 3)
  await compileExamples(path, examples)
  await Promise.all(examples.map((example) => runExample(path, example)))
})
