// Every example of the README runs as it stands, in a project of its own, and says what it claims to say.
import assert from 'node:assert/strict'
import { existsSync } from 'node:fs'
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { claimsOf, codeBlocks, spaceless } from './support/examples.mjs'
import { STRICT_TSC } from './support/typescript.mjs'

const file = join(root, 'README.md')

/** The examples of a language. */
const examples = async (language) => codeBlocks(await readFile(file, 'utf8'), [language])

/** A project that has installed this checkout. */
async function project(t) {
  const path = await folder(t)
  await mkdir(join(path, 'node_modules', '@types'), { recursive: true })
  await symlink(root, join(path, 'node_modules', 'toolrack'), 'junction')
  await mkdir(join(path, 'node_modules', '@anthropic-ai'))
  for (const name of ['@types/node', 'undici-types', '@anthropic-ai/sdk', 'ai', 'zod'])
    await symlink(join(root, 'node_modules', name), join(path, 'node_modules', name), 'junction')
  return path
}

test('each example in JavaScript runs, ends by itself and says what it claims', async (t) => {
  const path = await project(t)
  const all = await examples('js')
  assert.ok(all.length > 0)
  await Promise.all(
    all.map(async ({ heading, code }, i) => {
      await writeFile(join(path, `${i}.mjs`), code)
      const { code: ended, signal, stdout, stderr } = await runFile([`${i}.mjs`], { cwd: path })
      assert.deepEqual([ended, signal, stderr], [0, null, ''], `"${heading}"`)
      for (const claim of claimsOf(code))
        assert.ok(spaceless(stdout).includes(spaceless(claim)), `"${heading}" does not say ${claim}:\n${stdout}`)
    }),
  )
})

test('each example in TypeScript compiles', async (t) => {
  const path = await project(t)
  const all = await examples('ts')
  assert.ok(all.length > 0, 'README.md has no example in TypeScript')
  const files = await Promise.all(
    all.map(async ({ code }, i) => (await writeFile(join(path, `${i}.mts`), code), `${i}.mts`)),
  )
  const { code, stdout } = await runFile([...STRICT_TSC, '--noEmit', '--skipLibCheck', ...files], { cwd: path })
  assert.deepEqual([code, stdout], [0, ''])
})

test('files that the README links to are there', async () => {
  const text = await readFile(file, 'utf8')
  for (const [, link] of text.matchAll(/\]\((?!https?:)([^)#]+)/g)) assert.ok(existsSync(join(root, link)), link)
})
