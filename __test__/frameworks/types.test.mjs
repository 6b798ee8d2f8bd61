// The types of frameworks take the tools of adapters, with no cast: of a program, and of the pages for frameworks.
import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from '../support/child.mjs'

const project = join(root, '__test__', 'frameworks', 'types')

test('tsc --strict takes what users write for a framework', async (t) => {
  // Within the project: packages are found from here.
  const folder = await mkdtemp(join(project, 'pages-'))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const include = ['../*.mts', '*.mts']
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ extends: '../tsconfig.json', include }))
  for (const page of ['frameworks', 'frameworks-more']) {
    const text = await readFile(join(root, 'docs', `${page}.md`), 'utf8')
    const examples = [...text.matchAll(/^```ts\n([\s\S]*?)^```/gm)]
    assert.ok(examples.length > 4)
    for (const [i, [, code]] of examples.entries()) await writeFile(join(folder, `${page}-${i}.mts`), code)
  }
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, stdout, stderr } = await runFile([tsc, '--project', folder], { killAfterMs: 60_000 })
  assert.deepEqual([code, stdout + stderr], [0, ''])
})
