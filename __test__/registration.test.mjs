// Which tools there are: register, replace, unregister, handles, names.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ToolRegistry, registerDynamicTool } from 'toolrack'
import { codeOf, refusal, registryOf, tool } from './support/tools.mjs'

const says = (name, word) => tool({ name, description: `Says ${word}`, execute: () => word })

test('a tool that is registered is there, and gone when it is unregistered', async () => {
  const registry = new ToolRegistry()
  registry.register(says('a', 'one'))
  assert.deepEqual(
    [registry.size, registry.has('a'), registry.list(), await registry.execute('a')],
    [1, true, ['a'], 'one'],
  )
  assert.equal(registry.unregister('a'), true)
  assert.equal(registry.unregister('a'), false)
  assert.deepEqual([registry.size, registry.has('a'), registry.get('a'), registry.list()], [0, false, undefined, []])
  assert.equal(await codeOf(() => registry.execute('a')), 'UNKNOWN_TOOL')
})

test('registerDynamicTool registers and returns nothing', () => {
  const registry = new ToolRegistry()
  assert.equal(registerDynamicTool(registry, tool({ name: 'crm-lookup' })), undefined)
  assert.deepEqual(registry.list(), ['crm-lookup'])
})

test('a name in use is refused, and so is one that differs by - and _ or by case alone', async () => {
  for (const onConflict of [undefined, 'refuse', 'replace']) {
    const registry = new ToolRegistry({ onConflict })
    registry.register(tool({ name: 'crm-look_up' }))
    const others = ['crm_look_up', 'crm-look-up', 'CRM-look_up', 'Crm_Look-Up']
    const names = onConflict === 'replace' ? others : ['crm-look_up', ...others]
    for (const name of names) {
      const { code, details, door } = await refusal(() => registry.register(tool({ name })))
      assert.deepEqual([code, door, details], ['NAME_TAKEN', 'throws', { name, holder: 'crm-look_up', source: 'code' }])
    }
    assert.equal(registry.revision, 1)
    assert.equal(registry.has('CRM-look_up'), false)
    registry.register(tool({ name: 'crm-lookup' }))
  }
})

test('a registry may be told that a new tool takes the place of the old one', async () => {
  const registry = new ToolRegistry({ onConflict: 'replace' })
  for (const word of ['one', 'two']) registry.register(says('a', word))
  assert.equal(await registry.execute('a'), 'two')
  assert.equal(registry.size, 1)
})

test('replace keeps the place of a tool, and refuses a name that nobody has', async () => {
  const registry = registryOf({ name: 'a' }, { name: 'b' })
  const before = registry.get('a')
  registry.replace(says('a', 'two'))
  assert.deepEqual([registry.list(), await registry.execute('a')], [['a', 'b'], 'two'])
  assert.deepEqual([registry.get('a').registeredAt, registry.get('a').revision], [before.registeredAt, 3])
  const { code, details } = await refusal(() => registry.replace(tool({ name: 'bb' })))
  assert.deepEqual([code, details], ['UNKNOWN_TOOL', { name: 'bb', nearest: ['b'] }])
  assert.equal(await codeOf(() => registryOf({ name: 'a-b' }).replace(tool({ name: 'a_b' }))), 'UNKNOWN_TOOL')
})

test('all tools of a source go in one revision', () => {
  const registry = registryOf({ name: 'a' }, { name: 'b' })
  assert.deepEqual(registry.unregisterSource('none'), [])
  assert.equal(registry.revision, 2)
  assert.deepEqual(registry.unregisterSource('code'), ['a', 'b'])
  assert.deepEqual([registry.revision, registry.size], [3, 0])
})

test('a handle hides its tool, shows it again, changes it and takes it away', async () => {
  const registry = new ToolRegistry()
  const handle = registry.register(says('a', 'one'))
  handle.disable()
  assert.deepEqual([registry.list(), registry.has('a'), registry.get('a').enabled, registry.size], [[], true, false, 1])
  const { code, message } = await refusal(() => registry.execute('a'))
  assert.deepEqual([code, message], ['UNKNOWN_TOOL', 'tool "a" is disabled: enable it with handle.enable()'])
  handle.enable()
  handle.update(says('b', 'two'))
  assert.deepEqual([handle.name, registry.list(), await registry.execute('b')], ['b', ['b'], 'two'])
  assert.equal(handle.remove(), true)
  assert.equal(handle.remove(), false)
  for (const gone of [() => handle.disable(), () => handle.enable(), () => handle.update(tool({ name: 'b' }))]) {
    assert.equal(await codeOf(gone), 'UNKNOWN_TOOL')
  }
})

test('a handle calls its own tool and no other that took its name', async () => {
  const registry = registryOf()
  const handle = registry.register(says('a', 'one'))
  assert.equal(await handle.execute(), 'one')
  handle.update(says('b', 'two'))
  assert.equal(await handle.execute({}, { timeoutMs: 1_000 }), 'two')
  handle.disable()
  assert.equal(await codeOf(() => handle.execute()), 'UNKNOWN_TOOL')
  handle.enable()
  registry.replace(says('b', 'another'))
  const { code, details } = await refusal(() => handle.execute())
  assert.deepEqual([code, details.name], ['UNKNOWN_TOOL', 'b'])
  assert.equal(await registry.execute('b'), 'another')
  registry.unregister('b')
  assert.equal(await codeOf(() => handle.execute()), 'UNKNOWN_TOOL')
  registry.close()
  assert.equal(await codeOf(() => handle.execute()), 'CLOSED')
})

test('what a handle does twice is one revision', () => {
  const registry = new ToolRegistry()
  const handle = registry.register(tool())
  handle.disable()
  handle.disable()
  assert.equal(registry.revision, 2)
})

test('a handle means its tool, not whatever has the name by now', async () => {
  const registry = new ToolRegistry()
  const old = registry.register(says('a', 'one'))
  registry.unregister('a')
  registry.register(says('a', 'two'))
  assert.equal(old.remove(), false)
  for (const stale of [() => old.disable(), () => old.enable(), () => old.update(says('a', 'three'))])
    assert.equal(await codeOf(stale), 'UNKNOWN_TOOL')
  assert.equal(await registry.execute('a'), 'two')
})

test('a handle of a tool that was replaced means nothing any more', async () => {
  const registry = new ToolRegistry()
  const old = registry.register(says('a', 'one'))
  registry.replace(says('a', 'two'))
  assert.equal(await codeOf(() => old.disable()), 'UNKNOWN_TOOL')
})

test('a handle is refused a name in use, and keeps its own', async () => {
  const registry = registryOf({ name: 'b-c' })
  const handle = registry.register(says('a', 'one'))
  for (const name of ['b-c', 'b_c']) assert.equal(await codeOf(() => handle.update(tool({ name }))), 'NAME_TAKEN')
  assert.equal(handle.name, 'a')
  handle.update(says('a-', 'two'))
  handle.update(says('a_', 'three'))
  assert.deepEqual([handle.name, registry.list(), await registry.execute('a_')], ['a_', ['b-c', 'a_'], 'three'])
})

const HOSTILE = [
  '__proto__',
  'constructor',
  'toString',
  'hasOwnProperty',
  'valueOf',
  'then',
  'length',
  '0',
  'x'.repeat(128),
  'a.b:c/d-e_f',
]
test('a tool may have any name that the rule allows, however it is called', async () => {
  const registry = registryOf(...HOSTILE.map((name) => ({ name, category: '__proto__', execute: () => name })))
  assert.deepEqual(registry.list(), HOSTILE)
  for (const name of HOSTILE) {
    assert.equal(registry.get(name).name, name)
    assert.equal(await registry.execute(name), name)
    for (const target of ['openai', 'anthropic']) {
      const sent = registry.definitions(target)[HOSTILE.indexOf(name)].name
      assert.match(sent, /^[a-zA-Z_][a-zA-Z0-9_-]{0,63}$/)
      assert.deepEqual(await registry.respond('anthropic', { id: '1', name: sent, input: {} }), {
        type: 'tool_result',
        tool_use_id: '1',
        content: name,
      })
    }
  }
  assert.equal(Object.getPrototypeOf(registry.summary().categories), Object.prototype)
  assert.ok(Object.hasOwn(registry.summary().categories, '__proto__'))
})

test('a name that nobody registered is unknown, though every object has it', async () => {
  const registry = registryOf({})
  for (const name of ['__proto__', 'constructor', 'toString']) {
    assert.deepEqual([registry.has(name), registry.get(name), registry.unregister(name)], [false, undefined, false])
    assert.equal(await codeOf(() => registry.execute(name)), 'UNKNOWN_TOOL')
  }
})

test('a name that is no text is refused', async () => {
  const registry = registryOf({})
  for (const name of [undefined, null, 5, {}, Symbol('x')]) {
    for (const ask of [
      (one) => registry.has(one),
      (one) => registry.get(one),
      (one) => registry.unregister(one),
      (one) => registry.unregisterSource(one),
      (one) => registry.execute(one),
      (one) => registry.definitions(one),
    ]) {
      assert.equal(await codeOf(() => ask(name)), 'INVALID_OPTIONS', ask)
    }
  }
})

test('options that a registry does not know or cannot have are refused', async () => {
  for (const options of [
    null,
    'x',
    { onConflicts: 'replace' },
    { onConflict: 'keep' },
    { onConflict: 1n },
    { contextFrom: Symbol('x') },
    { contextFrom: 'model' },
    { validateParams: 1 },
    { validate: false },
    { rateLimit: 0 },
    { rateLimit: '60' },
    { timeoutMs: 0 },
  ]) {
    assert.equal(await codeOf(() => new ToolRegistry(options)), 'INVALID_OPTIONS')
  }
})
