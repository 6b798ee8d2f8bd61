// Size limits of watched modules, and files that are there and cannot be read.
import assert from 'node:assert/strict'
import { chmodSync, mkdirSync, rmSync } from 'node:fs'
import { test } from 'node:test'
import { WATCH, eventsOf, moduleText, watched } from './support/module-tools.mjs'

const MEGABYTE = 1024 * 1024
const TOLD = ['reloaded', 'reloadFailed', 'sourceMissing']
/** A file is 16 MB at most; two of these are more. */
const bigJson = JSON.stringify('x'.repeat(10 * MEGABYTE))
const REMOVING = { directory: { watch: { ...WATCH, onMissing: 'remove' } } }

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

test('a file over the limit is a fault, and keeps its tools; then it is missing, or loaded again', async (t) => {
  const { registry, modules, write, remove, told, answer } = await watched(
    t,
    { 'crm.mjs': moduleText('crm'), 'erp.mjs': moduleText('erp') },
    REMOVING,
  )
  const events = eventsOf(registry, ...TOLD)
  const failed = told('reloadFailed', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2, `// ${'x'.repeat(17 * MEGABYTE)}`) })
  assert.equal((await failed).error.code, 'LIMIT_EXCEEDED')
  assert.deepEqual([await answer(), modules.sources()[0].missing, registry.list()], ['crm', false, ['crm', 'erp']])
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 3) })
  await reloaded
  assert.equal(await answer(), 3)
  const failedAgain = told('reloadFailed', 'crm')
  write({ 'crm.mjs': moduleText('crm', 4, `// ${'x'.repeat(17 * MEGABYTE)}`) })
  await failedAgain
  const missing = told('sourceMissing', 'crm')
  remove('crm.mjs')
  await missing
  assert.deepEqual(registry.list(), ['erp'])
  assert.deepEqual(
    events.map(([name]) => name),
    ['reloadFailed', 'reloaded', 'reloadFailed', 'sourceMissing'],
  )
})

test('a folder in the place of a file is a fault, and keeps its tools', async (t) => {
  const { registry, at, write, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm') }, REMOVING)
  const failed = told('reloadFailed', 'crm')
  rmSync(at('tools/crm.mjs'))
  mkdirSync(at('tools/crm.mjs'))
  assert.equal((await failed).error.code, 'SOURCE_UNREADABLE')
  assert.deepEqual([registry.list(), await answer()], [['crm'], 'crm'])
  rmSync(at('tools/crm.mjs'), { recursive: true })
  const reloaded = told('reloaded', 'crm')
  write({ 'crm.mjs': moduleText('crm', 2) })
  await reloaded
  assert.equal(await answer(), 2)
})

// Root reads everything.
const asUser = { skip: process.platform === 'win32' || process.getuid() === 0 }

test('a file that may not be read is a fault, and keeps its tools', asUser, async (t) => {
  const { registry, at, told, answer } = await watched(t, { 'crm.mjs': moduleText('crm') }, REMOVING)
  const failed = told('reloadFailed', 'crm')
  chmodSync(at('tools/crm.mjs'), 0)
  assert.equal((await failed).error.code, 'SOURCE_UNREADABLE')
  assert.deepEqual([registry.list(), await answer()], [['crm'], 'crm'])
})
