// Two copies of the package in one program, and registries where no registry can be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { inspect } from 'node:util'
import { SpecLoader, ToolRegistry, registerDynamicTool } from 'toolrack'
import { root } from './support/child.mjs'
import { folder } from './support/documents.mjs'
import { copyPackage } from './support/programs.mjs'
import { loadedAgain, refusal, registryOf, tool } from './support/tools.mjs'

const require = createRequire(import.meta.url)

test('a registry of another copy of toolrack is refused with the version and place of both', async (t) => {
  const path = join(await folder(t), 'node_modules', 'toolrack')
  copyPackage(path)
  const { ToolRegistry: Other } = require(path)
  const { version } = require('../package.json')
  const { code, message, details } = await refusal(() => new SpecLoader(new Other()))
  assert.deepEqual([code, details.option], ['INVALID_OPTIONS', 'registry'])
  assert.ok(
    message.includes(
      `another copy of toolrack (${version} at ${path}; this one is ${version} at ${join(root, '.')}`.replace(
        /\/$/,
        '',
      ),
    ),
    message,
  )
  assert.match(message, /npm dedupe/)
})

test('a registry of the same copy, loaded a second time, is told as that', async () => {
  const { ToolRegistry: Other } = loadedAgain()
  const { code, message } = await refusal(() => new SpecLoader(new Other()))
  assert.equal(code, 'INVALID_OPTIONS')
  assert.match(
    message,
    /is one of toolrack as it was loaded before .*: take both classes from one import, in one module registry$/,
  )
})

/** What is given for a registry, and what the error says of it. */
const OTHERS = [
  [
    {},
    /is an object literal: a registry cannot be copied, spread or sent to another thread; make one where it is needed$/,
  ],
  [{ ...new ToolRegistry() }, /is an object literal/],
  [JSON.parse(JSON.stringify(new ToolRegistry())), /is an object literal/],
  [new Proxy(new ToolRegistry(), {}), /is a Proxy around something: hand over the registry itself$/],
  [ToolRegistry, /is a function or a class: make an instance of it$/],
  [new Map(), /is an instance of Map$/],
  [undefined, /is undefined$/],
  [null, /is null$/],
  ['registry', /is string$/],
]
test('whatever is no registry is told for what it is', async () => {
  for (const [value, words] of OTHERS) {
    const { code, message } = await refusal(() => new SpecLoader(value))
    assert.equal(code, 'INVALID_OPTIONS')
    assert.match(message, words)
  }
  for (const value of [{}, null, undefined, 'registry'])
    assert.equal((await refusal(() => registerDynamicTool(value, tool()))).code, 'INVALID_OPTIONS')
})

test('a registry, a snapshot and a loader cannot be cloned or posted, and the error says which it was', (t) => {
  const registry = registryOf({})
  const { port1, port2 } = new MessageChannel()
  t.after(() => (port1.close(), port2.close()))
  for (const [name, value] of Object.entries({
    ToolRegistry: registry,
    Snapshot: registry.snapshot(),
    SpecLoader: new SpecLoader(registry),
  })) {
    const refused = { name: 'DataCloneError', message: `#<${name}> could not be cloned.` }
    assert.throws(() => structuredClone(value), refused)
    assert.throws(() => port1.postMessage({ deep: [value] }), refused)
    assert.throws(() => new Worker('', { eval: true, workerData: value }), refused)
    assert.deepEqual(
      [
        /^(\w+) \{/.exec(inspect(value))[1],
        JSON.stringify(value),
        Object.keys(value),
        Object.prototype.toString.call(value),
      ],
      [name, '{}', [], '[object Object]'],
    )
  }
})

test('a class made of ToolRegistry is a registry', async () => {
  class Own extends ToolRegistry {}
  const registry = new Own()
  registry.register(tool())
  const { added } = await new SpecLoader(registry).load(
    { openapi: '3.1.0', paths: { '/a': { get: { operationId: 'a' } } } },
    { name: 'a' },
  )
  assert.deepEqual([registry.list(), added, registry instanceof Own], [['echo', 'a'], ['a'], true])
})
