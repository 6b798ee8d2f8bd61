// The types hold what they promise, and refuse what they should, for modules and for CommonJS.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { root, runFile } from './support/child.mjs'

/** What the compiler says to the files of a folder. */
async function compile(...folder) {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, stdout, stderr } = await runFile([tsc, '--project', join(root, '__test__', 'types', ...folder)])
  return [code, stdout + stderr]
}

test('tsc --strict takes what users write, and refuses what they should not', async () => {
  assert.deepEqual(await compile(), [0, ''])
})

test('the types of the SDKs take the tools and the answers, and their calls are taken, with no cast', async () => {
  assert.deepEqual(await compile('sdks'), [0, ''])
})
