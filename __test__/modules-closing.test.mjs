// Closing modules while a load is under way: it ends at once, and all that it acquired is released.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { setImmediate as turn } from 'node:timers/promises'
import { outputOf } from './support/child.mjs'
import { modulesOf, moduleText } from './support/module-tools.mjs'
import { deferred, providerOf } from './support/providers.mjs'
import { refusal, tool } from './support/tools.mjs'

const kinds = (calls) => calls.map((call) => call.split(' ')[0])

const never = 'new Promise(() => {})'

/** Loads that never end by themselves. */
const HANGING = {
  'a top-level await': [`await ${never}\n` + moduleText('crm')],
  'a schema': [moduleText('crm').replace("{ type: 'object' }", never)],
  'a custom gate': [moduleText('crm'), { gates: { custom: () => new Promise(() => {}) } }],
}

describe('C24: a load that does not end is over with its close, with CLOSED:', () => {
  for (const [what, [text, options]] of Object.entries(HANGING))
    test(what, async (t) => {
      const { modules, registry } = modulesOf(t, { 'crm.mjs': text })
      const loads = [() => modules.add('./crm.mjs', options), () => modules.add('./crm.mjs')].map(refusal)
      for (let i = 0; i < 5; i++) await turn()
      await modules.close()
      assert.deepEqual(
        (await Promise.all(loads)).map(({ code }) => code),
        ['CLOSED', 'CLOSED'],
      )
      assert.deepEqual(registry.list(), [])
    })

  test('a provider', async (t) => {
    for (const method of ['addConsumer', 'loadTools', 'onChanged']) {
      const { modules } = modulesOf(t, {}, { loadTimeoutMs: 500 })
      const { provider } = providerOf({ [method]: () => new Promise(() => {}) })
      const added = refusal(() => modules.add(provider))
      await turn()
      const closed = modules.close().catch(({ code }) => code)
      assert.equal((await added).code, 'CLOSED', method)
      await closed
    }
  })
})

test('C24: the process of a load that does not end is over with its close', async () => {
  const program = `
    import { writeFileSync, mkdtempSync } from 'node:fs'
    import { tmpdir } from 'node:os'
    import { ToolModules } from 'toolrack'
    const directory = mkdtempSync(tmpdir() + '/toolrack-closing-')
    const texts = ${JSON.stringify(Object.values(HANGING).map(([text]) => text))}
    const gates = { custom: () => new Promise(() => {}) }
    for (const [i, text] of texts.entries()) {
      writeFileSync(directory + '/crm.mjs', text)
      const modules = new ToolModules(new ToolRegistry(), { resolveFrom: directory })
      const added = modules.add('./crm.mjs', i === 2 ? { gates } : {}).catch(({ code }) => console.log(code))
      await new Promise(setImmediate)
      await modules.close()
      await added
    }
  `
  const output = await outputOf(program, { killAfterMs: 8_000 })
  assert.equal(output, 'CLOSED\n'.repeat(3))
})

describe('C24: a close by a listener of a load that enters', () => {
  for (const reload of ['graph', 'native'])
    test(`releases its providers and its modules, with reload ${reload}`, async (t) => {
      globalThis.closings = []
      const text = moduleText('crm', 1, `export const dispose = () => globalThis.closings.push('crm')`)
      const { modules, registry } = modulesOf(t, { 'crm.mjs': text }, { reload })
      const { provider, calls } = providerOf()
      let closed
      registry.on('change', () => (closed ??= modules.close()))
      assert.equal((await refusal(() => modules.add(['./crm.mjs', provider]))).code, 'CLOSED')
      await closed
      await turn()
      assert.deepEqual([kinds(calls).at(-1), globalThis.closings], ['remove', ['crm']])
      assert.equal(kinds(calls).filter((kind) => kind === 'remove').length, 1)
    })
})

test('C24: a close while a provider loads again gives it back once', async (t) => {
  const { modules } = modulesOf(t)
  const gate = deferred()
  let wait
  const { provider, calls } = providerOf({ loadTools: async () => (await wait, [tool()]) })
  await modules.add(provider)
  wait = gate.promise
  const reload = refusal(() => modules.reload('provider-1'))
  await turn()
  await modules.close()
  gate.resolve()
  assert.equal((await reload).code, 'CLOSED')
  assert.deepEqual(
    kinds(calls).filter((kind) => kind === 'remove'),
    ['remove'],
  )
})
