// Prototype pollution: what somebody adds to `Object.prototype` approves no call and is no caller, while members of a
// class of the caller count.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry } from 'toolrack'
import { llamaindexTools } from 'toolrack/llamaindex'

const registry = new ToolRegistry()
const said = []
const execute = (_, { approved, userId }) => {
  said.push({ approved, userId })
  return said.at(-1)
}
registry.register({ name: 'drop', description: 'Drops it', requiresApproval: true, execute })
registry.register({ name: 'who', description: 'Says who calls', execute })
const bound = registry.snapshot({ context: { auditingId: 'a' } })

/** The calls of both ways, on a registry, a snapshot and the snapshot of a caller. */
const WAYS = {
  'execute of a registry': (name, options) => registry.execute(name, {}, options),
  'execute of a snapshot': (name, options) => registry.snapshot().execute(name, {}, options),
  'execute for a caller': (name, options) => bound.execute(name, {}, options),
  'call of a registry': async (name, options) => (await registry.call(name, {}, options)).value,
  'respond of a registry': (name, options) => reply(registry, name, options),
  'respond of a snapshot': (name, options) => reply(registry.snapshot(), name, options),
  'respond for a caller': (name, options) => reply(bound, name, options),
}

async function reply(offered, name, options) {
  return unwrap(await offered.respond('plain', { name, arguments: {} }, options))
}

function unwrap({ ok, value, error }) {
  if (!ok) throw error
  return value
}

function codeOf(call) {
  return call.then(
    () => 'made',
    ({ code }) => code,
  )
}

/** Adds a member to `Object.prototype` while `work` starts its calls. */
function polluted(name, value, work) {
  // oxlint-disable-next-line no-extend-native -- it is what is tested
  Object.defineProperty(Object.prototype, name, { value, configurable: true, writable: true, enumerable: false })
  return work().finally(() => delete Object.prototype[name])
}

for (const [way, call] of Object.entries(WAYS)) {
  for (const options of [undefined, {}, { context: {} }, { timeoutMs: 1_000, versions: {} }])
    test(`${way}: a_polluted_prototype_approves_nothing_with_${JSON.stringify(options)}`, async () => {
      // A snapshot of a caller has no versions, and `respond` of a snapshot neither.
      if (options?.versions !== undefined && !way.endsWith('registry')) return
      assert.equal(await polluted('approved', true, () => codeOf(call('drop', options))), 'APPROVAL_REQUIRED')
    })

  test(`${way}: a_polluted_prototype_is_no_caller`, async () => {
    for (const options of [undefined, {}, { context: {} }, { context: { metadata: {} } }]) {
      const named = await polluted('userId', 'root', () => call('who', options))
      assert.equal(named.userId ?? undefined, undefined)
      const whole = await polluted('context', { userId: 'root' }, () => call('who', options))
      assert.equal(whole.userId ?? undefined, undefined)
    }
  })

  test(`${way}: options_of_a_class_of_the_caller_count`, async () => {
    class Options {
      get approved() {
        return true
      }
      get context() {
        return Object.create({ userId: 'ann' })
      }
    }
    for (const options of [new Options(), Object.create({ approved: true, context: { userId: 'ann' } })])
      assert.deepEqual(await call('drop', options), { approved: true, userId: 'ann' })
  })
}

test('needsApproval: a_polluted_prototype_approves_nothing', async () => {
  assert.equal(await polluted('approved', true, () => registry.needsApproval('plain', { name: 'drop' }, {})), true)
})

test('an_adapter: a_polluted_prototype_approves_nothing', async () => {
  const [drop] = llamaindexTools(registry)
  assert.equal(await polluted('approved', true, () => codeOf(drop.call({}))), 'APPROVAL_REQUIRED')
})
