// TypeScript in the module graph: types of other files, resolution, and what is more than types.
import assert from 'node:assert/strict'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import { directoryOf, faultOf, graphOf, loadAll } from './support/module-graph.mjs'

const CASES = {
  'types are erased, and lines stay': [
    {
      'a.ts': `interface Pet {\n  name: string\n}\nexport const pet: Pet = { name: 'x' }
        export const line = /a\\.ts:(\\d+)/.exec(new Error().stack ?? '')?.[1]`,
    },
    { pet: { name: 'x' }, line: '5' },
  ],
  'a .js specifier leads to the .ts file, with and without an ending': [
    {
      'a.ts': `import { b } from './b.js'; import { c } from './c'; import { d } from './d'
        export const all = [b, c, d]`,
      'b.ts': `export const b: number = 1`,
      'c.ts': `export const c = 2 as const`,
      'd/index.ts': `export const d = 3 satisfies number`,
    },
    { all: [1, 2, 3] },
  ],
  'a type of another file is no import': [
    {
      'a.ts': `import { Pet, make } from './b.js'; import type { Other } from './gone.js'
        export const pet: Pet = make(); export type { Other }`,
      'b.ts': `export interface Pet { name: string }; export const make = (): Pet => ({ name: 'x' })`,
    },
    { pet: { name: 'x' } },
  ],
  'a type passes through a barrel without a value': [
    {
      'a.ts': `import { Pet, make } from './barrel.js'; import * as barrel from './barrel.js'
        export const pet: Pet = make(), keys = Object.keys(barrel); export { Pet } from './barrel.js'`,
      'barrel.ts': `export * from './types.js'; export { Pet, Other } from './types.js'
        export { make } from './make.js'`,
      'types.ts': `export interface Pet { name: string }; export type Other = 1`,
      'make.ts': `import { Pet } from './types.js'; export const make = (): Pet => ({ name: 'x' })`,
    },
    { pet: { name: 'x' }, keys: ['make'] },
  ],
  'an enum and a parameter property work': [
    {
      'a.ts': `import { Size } from './size.js'
        class Pet { constructor(private readonly name: string, public size = Size.Big) {} }
        export const pet = new Pet('x'), small = Size[0]`,
      'size.ts': `export enum Size { Small, Big }`,
    },
    { pet: { name: 'x', size: 1 }, small: 'Small' },
  ],
  'a JavaScript file imports a TypeScript file by its name': [
    { 'a.mjs': `export { b } from './b.ts'`, 'b.ts': `export const b: string = 'b'` },
    { b: 'b' },
  ],
  'TypeScript of CommonJS requires': [
    {
      'a.cts': `import fs = require('node:fs'); const b = require('./b.cjs')
        export = { b, is: typeof fs.readFileSync }`,
      'b.cjs': `module.exports = 1`,
    },
    { b: 1, is: 'function' },
  ],
}

for (const [name, [files, expected]] of Object.entries(CASES))
  test(name, async (t) => {
    const [namespace] = await loadAll(graphOf(), directoryOf(t, files), Object.keys(files)[0])
    const { default: exports = namespace } = namespace
    assert.deepEqual(JSON.parse(JSON.stringify({ ...exports })), expected)
  })

describe('what is refused has its place', () => {
  const REFUSED = {
    'a namespace with values': [`\nnamespace Pets { export const x = 1 }`, 2],
    'a decorator': [`const d = () => {}\n\n@d class A {}`, 3],
    'a value that the other file has as a type alone, and is not there': [`import { gone } from './b.js'\ngone()`, 1],
  }
  for (const [name, [source, line]] of Object.entries(REFUSED))
    test(name, async (t) => {
      const directory = directoryOf(t, { 'a.ts': source, 'b.ts': 'export type Other = 1' })
      const fault = await faultOf(graphOf(), directory, 'a.ts')
      assert.equal(fault.code, 'INVALID_SPEC')
      assert.deepEqual([fault.details.location, fault.details.line], [join(directory, 'a.ts'), line])
    })
})

test('paths lead to files of the graph', async (t) => {
  const directory = directoryOf(t, { 'src/a.ts': `export { b } from '@/b'`, 'src/b.ts': `export const b: number = 1` })
  const graph = graphOf({ root: directory, paths: { '@/*': ['src/*'] } })
  assert.equal((await loadAll(graph, directory, 'src/a.ts'))[0].b, 1)
})
