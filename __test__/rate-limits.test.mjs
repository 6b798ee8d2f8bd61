// The rate limit has one place at each level: beside `callLimits` of a tool, an override, a load and a registry.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { SpecLoader, ToolRegistry } from 'toolrack'
import { document } from './support/documents.mjs'
import { serve } from './support/server.mjs'
import { codeOf, refusal, tool } from './support/tools.mjs'

/** How many of ten calls go. */
async function allowed(registry, name) {
  let calls = 0
  for (; calls < 10; calls++) {
    const code = await registry.execute(name, {}).then(
      () => undefined,
      (error) => error.code,
    )
    if (code === undefined) continue
    assert.equal(code, 'RATE_LIMITED')
    return calls
  }
  return calls
}

/** A registry that enforces rate limits, and a loader whose API answers. */
async function scene(t, options) {
  const { url } = await serve(t, () => ({ fine: true }))
  const registry = new ToolRegistry({ enforceRateLimits: true, ...options })
  return { registry, load: (source, over) => new SpecLoader(registry).load(source, { baseUrl: url, ...over }) }
}

test('the rate limit of a tool counts before that of a registry', async () => {
  const registry = new ToolRegistry({ enforceRateLimits: true, rateLimit: 2 })
  registry.register(tool({ name: 'plain' }))
  registry.register(tool({ name: 'own', rateLimit: 4 }))
  registry.register(tool({ name: 'burst', rateLimit: 4, callLimits: { burst: 3 } }))
  assert.deepEqual(
    [await allowed(registry, 'plain'), await allowed(registry, 'own'), await allowed(registry, 'burst')],
    [2, 4, 3],
  )
  assert.deepEqual([registry.get('plain').rateLimit, registry.get('own').rateLimit], [undefined, 4])
})

test('the rate limit of an override counts before that of a load, and both before that of a registry', async (t) => {
  const { registry, load } = await scene(t, { rateLimit: 2 })
  await load(document(['a', 'b']), { name: 'limited', rateLimit: 4, overrides: { b: { rateLimit: 6 } } })
  await load(document(['c']), { name: 'free' })
  assert.deepEqual(
    [await allowed(registry, 'a'), await allowed(registry, 'b'), await allowed(registry, 'c')],
    [4, 6, 2],
  )
  assert.deepEqual([registry.get('a').rateLimit, registry.get('b').rateLimit], [4, 6])
})

const asks = (rateLimit) => ({ 'x-toolrack': { rateLimit } })

test('a document may lower the rate limit of a registry or a load, and not raise it', async (t) => {
  const source = document(['fewer', 'more'], { fewer: asks(1), more: asks(9) })
  const { registry, load } = await scene(t, { rateLimit: 3 })
  await load(source)
  assert.deepEqual([await allowed(registry, 'fewer'), await allowed(registry, 'more')], [1, 3])
  const other = await scene(t, { rateLimit: 3 })
  await other.load(source, { rateLimit: 5 })
  assert.deepEqual([await allowed(other.registry, 'fewer'), await allowed(other.registry, 'more')], [1, 5])
  const free = await scene(t, {})
  await free.load(source)
  assert.deepEqual([await allowed(free.registry, 'fewer'), await allowed(free.registry, 'more')], [1, 9])
})

test('a reload with another rate limit updates the tools', async (t) => {
  const { registry, load } = await scene(t, {})
  await load(document(['a']), { name: 'api', rateLimit: 2 })
  const report = await load(document(['a']), { name: 'api', rateLimit: 3 })
  assert.deepEqual([report.updated, registry.get('a').rateLimit], [['a'], 3])
})

test('a rate limit among the limits of calls is told that it stands beside them', async () => {
  const message = 'belongs beside callLimits: { rateLimit }'
  const callLimits = { rateLimit: 60 }
  const load = (options) => new SpecLoader(new ToolRegistry()).load(document(['a']), options)
  for (const [action, pointer] of [
    [() => new ToolRegistry({ callLimits }), '/rateLimit'],
    [() => new ToolRegistry().register(tool({ callLimits })), '/callLimits/rateLimit'],
    [() => load({ callLimits }), '/rateLimit'],
    [() => load({ overrides: { a: { callLimits } } }), '/a/callLimits/rateLimit'],
  ])
    assert.deepEqual((await refusal(action)).details.problems, [{ pointer, message }])
})

test('a rate limit that cannot be is refused at each level', async () => {
  const load = (options) => new SpecLoader(new ToolRegistry()).load(document(['a']), options)
  for (const rateLimit of [0, -1, '60', [], {}, true]) {
    for (const [action, code] of [
      [() => new ToolRegistry({ rateLimit }), 'INVALID_OPTIONS'],
      [() => new ToolRegistry().register(tool({ rateLimit })), 'INVALID_DEFINITION'],
      [() => load({ rateLimit }), 'INVALID_OPTIONS'],
      [() => load({ overrides: { a: { rateLimit } } }), 'INVALID_OPTIONS'],
    ])
      assert.equal(await codeOf(action), code, JSON.stringify(rateLimit))
  }
  const reason = 'must be a number of calls per minute above zero'
  const { message } = await refusal(() => new ToolRegistry({ rateLimit: 0 }))
  assert.equal(message, `option "rateLimit": ${reason}`)
  assert.equal((await refusal(() => load({ rateLimit: 0 }))).message, `option "rateLimit": ${reason}`)
})
