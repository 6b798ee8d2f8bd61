// Reloads of a module while its tools are called.
import assert from 'node:assert/strict'
import { setImmediate as turn } from 'node:timers/promises'
import { moduleText } from './module-tools.mjs'

/** Functions of 5 kB. */
export const FIVE_KB = Array.from(
  { length: 48 },
  (_, i) => `const f${i} = (x) => ({ x, list: [x, '${'y'.repeat(60)}'] })\n`,
).join('')

/** Files of a module with two tools, and of its helper, which is of the same version; `more` is text of the module. */
const pairFiles = (version, more) => ({
  '_helper.mjs': `export const helper = ${version}`,
  'crm.mjs':
    `import { helper } from './_helper.mjs'\n${more}` +
    moduleText('a', `[${version}, helper]`) +
    moduleText('b', `[${version}, helper]`),
})

/**
 * Reloads a module this many times, while three callers call both tools of one snapshot, turn after turn. Each turn is
 * of one version, and no version comes back.
 */
export async function reloadUnderCalls({ registry, modules, write }, reloads, { more = '', checked = () => {} } = {}) {
  write(pairFiles(0, more))
  await modules.add('./crm.mjs')
  let isOver = false
  let turns = 0
  const torn = []
  const caller = async () => {
    for (let last = 0; !isOver; turns++) {
      const snapshot = registry.snapshot()
      const answers = (await Promise.all(['a', 'b'].map((name) => snapshot.execute(name, {})))).flat()
      if (new Set(answers).size > 1 || answers[0] < last) torn.push([last, ...answers])
      last = answers[0]
      await turn()
    }
  }
  const callers = [caller(), caller(), caller()]
  for (let version = 1; version <= reloads; version++) {
    write(pairFiles(version, more))
    const { updated } = await modules.reload('crm')
    assert.deepEqual(updated, ['a', 'b'])
    await checked(version)
  }
  isOver = true
  await Promise.all(callers)
  assert.deepEqual([torn, registry.list(), registry.revision], [[], ['a', 'b'], reloads + 1])
  assert.ok(turns > reloads, `${turns} turns`)
}
