// Size limits of watched modules.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { eventsOf, moduleText, watched } from './support/module-tools.mjs'

const MEGABYTE = 1024 * 1024
const TOLD = ['reloaded', 'reloadFailed', 'sourceMissing']
/** A file is 16 MB at most; two of these are more. */
const bigJson = JSON.stringify('x'.repeat(10 * MEGABYTE))

test('an edit that imports large files is loaded, and so is the next one', async (t) => {
  const { registry, modules, write, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm', 1) })
  const events = eventsOf(registry, ...TOLD)
  const imports = ['one', 'two'].map((name) => `import ${name} from './${name}.json' with { type: 'json' }`).join('\n')
  const reloaded = told('reloaded', 'crm')
  write({ 'one.json': bigJson, 'two.json': bigJson })
  write({ 'crm.mjs': moduleText('crm', 'one.length + two.length', imports) })
  await reloaded
  assert.equal(await answer(), 20 * MEGABYTE)
  const again = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 3, imports) })
  await again
  assert.equal(await answer(), 3)
  assert.deepEqual([events.map(([name]) => name), modules.sources()[0].fault], [['reloaded', 'reloaded'], undefined])
})
