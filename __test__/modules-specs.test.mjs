// Names of sources that are added by path, and what is said to who writes a path like a package.
import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { modulesOf, moduleText } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

const UNNAMED = `export default { description: 'x', parameters: {}, execute: () => 1 }\n`
const FILES = {
  'crm/index.mjs': moduleText('find'),
  'erp/index.mjs': moduleText('order'),
  'a/crm.mjs': moduleText('a'),
  'b/crm.mjs': moduleText('b'),
  'clock/index.mjs': UNNAMED,
}

/** What is added, and the names of the sources. */
const NAMES = [
  ['index files are named by their folders', ['./crm/index.mjs', './erp/index.mjs'], ['crm', 'erp']],
  ['an index file with one export, too', './crm/index.mjs:find', ['crm:find']],
  ['a source has its own name in a list', ['./a/crm.mjs', { path: './b/crm.mjs', source: 'other' }], ['crm', 'other']],
  ['it may take some tools alone', { path: './a/crm.mjs', source: 'mine', name: 'a' }, ['mine']],
]

for (const [fact, spec, sources] of NAMES)
  test(fact, async (t) => {
    const { modules } = modulesOf(t, FILES)
    assert.deepEqual((await modules.add(spec)).sources, sources)
    for (const name of sources) assert.equal((await modules.reload(name)).source, name)
  })

test('the default export of an index file is a tool of its folder’s name', async (t) => {
  const { modules } = modulesOf(t, FILES)
  assert.deepEqual((await modules.add('./clock/index.mjs')).names, ['clock'])
})

test('in a directory an index file has the name of its path', async (t) => {
  const { modules } = modulesOf(t, FILES)
  const { reports } = await modules.addDirectory('.', { recursive: true, include: 'crm/*' })
  assert.deepEqual(
    reports.map(({ source }) => source),
    ['crm/index'],
  )
})

test('a source without a usable name is INVALID_OPTIONS', async (t) => {
  const { modules } = modulesOf(t, FILES)
  for (const source of ['', 5, null])
    assert.equal((await refusal(() => modules.add({ path: './a/crm.mjs', source }))).code, 'INVALID_OPTIONS')
})

describe('what is no package is told apart:', () => {
  for (const [given, says] of [
    ['a/crm.mjs', 'write "./a/crm.mjs"'],
    ['a/crm.mjs:a', 'write "./a/crm.mjs"'],
    ['crm/gone.mjs', 'a path starts with ./'],
    ['crm', 'use addDirectory("./crm")'],
    ['./crm', 'it is a directory: use addDirectory'],
    ['no-such-package-here', 'npm install no-such-package-here'],
    ['no-such.js', 'npm install no-such.js'],
  ])
    test(`${given}: ${says}`, async (t) => {
      const { modules } = modulesOf(t, FILES)
      const { code, message } = await refusal(() => modules.add(given))
      assert.deepEqual([code, message.includes(says)], ['SOURCE_UNREADABLE', true], message)
      assert.equal(message.includes('npm install'), says.includes('npm install'), message)
    })
})
