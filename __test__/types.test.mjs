// The types hold what they promise, and refuse what they should, for modules and for CommonJS.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { join } from 'node:path'
import { root, runFile } from './support/child.mjs'

test('tsc --strict takes what users write, and refuses what they should not', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const { code, stdout, stderr } = await runFile([tsc, '--project', join(root, '__test__', 'types', 'tsconfig.json')])
  assert.deepEqual([code, stdout + stderr], [0, ''])
})
