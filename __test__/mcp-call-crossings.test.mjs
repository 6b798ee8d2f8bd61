// Crossings of MCP calls: how often one call of a closure goes to Rust, which is most of what it costs.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { mock, test } from 'node:test'
import toolrack from '../lib/index.js'
import { connect, ERAS } from './support/mcp-client.mjs'

const { native } = createRequire(import.meta.url)('../lib/border/native.js')

/** Counts what is called of Rust, by class and method, while `work` is under way. */
async function crossings(work) {
  const counts = {}
  const spies = []
  for (const [name, { prototype }] of Object.entries(native)) {
    if (prototype === undefined) continue
    for (const key of Object.getOwnPropertyNames(prototype)) {
      const { value, get } = Object.getOwnPropertyDescriptor(prototype, key)
      const count = () => (counts[`${name}.${key}`] = (counts[`${name}.${key}`] ?? 0) + 1)
      if (typeof get === 'function')
        spies.push(
          mock.getter(prototype, key, function () {
            count()
            return get.call(this)
          }),
        )
      else if (typeof value === 'function' && key !== 'constructor')
        spies.push(
          mock.method(prototype, key, function (...given) {
            count()
            return value.apply(this, given)
          }),
        )
    }
  }
  await work()
  for (const spy of spies) spy.mock.restore()
  return counts
}

function registryOf(t) {
  const registry = new toolrack.ToolRegistry()
  t.after(() => registry.close())
  const parameters = { city: { type: 'string' } }
  registry.register({ name: 'weather', description: 'The weather', parameters, execute: ({ city }) => city })
  return registry
}

const CALL = { name: 'weather', arguments: { city: 'Bern' } }

for (const era of Object.keys(ERAS))
  test(`a call over stdio crosses for its arguments and its reply alone: ${era}`, async (t) => {
    const client = await connect(t, registryOf(t), { era })
    const call = async () => {
      const { result } = await client.ask('tools/call', CALL)
      assert.equal(result.content[0].text, 'Bern')
    }
    await call()
    assert.deepEqual(await crossings(call), {
      'NativeRegistry.revision': 1,
      'NativeTool.validate': 1,
      'NativeModelTool.answer': 1,
    })
  })
