// The types of the packages of agent frameworks are taken by `register`, with no cast.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from '../support/child.mjs'

test('register takes the tools of each framework by their types', async () => {
  const tsc = join(root, 'node_modules', 'typescript', 'bin', 'tsc')
  const project = join(root, '__test__', 'frameworks', 'types')
  const { code, stdout, stderr } = await runFile([tsc, '--project', project])
  assert.deepEqual([code, stdout + stderr], [0, ''])
})
