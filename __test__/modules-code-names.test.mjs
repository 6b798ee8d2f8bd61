// Names of tools of code: in state files, in other spellings, beside documents, and when they are forgotten.
import assert from 'node:assert/strict'
import { rmSync, writeFileSync } from 'node:fs'
import { describe, test } from 'node:test'
import { SpecLoader, ToolModules, ToolRegistry } from '../lib/index.js'
import { text } from './support/documents.mjs'
import { next } from './support/events.mjs'
import { WATCH, modulesOf } from './support/module-tools.mjs'
import { refusal, tool } from './support/tools.mjs'

/** Names that a tool of code may have, and a derived name of a document may not. */
const UNPORTABLE = ['crm.lookup', '2fa', 'a/b', 'x'.repeat(100)]

describe('a name of code that no provider would take', () => {
  for (const name of UNPORTABLE)
    test(`is kept by names() and by a state file: ${name.slice(0, 12)}`, async (t) => {
      const { modules, registry, at } = modulesOf(t)
      const state = at('state.json')
      const first = new ToolModules(registry, { state })
      await first.add(tool({ name }))
      await first.close()
      const names = registry.names()
      const second = new ToolRegistry({ names })
      t.after(() => second.close())
      const again = new ToolModules(second, { state })
      assert.deepEqual((await again.add(tool({ name }))).names, [name])
      assert.deepEqual(second.names(), names)
      await modules.close()
    })

  test('is no derived name: a file of names that says so is refused', async () => {
    const entry = { source: 'crm', method: 'GET', path: '/a', name: 'crm.lookup' }
    const names = (over) => ({ ...new ToolRegistry().names(), names: [{ ...entry, ...over }] })
    const { code, details } = await refusal(() => new ToolRegistry({ names: names({}) }))
    assert.deepEqual([code, details.problems[0].pointer], ['INVALID_OPTIONS', '/names/0/name'])
    const wrong = names({ given: true, name: 'no good' })
    assert.equal((await refusal(() => new ToolRegistry({ names: wrong }))).code, 'INVALID_OPTIONS')
    new ToolRegistry({ names: names({ given: true }) }).close()
  })
})

describe('C8: a tool is renamed to another spelling of its name', () => {
  for (const [from, to] of [
    ['get_user', 'get-user'],
    ['getUser', 'getuser'],
  ])
    test(`${from} to ${to}, and back`, async (t) => {
      const { modules, registry } = modulesOf(t)
      for (const name of [from, to, from]) {
        await modules.add(tool({ name }), { name: 'crm' })
        assert.deepEqual(registry.list(), [name])
      }
      await modules.remove('crm')
      assert.deepEqual((await modules.add(tool({ name: to }))).names, [to])
    })

  test('two tools of one call whose names differ by spelling alone are still refused, by source', async (t) => {
    const { modules } = modulesOf(t)
    await modules.add(tool({ name: 'get_user' }), { name: 'users' })
    const { code, message } = await refusal(() => modules.add(tool({ name: 'get-user' })))
    assert.equal(code, 'NAME_TAKEN')
    assert.match(message, /"get_user" of source "users"/)
  })
})

test('a source of code takes no name of a document, also while the document has no tools', async (t) => {
  const { modules, registry, at } = modulesOf(t)
  const file = at('api.json')
  writeFileSync(file, text(['x']))
  const loader = new SpecLoader(registry)
  t.after(() => loader.close())
  await loader.load(file, { name: 'crm', watch: { ...WATCH, onMissing: 'remove' } })
  const removed = next(registry, 'change')
  rmSync(file)
  await removed
  assert.deepEqual(registry.list(), [])
  assert.equal((await refusal(() => modules.add(tool({ name: 'y' }), { name: 'crm' }))).code, 'NAME_TAKEN')
  loader.unload('crm')
  assert.deepEqual((await modules.add(tool({ name: 'y' }), { name: 'crm' })).names, ['y'])
  assert.equal((await refusal(() => loader.load(text(['x']), { name: 'crm' }))).code, 'NAME_TAKEN')
})

test('forgetNames keeps the name of a tool in a version that is not active', async (t) => {
  const { modules, registry } = modulesOf(t)
  await modules.add(tool({ name: 'x' }), { name: 'crm@1' })
  await modules.add(tool({ name: 'z' }), { name: 'crm@2' })
  assert.equal(registry.forgetNames('code'), 0)
  await modules.remove('crm@2')
  assert.equal(registry.forgetNames('code'), 1)
})
