// What a module exports in place of a tool, or as a tool that cannot be read: each is an error that names it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import { THROWN, proxied, revoked } from './support/hostile.mjs'
import { namespaceOf, recognise, recogniseExports, recogniseValue, seen } from './support/shapes.mjs'
import { refusal, tool } from './support/tools.mjs'

const execute = () => 1
const schema = { type: 'object' }
const thrower = (message = 'no look at me') => {
  throw new Error(message)
}
/** An object with a member that throws. */
const throwing = (key, members) => Object.defineProperty({ ...members }, key, { get: thrower, enumerable: true })
const handler = () => ({ content: [] })
const registered = (over) => ({ handler, enabled: true, update() {}, description: 'A', ...over })

class Failing {
  static toolSpec = { name: 'a', description: 'A' }
  constructor() {
    thrower('no database')
  }
  execute() {}
}
class Idle {
  static toolSpec = { name: 'a', description: 'A' }
}
const spin = []
spin.push(tool(), spin)
const deep = (levels) => (levels === 0 ? tool() : [deep(levels - 1)])
const server = new McpServer({ name: 'crm', version: '1.0.0' })
const disabled = server.registerTool('a', { description: 'A' }, handler)
disabled.enabled = false
/** The export beside a good one, and what its error says. */
const FAULTS = [
  [
    'a definition with nothing to call (E15)',
    { name: 'a', description: 'A', parameters: {} },
    'is a definition with nothing to call: write execute(params, context)',
  ],
  ['a definition of Anthropic (E15)', { name: 'a', input_schema: schema }, 'is a definition with nothing to call'],
  [
    'a definition of chat completions (E15)',
    { type: 'function', function: { name: 'a' } },
    'is a definition with nothing to call',
  ],
  [
    'a definition with run in place of execute',
    { name: 'a', parameters: {}, run: execute },
    'write execute(params, context) in place of run',
  ],
  [
    'a definition whose execute is a text',
    { name: 'a', parameters: {}, execute: 'a' },
    '/execute must be a function, is a string',
  ],
  [
    'a tool of the AI SDK with an id',
    { id: 'a', description: 'x', inputSchema: schema, execute },
    '/id stands beside execute in what has no name: give a name, or leave the id out',
  ],
  [
    'a definition of Anthropic without a name',
    { description: 'x', input_schema: schema, execute },
    '/name must be a text',
  ],
  [
    'a class whose constructor fails',
    Failing,
    'is a class whose constructor failed, called without arguments: no database',
  ],
  ['a class with nothing to call', Idle, 'has a toolSpec and nothing to call'],
  ['a registered tool that is disabled', disabled, 'is disabled in its MCP server'],
  ['a registered tool that is a task', registered({ handler: { createTask() {} } }), 'runs as a task of MCP'],
  ['a list of tools without names', [registered()], 'has no name, and its place gives it none', 'a/0'],
  [
    'a provider',
    { loadTools() {}, addConsumer() {}, removeConsumer() {} },
    'is a provider: give the provider itself to add',
  ],
  ['a list with something else in it', [tool(), 'x'], 'is no tool but a string', 'a/1'],
  ['a record with something else in it', { x: tool(), run() {} }, 'is no tool but a function', 'a/run'],
  ['a list that holds itself', spin, 'is no tool but a circle back to what holds it', 'a/1'],
  ['lists nested too deep', [tool(), deep(17)], 'is no tool but a list, which is nested deeper than 16', 'a/1'],
  ['a getter that throws', throwing('execute', { name: 'a' }), 'cannot be read: no look at me'],
  ['a proxy', proxied({}), 'cannot be read: no look at me'],
  ['a proxy of a function', proxied(execute), 'cannot be read: no look at me'],
  ['a revoked proxy', revoked({}), "cannot be read: Cannot perform 'get' on a proxy that has been revoked"],
  ['a revoked proxy of a function', revoked(execute), 'cannot be read: Cannot perform'],
  ['a list that throws', [tool(), proxied([])], 'cannot be read', 'a/1'],
  [
    'a spec that throws',
    throwing('name', { description: 'A' }),
    'cannot be read: no look at me',
    'toolSpec',
    'toolSpec',
  ],
  [
    'a spec without a function',
    { name: 'a', description: 'A' },
    'is a spec with no function to call: export one as "a" or as default',
    'toolSpec',
    'toolSpec',
  ],
  [
    'a spec with parameters',
    { name: 'z', parameters: {} },
    '/parameters is no member of a toolSpec: write inputSchema',
    'z',
    'toolSpec',
  ],
]

for (const [what, value, says, at = 'a', name = 'a'] of FAULTS) {
  test(`${what} is the error of its export, and the others are tools`, async () => {
    const exports = { [name]: value, good: tool({ name: 'good' }), ...(at === 'z' && { z: execute }) }
    const { tools, failed } = await recognise(exports)
    assert.equal(
      tools.some(({ tool }) => tool.definition.name === 'good'),
      true,
    )
    assert.deepEqual(
      failed.map((one) => [one.export, one.error.code]),
      [[at, 'INVALID_DEFINITION']],
    )
    const { message, details } = failed[0].error
    assert.ok(message.startsWith(`export "${at}" of ./crm.js `) && message.includes(says), message)
    assert.deepEqual([details.export, details.source], [at, './crm.js'])
  })
}

for (const [what, make] of Object.entries(THROWN)) {
  test(`a getter export that throws ${what} is an error of its export`, async () => {
    const exports = namespaceOf({ good: tool() })
    Object.defineProperty(exports, 'bad', {
      enumerable: true,
      get: () => {
        throw make()
      },
    })
    const { tools, failed } = await recogniseExports(exports, { stem: 'crm', specifier: './crm.js' })
    assert.deepEqual([tools.length, failed.map((one) => one.export)], [1, ['bad']])
  })
}

/** The module without a tool, and what its error says. */
const EMPTY = [
  ['no exports', {}, './crm.js exports no tool: export const NAME = { description, parameters, execute }'],
  ['a helper', { help() {} }, '/help is a function'],
  ['an almost tool', { search: { title: 'A', run() {} } }, '/search is an object { title, run }'],
  ['a class', { default: class {} }, '/default is a class'],
  ['a promise', { a: Promise.resolve(tool()) }, '/a is a promise: export what it resolves to, by await'],
  ['data', { cities: ['Oslo'], n: 1, nothing: null }, '/cities is a list; /n is a number; /nothing is null'],
  ['a circle', (({ state }) => ((state.self = state), { state }))({ state: {} }), '/state is an object { self }'],
  ['private exports', { _tool: tool() }, 'exports no tool'],
]

for (const [what, exports, says] of EMPTY) {
  test(`a module with ${what} alone is refused, and the error says what was seen`, async () => {
    const { code, message } = await refusal(() => recognise(exports))
    assert.equal(code, 'INVALID_DEFINITION')
    assert.ok(message.includes(says), message)
  })
}

test('an export that was asked for and is no tool is refused by name', async () => {
  const { message } = await refusal(() => recognise({ a: tool(), help() {} }, { exportName: 'help' }))
  assert.equal(
    message,
    'export "help" of ./crm.js is no tool but a function: export const NAME = { description, parameters, execute }',
  )
})

test('a value that is no tool is refused by itself', async () => {
  for (const [value, says] of [
    ['x', 'a string'],
    [() => 1, 'a function'],
    [undefined, 'nothing'],
    [[], 'a list'],
  ]) {
    const { failed } = await seen(recogniseValue(value, { specifier: 'add(spec)' }))
    assert.deepEqual(failed, {
      '': `add(spec) is no tool but ${says}: give { name, description, inputSchema, execute }`,
    })
  }
})

test('a module of much data costs a bounded look, and its tools are found', async () => {
  const data = Array.from({ length: 300_000 }, (_, i) => ({ i }))
  let asked = 0
  const counting = new Proxy(data, { get: (target, key) => (asked++, Reflect.get(target, key)) })
  assert.deepEqual(await seen(recognise({ a: tool(), z: counting })), {
    tools: { a: 'echo' },
    passedOver: 1,
    failed: {},
  })
  assert.ok(asked < 250_000, `${asked} reads`)
})
