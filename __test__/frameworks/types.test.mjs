// The types of frameworks take the tools of adapters, with no cast.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from '../support/child.mjs'

test('tsc --strict takes what users write for a framework', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = join(root, '__test__', 'frameworks', 'types')
  const { code, stdout, stderr } = await runFile([tsc, '--project', project])
  assert.deepEqual([code, stdout + stderr], [0, ''])
})
