// Which exports of a module are tools: each tool once, whichever way the module is written.
import assert from 'node:assert/strict'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { folder } from './support/documents.mjs'
import { recognise, recogniseExports, recogniseValue, seen } from './support/shapes.mjs'
import { refusal, tool } from './support/tools.mjs'

const own = tool({ name: 'weather' })
const spec = () => ({ name: 'weather', description: 'Weather' })
const saying = () => 1
class Forecast {
  static toolSpec = spec()
  execute() {}
}
const named = (name) => ({ ...own, name })
const list = [named('in_list')]

/** The module, and what is taken of it. */
const MODULES = [
  ['exports with _ are passed over', { _draft: named('draft'), a: named('a') }, { a: 'a' }, 0],
  [
    'exports that are no tools are counted',
    { a: named('a'), version: 1, help() {}, empty: {}, cities: ['Oslo'] },
    { a: 'a' },
    4,
  ],
  ['dispose and version are meant as such', { a: named('a'), dispose() {}, version: '1' }, { a: 'a' }, 0],
  ['one object under two names is one tool, of the first name', { b: own, a: own, default: own }, { a: 'weather' }, 0],
  [
    'one object in two lists is one tool',
    { a: own, default: [own, named('b')] },
    { a: 'weather', 'default/1': 'b' },
    0,
  ],
  ['one list under two names is one', { list, default: list }, { 'list/0': 'in_list' }, 0],
  [
    'a spec beside definitions is one tool more',
    { toolSpec: spec(), weather: saying, a: named('a') },
    { weather: 'weather', a: 'a' },
    0,
  ],
  ['a set is a list', { tools: new Set([named('a'), named('b')]) }, { 'tools/0': 'a', 'tools/1': 'b' }, 0],
]

for (const [fact, exports, tools, passedOver] of MODULES) {
  test(fact, async () => {
    assert.deepEqual(await seen(recognise(exports)), { tools, passedOver, failed: {} })
  })
}

const cjs = { a: named('a'), b: named('b'), help() {} }

/** A CommonJS module by its `module.exports`, the names that Node finds in it, and its tools. */
const COMMONJS = [
  ['with all names found', cjs, ['a', 'b', 'help'], { a: 'a', b: 'b' }, 1],
  ['with some names found', cjs, ['a'], { a: 'a', b: 'b' }, 1],
  ['with no name found', cjs, [], { a: 'a', b: 'b' }, 1],
  ['that is one tool', own, ['name', 'description', 'execute'], { default: 'weather' }, 0],
  ['that is a list', list, [], { 'default/0': 'in_list' }, 0],
  ['that is a class', Forecast, ['toolSpec'], { default: 'weather' }, 0],
  [
    'that is a function with a spec',
    Object.assign(() => 1, { toolSpec: spec() }),
    ['toolSpec'],
    { default: 'weather' },
    0,
  ],
  ['with a spec', { toolSpec: spec(), weather: saying }, ['toolSpec'], { weather: 'weather' }, 0],
  [
    'of a transpiler',
    Object.defineProperty({ a: named('a'), default: named('b') }, '__esModule', { value: true }),
    ['__esModule', 'a'],
    { a: 'a', default: 'b' },
    0,
  ],
]

for (const [what, whole, names, tools, passedOver] of COMMONJS) {
  for (const marked of [false, true]) {
    test(`a CommonJS module ${what} gives each tool once${marked ? ', by the newer namespace too' : ''}`, async () => {
      const exports = { default: whole, ...(marked && { 'module.exports': whole }) }
      for (const name of names) exports[name] = whole[name]
      assert.deepEqual(await seen(recognise(exports)), { tools, passedOver, failed: {} })
    })
  }
}

/** What is asked for, and the tools. */
const CHOSEN = [
  ['an export', 'a', { a: 'a' }],
  ['a private export', '_b', { _b: 'b' }],
  ['the name of a tool that has a spec', 'weather', { default: 'weather' }],
  ['the default export', 'default', { default: 'weather' }],
]

for (const [what, exportName, tools] of CHOSEN) {
  test(`${what} can be asked for alone`, async () => {
    const exports = { a: named('a'), _b: named('b'), toolSpec: spec(), default: saying }
    assert.deepEqual(await seen(recognise(exports, { exportName })), { tools, passedOver: 0, failed: {} })
  })
}

test('an export that is not there is refused with the nearest one', async () => {
  const { code, message } = await refusal(() => recognise({ lookup: own }, { exportName: 'lokup' }))
  assert.deepEqual(
    [code, message],
    ['INVALID_DEFINITION', 'export "lokup" of ./crm.js is none of lookup; nearest: lookup'],
  )
})

test('a module that a module exports is read as one', async (t) => {
  const path = await folder(t)
  const rest = 'description: "A", parameters: {}, execute() {}'
  await writeFile(join(path, 'crm.mjs'), `export const a = { name: "a", ${rest} }, _b = { ...a }, help = () => 1`)
  await writeFile(join(path, 'all.mjs'), 'export * as crm from "./crm.mjs"')
  const namespace = await import(pathToFileURL(join(path, 'all.mjs')))
  const expected = { tools: { 'crm/a': 'a' }, passedOver: 1, failed: {} }
  assert.deepEqual(await seen(recogniseExports(namespace, { stem: 'all', specifier: 'all.mjs' })), expected)
  const graph = Object.defineProperty({ ...namespace.crm }, Symbol.toStringTag, { value: 'Module' })
  assert.deepEqual(await seen(recognise({ crm: graph })), expected)
  const byItself = { tools: { a: 'a' }, passedOver: 1, failed: {} }
  assert.deepEqual(await seen(recogniseValue(namespace.crm, { specifier: 'add(spec)' })), byItself)
})

/** A file, its source, and the names of its tools. */
const FILES = [
  [
    'tools.mjs',
    'export default { name: "b", ...rest }\nexport const a = { name: "a", ...rest }',
    { a: 'a', default: 'b' },
  ],
  ['tools.cjs', 'exports.b = { name: "b", ...rest }\nmodule.exports.a = { name: "a", ...rest }', { a: 'a', b: 'b' }],
  ['made.cjs', 'const make = () => ({ a: { name: "a", ...rest }, help() {} })\nmodule.exports = make()', { a: 'a' }],
  ['get.cjs', 'module.exports = { description: "A", parameters: {}, execute() {} }', { default: 'get' }],
  ['spec.cjs', 'exports.toolSpec = { name: "a", description: "A" }\nexports.a = () => 1', { a: 'a' }],
  [
    'whole.cjs',
    'module.exports = () => 1\nmodule.exports.toolSpec = { name: "a", description: "A" }',
    { default: 'a' },
  ],
]

for (const [file, source, tools] of FILES) {
  test(`a file ${file} that Node imports gives each tool once`, async (t) => {
    const path = join(await folder(t), file)
    await writeFile(path, `const rest = { description: "A", parameters: {}, execute() {} }\n${source}`)
    const origin = { stem: file.split('.')[0], specifier: file }
    const { failed, ...seenTools } = await seen(recogniseExports(await import(pathToFileURL(path)), origin))
    assert.deepEqual([seenTools.tools, failed], [tools, {}])
  })
}
