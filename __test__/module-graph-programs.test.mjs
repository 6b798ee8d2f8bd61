// Programs of several modules: the module graph runs them as Node's own import does.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { directoryOf, graphOf } from './support/module-graph.mjs'
import { FORMAT_PROGRAMS, REQUIRE_PROGRAMS } from './support/module-format-programs.mjs'
import { ASYNC_PROGRAMS, PROGRAMS } from './support/module-programs.mjs'
import { randomProgram } from './support/random-programs.mjs'

const hasRequireOfEs = process.features.require_module === true

for (const [kind, programs] of Object.entries({ PROGRAMS, ASYNC_PROGRAMS, FORMAT_PROGRAMS, REQUIRE_PROGRAMS }))
  for (const [name, { entry = 'entry.mjs', ...files }] of Object.entries(programs)) {
    const skip = kind === 'REQUIRE_PROGRAMS' && !hasRequireOfEs ? 'this Node has no require() of ES modules' : false
    test(name, { skip }, (t) => runsAlike(t, files, entry))
  }

test('random programs', { concurrency: false }, async (t) => {
  for (let seed = 0; seed < 60; seed++) {
    const files = randomProgram(seed)
    await t.test(`of seed ${seed}`, (t) => runsAlike(t, files, 'm0.mjs'))
  }
})

const sleeping = new Set()
globalThis.sleep = (ms) => {
  const slept = new Promise((done) => setTimeout(done, ms)).then(() => sleeping.delete(slept))
  sleeping.add(slept)
  return slept
}

/** Runs a program by Node's import and by the graph, and compares what they log, export and throw. */
async function runsAlike(t, files, entry) {
  const run = async (load) => {
    const directory = directoryOf(t, files)
    globalThis.log = []
    const outcome = await load(join(directory, entry)).then(described, failure)
    // What follows the import by promises has happened, too, and what goes on beside a module that failed.
    for (let i = 0; i < 3; i++) await new Promise(setImmediate)
    while (sleeping.size > 0) await Promise.all(sleeping)
    return { log: globalThis.log, ...outcome }
  }
  const byNode = await run((file) => import(pathToFileURL(file)))
  const byGraph = await run(async (file) => {
    const { modules, failed } = await graphOf().load([file])
    if (failed.size > 0) throw failed.get(file)
    return modules.get(file).namespace
  })
  assert.deepEqual(byGraph, byNode)
}

/** The exports, without what only some versions of Node have. */
async function described(namespace) {
  const exports = {}
  for (const name of Object.keys(namespace).filter((one) => one !== 'module.exports')) {
    const value = namespace[name]
    if (value instanceof Promise) await value
    Object.defineProperty(exports, name, { value: text(value), enumerable: true })
  }
  return { exports }
}

function text(value) {
  if (typeof value === 'function') return `function ${value.name}`
  return JSON.stringify(value) ?? String(value)
}

/** What was thrown; that of the graph is the cause of its error. A graph that does not link has a code of its own. */
function failure(error) {
  const thrown = error.cause ?? error
  const isLink = error.name === 'SyntaxError' || (error.code === 'INVALID_SPEC' && error.cause === undefined)
  return { thrown: isLink ? 'does not link' : `${thrown.name}: ${thrown.message}` }
}
