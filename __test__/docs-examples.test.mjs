// Every example of docs/ compiles, runs as it stands in a project of its own, and prints what it claims to print.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { codeBlocks, compileExamples, exampleProject, runExample } from './support/examples.mjs'
import { pagesOf, read } from './support/markdown.mjs'

const examples = pagesOf('docs').flatMap((path) =>
  codeBlocks(read(path), ['js', 'ts']).map((block, i) => ({ ...block, name: `${path.slice(5, -3)}-${i}` })),
)

/** Examples that run at a time. */
const AT_ONCE = 4

test('docs/ has examples', () => assert.ok(examples.length > 20))

test('each example compiles, runs, ends by itself and says what it claims', async (t) => {
  const path = await exampleProject(t)
  await compileExamples(path, examples)
  for (let i = 0; i < examples.length; i += AT_ONCE)
    await Promise.all(examples.slice(i, i + AT_ONCE).map((example) => runExample(path, example)))
})
