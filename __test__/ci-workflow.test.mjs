// The workflow of docs/ci.md: its steps run as on GitHub, in a checkout with the base of a pull request beside it.
import assert from 'node:assert/strict'
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises'
import { delimiter, join } from 'node:path'
import { test } from 'node:test'
import { load } from 'js-yaml'
import { spawned } from './support/child.mjs'
import { commandFolder, petsDocument } from './support/command-line.mjs'
import { codeBlocks } from './support/examples.mjs'
import { read } from './support/markdown.mjs'
import { BIN } from './support/served-documents.mjs'

const [{ code: workflow }] = codeBlocks(read('docs/ci.md'), ['yaml'])
const steps = load(workflow).jobs.tools.steps

/** Runs the steps that have a name, with this document in the pull request; the exit code of each, and the summary. */
async function pullRequest(t, next) {
  const { path } = await commandFolder(t, { 'openapi.yaml': next })
  const base = steps.find((step) => step.with?.path !== undefined)
  assert.equal(base.with.ref, '${{ github.base_ref }}')
  await mkdir(join(path, base.with.path))
  await writeFile(join(path, base.with.path, 'openapi.yaml'), JSON.stringify(petsDocument()))
  await mkdir(join(path, 'bin'))
  await writeFile(join(path, 'bin', 'toolrack'), `#!/bin/sh\nexec "${process.execPath}" "${BIN}" "$@"\n`)
  await chmod(join(path, 'bin', 'toolrack'), 0o755)
  const summary = join(path, 'summary.md')
  const PATH = `${join(path, 'bin')}${delimiter}${process.env.PATH}`
  const env = { ...process.env, PATH, GITHUB_STEP_SUMMARY: summary }
  const codes = {}
  for (const { name, run } of steps.filter((step) => step.name !== undefined)) {
    // The shell of a step: https://docs.github.com/actions/reference/workflow-syntax-for-github-actions
    const { code, stderr } = await spawned('bash', ['--noprofile', '--norc', '-eo', 'pipefail', '-c', run], {
      cwd: path,
      env,
    })
    assert.equal(stderr, '')
    codes[name] = code
  }
  return { codes, summary: await readFile(summary, 'utf8') }
}

for (const [what, next, codes, summary] of [
  ['nothing', petsDocument(), { Losses: 0, Changes: 0 }, /no tool differs/],
  ['a text', petsDocument('1.1.0', { listPets: { summary: 'Other' } }), { Losses: 0, Changes: 0 }, /\| wording \|/],
  [
    'a parameter',
    petsDocument('1.1.0', { listPets: { parameters: [] } }),
    { Losses: 0, Changes: 1 },
    /\*\*breaking\*\*/,
  ],
  [
    'a reference that leads nowhere',
    petsDocument('1.1.0', { listPets: { requestBody: { $ref: '#/none' } } }),
    { Losses: 1, Changes: 1 },
    /unreadable: listPets/,
  ],
])
  test(`a pull request that changes ${what}`, { skip: process.platform === 'win32' }, async (t) => {
    const done = await pullRequest(t, next)
    assert.deepEqual(done.codes, codes)
    assert.match(done.summary, summary)
  })
