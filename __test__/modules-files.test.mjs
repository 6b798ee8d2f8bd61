// Files of every name and form, by both ways of reload.
import assert from 'node:assert/strict'
import { mkdirSync, rmSync } from 'node:fs'
import { describe, test } from 'node:test'
import { next } from './support/events.mjs'
import { WATCH, modulesOf, moduleText } from './support/module-tools.mjs'
import { refusal } from './support/tools.mjs'

const isWindows = process.platform === 'win32'
const NAMES = [
  'a b',
  'a#b',
  'a%20b',
  'a%b',
  'ü',
  "a'b",
  '日本',
  '-x',
  'a.b.c',
  ...(isWindows ? [] : ['a?b', 'a"b', 'a:b', 'a\nb']),
]
const withHelper = (answer) => moduleText('tool', `[h, ${answer}]`, `import { h } from './_h.mjs'`)

for (const reload of ['graph', 'native'])
  describe(`M8, C16: with ${reload} a watched directory takes a file that is named`, () => {
    for (const name of NAMES)
      test(JSON.stringify(name), async (t) => {
        const files = { [`${name}.mjs`]: withHelper(1), '_h.mjs': 'export const h = 0' }
        const { registry, modules, write, at } = modulesOf(t, files, { reload })
        const { reports, failed } = await modules.addDirectory('.', { watch: WATCH })
        assert.deepEqual([reports.map(({ source }) => source), failed], [[name], []])
        const reloaded = next(registry, 'reloaded')
        write({ [`${name}.mjs`]: withHelper(2) })
        assert.equal((await reloaded).source, name)
        assert.deepEqual(await registry.execute('tool', {}), [0, 2])
        assert.deepEqual(
          [(await modules.reload(name)).source, (await modules.reload(at(`${name}.mjs`))).source],
          [name, name],
        )
      })
  })

/** Forms of a module: what its tool answers. */
const FORMS = {
  'a shebang': ['#!/usr/bin/env node\n' + moduleText('tool', 1), 1],
  'a byte order mark': ['\ufeff' + moduleText('tool', 1), 1],
  'CRLF line ends': [moduleText('tool', 1).replaceAll('\n', '\r\n'), 1],
  'an export named __proto__': [moduleText('tool', 1) + 'const x = 1; export { x as __proto__ }', 1],
  'an export whose name is a text': [moduleText('tool', 1) + 'const x = 1; export { x as "a b" }', 1],
  'an import of itself': [moduleText('tool', 'self.tool.name', `import * as self from './a.mjs'`), 'tool'],
  'names of CommonJS': [moduleText('tool', 'require + exports', 'const require = 3, exports = 4, module = 5'), 7],
  'a frozen tool': [moduleText('tool', 1) + 'Object.freeze(tool)', 1],
  'a version that is no text': [moduleText('tool', 1) + 'export const version = {}', 1],
  'a dispose that is no function': [moduleText('tool', 1) + 'export const dispose = 5', 1],
  'no this': [moduleText('tool', 1, 'if (this !== undefined) throw new Error("this")'), 1],
  'a file that removes itself': [
    moduleText('tool', 1, 'import { rmSync } from "node:fs"\nrmSync(new URL(import.meta.url))'),
    1,
  ],
}

for (const reload of ['graph', 'native'])
  describe(`M16: with ${reload} a module may have`, () => {
    for (const [what, [text, answer]] of Object.entries(FORMS))
      test(what, async (t) => {
        const { registry, modules } = modulesOf(t, { 'a.mjs': text }, { reload })
        assert.deepEqual((await modules.add('./a.mjs')).names, ['tool'])
        assert.equal(await registry.execute('tool', {}), answer)
      })

    for (const [what, text] of Object.entries({
      'no with statement': moduleText('tool', 1) + 'with ({}) {}',
      'no await that rejects': moduleText('tool', 1) + 'await Promise.reject(new Error("x"))',
      'no await that rejects with nothing': moduleText('tool', 1) + 'await Promise.reject()',
    }))
      test(what, async (t) => {
        const { registry, modules } = modulesOf(t, { 'a.mjs': text }, { reload })
        assert.equal((await refusal(() => modules.add('./a.mjs'))).code, 'INVALID_SPEC')
        assert.deepEqual(registry.list(), [])
      })
  })

test('C17: a module that exports then is no promise in the graph', async (t) => {
  for (const then of ['{}', '{ throw 1 }', '{ resolve({}) }']) {
    const text = moduleText('tool', 1) + `export function then(resolve) ${then}`
    const { registry, modules } = modulesOf(t, { 'a.mjs': text })
    await modules.add('./a.mjs')
    assert.equal(await registry.execute('tool', {}), 1)
  }
})

test('C10: a file that is replaced by a directory is a fault, and comes back', async (t) => {
  const { registry, modules, write, at } = modulesOf(t, { 'a.mjs': moduleText('tool', 1) })
  await modules.add('./a.mjs', { watch: WATCH })
  const told = next(registry, 'reloadFailed')
  rmSync(at('a.mjs'))
  mkdirSync(at('a.mjs'))
  assert.equal((await told).source, 'a')
  assert.equal(await registry.execute('tool', {}), 1)
  const reloaded = next(registry, 'reloaded')
  rmSync(at('a.mjs'), { recursive: true })
  write({ 'a.mjs': moduleText('tool', 2) })
  await reloaded
  assert.equal(await registry.execute('tool', {}), 2)
})

test('M2: a file over the limit of bytes is LIMIT_EXCEEDED', async (t) => {
  const { registry, modules } = modulesOf(t, { 'a.mjs': moduleText('tool', 1) + `/*${'x'.repeat(17 << 20)}*/` })
  assert.equal((await refusal(() => modules.add('./a.mjs'))).code, 'LIMIT_EXCEEDED')
  assert.deepEqual(registry.list(), [])
})
