// The same facts in every test runner and runtime that people use, installed in a folder of their own.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import * as toolrack from 'toolrack'
import factsOf from './programs/facts.cjs'
import { BUNDLERS, bundleProgram } from './support/bundlers.mjs'
import { RUNTIMES, binaryOf, copyPackage, install, runProgram } from './support/programs.mjs'

const FACTS = Object.keys(factsOf(toolrack)).length
const missing = install()
if (missing === undefined) copyPackage()
// Where packages can be installed at all, nobody must believe that these were run.
const skip = missing !== undefined && process.env.CI !== 'true' ? missing : false

/** Runs a program, and judges how many facts held. */
async function holds(command, args, heldIn, facts = FACTS) {
  assert.equal(missing, undefined)
  const { code, signal, stdout, stderr } = await runProgram(command, args)
  const all = `${failedIn(stdout)}\n${stderr}`
  assert.deepEqual([code, signal], [0, null], all)
  assert.equal(heldIn(stdout), facts, all)
}
const reportIn = (stdout) => JSON.parse(stdout.slice(stdout.indexOf('{"')))
const passedIn = (stdout) => reportIn(stdout).numPassedTests

/** What a program said, or which facts its report has for failed. */
function failedIn(stdout) {
  if (!stdout.includes('"testResults"')) return stdout
  const results = reportIn(stdout).testResults.flatMap(({ assertionResults }) => assertionResults)
  return results
    .filter(({ status }) => status !== 'passed')
    .map(({ title, failureMessages }) => `${title}: ${failureMessages[0]}`)
    .join('\n')
}

const ofJest = ['node_modules/jest/bin/jest.js', '--config', 'jest.config.json', '--json', '--testPathPatterns']
const JEST = {
  'Jest with modules': ['--experimental-vm-modules', ...ofJest, 'facts.esm'],
  'Jest with CommonJS': [...ofJest, 'facts.cjs'],
  'Jest with a DOM': [...ofJest, 'facts.jsdom'],
}
for (const [runner, args] of Object.entries(JEST)) {
  test(`every fact holds in ${runner}`, { skip }, () => holds(process.execPath, args, passedIn))
}

for (const pool of ['threads', 'forks', 'vmThreads', 'vmForks']) {
  test(`every fact holds in Vitest with ${pool}`, { skip }, () =>
    holds(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', '--pool', pool, '--reporter', 'json'], passedIn),
  )
}

const ofNode = ['--test', '--test-reporter', 'tap']
const okIn = (stdout) => Number(/^# pass (\d+)$/m.exec(stdout)?.[1])
test('every fact holds in node:test', { skip }, () => holds(process.execPath, [...ofNode, 'node.test.mjs'], okIn))

test('LangChain takes the schemas of tools, and writes into copies', { skip }, () =>
  holds(process.execPath, [...ofNode, 'langchain.test.mjs'], okIn, 14),
)

const heldIn = (stdout) => JSON.parse(stdout).held
for (const [name, runtime] of Object.entries(RUNTIMES)) {
  const { binary, missing } = binaryOf(runtime)
  const options = { skip: skip || (missing ?? false) }
  test(`every fact holds in ${name}`, options, () => holds(binary, [...runtime.args, 'run.mjs'], heldIn))
  test(`${name} goes on and ends when workers that use toolrack have ended`, options, () =>
    holds(binary, [...runtime.args, 'workers.mjs'], heldIn, 1),
  )
}

for (const bundler of Object.keys(BUNDLERS)) {
  test(`the configuration of docs/bundlers.md for ${bundler} makes a bundle that runs`, { skip }, (t) =>
    bundleProgram(t, bundler),
  )
}
