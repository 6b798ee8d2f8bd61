// The name that providers are told, beside the name that the registry knows a tool by.
import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const both = () => registryOf({ name: 'crm.find', execute: () => 'dot' }, { name: 'crm/find', execute: () => 'slash' })
const wireNameOf = (registry, name) => registry.explain(name, 'openai').wireName

test('a tool is found by the name that a provider was told', async () => {
  const registry = both()
  const turn = registry.snapshot()
  for (const name of ['crm.find', 'crm/find']) {
    const wireName = wireNameOf(registry, name)
    assert.notEqual(wireName, name)
    for (const reading of [registry, turn]) {
      assert.equal(reading.has(wireName), true)
      assert.equal(reading.get(wireName).name, name)
      assert.equal(reading.resolve(wireName), name)
      assert.equal(reading.resolve(name), name)
      assert.equal(reading.history(name).length, 1)
      const expected = name === 'crm.find' ? 'dot' : 'slash'
      assert.equal(await reading.execute(wireName), expected)
      const { value, toolName } = await reading.call(wireName)
      assert.deepEqual([value, toolName], [expected, name])
      for await (const piece of reading.stream(wireName)) assert.equal(piece, expected)
      assert.deepEqual(reading.explain(wireName, 'anthropic'), reading.explain(name, 'anthropic'))
    }
  }
})

test('an exact name comes first: no word means two tools', () => {
  const registry = both()
  const [taken] = registry.definitions('openai').map(({ name }) => name)
  assert.equal(registry.resolve(taken), 'crm.find')
  registry.register(tool({ name: taken }))
  // The tool that was told by that name is told by another one since.
  assert.equal(registry.resolve(taken), taken)
  assert.notEqual(wireNameOf(registry, 'crm.find'), taken)
  const words = registry.list().flatMap((name) => [...new Set([name, wireNameOf(registry, name)])])
  assert.equal(new Set(words).size, words.length)
})

test('a model is answered for the names that its provider was told, and for no other', async () => {
  const registry = both()
  const call = (name) => registry.respond('plain', { name })
  const told = registry.definitions('plain').map(({ name }) => name)
  assert.deepEqual(
    (await Promise.all(told.map(call))).map(({ value }) => value),
    ['dot', 'slash'],
  )
  const { error } = await call('crm/find')
  assert.equal(error.code, 'UNKNOWN_TOOL')
  assert.ok(error.nearest.length > 0 && error.nearest.every((name) => told.includes(name)), error.nearest)
  assert.deepEqual(
    [registry.resolve('crm/find', 'openai'), registry.resolve(told[0], 'openai')],
    [undefined, 'crm.find'],
  )
  assert.equal(await codeOf(() => registry.resolve('a', 'open-ai')), 'INVALID_OPTIONS')
  assert.equal(await codeOf(() => registry.resolve(5)), 'INVALID_OPTIONS')
})

test('rate limits, events and the audit log go by the name of the registry', async () => {
  const path = join(mkdtempSync(join(tmpdir(), 'toolrack-')), 'audit.jsonl')
  const registry = new ToolRegistry({ enforceRateLimits: true, audit: { path, calls: true, sync: 'each' } })
  registry.register(tool({ name: 'crm/find', rateLimit: 2, execute: (_, { toolName }) => toolName }))
  const wireName = wireNameOf(registry, 'crm/find')
  const events = []
  registry.on('call', ({ toolName, outcome }) => events.push([toolName, outcome]))
  assert.equal(await registry.execute(wireName), 'crm/find')
  assert.equal((await registry.respond('plain', { name: wireName })).value, 'crm/find')
  const error = await refusal(() => registry.execute('crm/find'))
  assert.deepEqual([error.code, error.details.tool], ['RATE_LIMITED', 'crm/find'])
  assert.deepEqual(events, [
    ['crm/find', 'ok'],
    ['crm/find', 'ok'],
    ['crm/find', 'RATE_LIMITED'],
  ])
  registry.close()
  const calls = readFileSync(path, 'utf8')
    .trim()
    .split('\n')
    .map(JSON.parse)
    .filter(({ kind }) => kind === 'call')
  assert.deepEqual(
    calls.map(({ data }) => [data.tool, data.source]),
    Array(3).fill(['crm/find', 'code']),
  )
})

test('writing doors take the name of the registry alone', async () => {
  const registry = registryOf({ name: 'crm/find' })
  const wireName = wireNameOf(registry, 'crm/find')
  assert.equal(registry.unregister(wireName), false)
  assert.equal(await codeOf(() => registry.replace(tool({ name: wireName }))), 'UNKNOWN_TOOL')
  assert.deepEqual(registry.list(), ['crm/find'])
})
