// Every example of docs/ compiles, runs as it stands in a project of its own, and prints what it claims to print.
import assert from 'node:assert/strict'
import { mkdir, readFile, readdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { claimsOf, codeBlocks, spaceless } from './support/examples.mjs'
import { STRICT_TSC } from './support/typescript.mjs'

const pages = (await readdir(join(root, 'docs'))).filter((name) => name.endsWith('.md'))
const examples = (
  await Promise.all(
    pages.map(async (page) => {
      const blocks = codeBlocks(await readFile(join(root, 'docs', page), 'utf8'), ['js', 'ts'])
      return blocks.map((block, i) => ({ ...block, name: `${page.replace('.md', '')}-${i}` }))
    }),
  )
).flat()

test('docs/ has examples', () => assert.ok(examples.length > 20))

test('each example compiles, runs, ends by itself and says what it claims', async (t) => {
  const path = await folder(t)
  await mkdir(join(path, 'node_modules', '@types'), { recursive: true })
  await symlink(root, join(path, 'node_modules', 'toolrack'), 'junction')
  for (const name of ['@types/node', 'undici-types'])
    await symlink(join(root, 'node_modules', name), join(path, 'node_modules', name), 'junction')
  for (const { name, language, code } of examples)
    await writeFile(join(path, `${name}.${language === 'ts' ? 'mts' : 'mjs'}`), `${code}\nexport {}\n`)
  const typed = examples.filter(({ language }) => language === 'ts').map(({ name }) => `${name}.mts`)
  const compiled = await runFile([...STRICT_TSC, '--skipLibCheck', ...typed], { cwd: path, killAfterMs: 60_000 })
  assert.deepEqual([compiled.code, compiled.stdout], [0, ''])
  for (const { name, heading, code } of examples) {
    const { code: ended, signal, stdout, stderr } = await runFile([`${name}.mjs`], { cwd: path })
    assert.deepEqual([ended, signal, stderr], [0, null, ''], `${name}, "${heading}"`)
    for (const claim of claimsOf(code))
      assert.ok(spaceless(stdout).includes(spaceless(claim)), `${name} does not say ${claim}:\n${stdout}`)
  }
})
