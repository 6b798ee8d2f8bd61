// Compiled modules: they do in an evaluator what Node does with their source.

import assert from 'node:assert/strict'
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { after, test } from 'node:test'
import { pathToFileURL } from 'node:url'
import { NativeModuleGraph } from '../lib/border/native.js'
import { transpile } from './support/transpile.mjs'
import { evaluate } from './support/module-evaluator.mjs'

const root = realpathSync(mkdtempSync(join(tmpdir(), 'toolrack-modules-')))
after(() => rmSync(root, { recursive: true }))

let scenes = 0

/** Writes files into a folder of their own. Returns a function from a name to its path. */
function scene(files) {
  const folder = join(root, `${scenes++}`)
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true })
    writeFileSync(join(folder, name), text)
  }
  return (name) => join(folder, name)
}

async function evaluateFile(path) {
  const reading = JSON.parse(await new NativeModuleGraph('{}').read([path]))
  assert.deepEqual(reading.failed, [])
  return evaluate(reading, path)
}

/** What can be compared of a value: functions and classes by their names. */
function shown(value) {
  if (typeof value === 'function') return `function ${value.name}`
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map(shown)
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shown(part)]))
}

const helper = `
  export let count = 0
  export const add = () => ++count
  export function self() { return this }
  export default class Helper { static named = this.name }
  export { add as "with space" }
`

const MODULES = {
  'exports of every kind': `
    export const a = 1, { b, c: [d = 3] } = { b: 2, c: [] }
    export let e; export var f = 'f'; export function g() {}
    export async function* h() {}; export class I {}
    const j = 1; export { j as k, j as "l m", j as __proto__ }`,
  'a default function has the name default': `export default function () {}; export const b = 1`,
  'a default arrow function has the name default': `export default () => {}`,
  'a default class has the name default': `export default class { static a = this.name }`,
  'a named default function keeps its name': `export default function a() {}`,
  'a default value': `export default [1, { a: 2 }].concat([3])`,
  'imports are live': `
    import Helper, { count, add, "with space" as other } from './helper.mjs'
    const before = count
    add()
    other()
    export { before, count }
    export const named = Helper.named`,
  'a called import has no this': `
    import { self } from './helper.mjs'
    import * as ns from './helper.mjs'
    export const a = self(), b = (self)(), c = self?.(), d = ns.self() === undefined, e = self\`\``,
  'this of the module': `export default this`,
  'exports from elsewhere': `
    export * from './helper.mjs'
    export * as all from './helper.mjs'
    export { default, count as number } from './helper.mjs'`,
  'functions of a cycle are there before it has run': `
    import { early } from './cycle.mjs'
    export default function a() { return 'a' }
    export function b() { return 'b' }
    export { early }`,
  'await at the top level': `
    const { count } = await import('./helper.mjs')
    for await (const part of [count]) globalThis.part = part
    export const a = await Promise.resolve(count), b = globalThis.part`,
  'import.meta': `export const { url, filename, dirname } = import.meta`,
  'JSON and CommonJS': `
    import data from './data.json' with { type: 'json' }
    import common, { named } from './common.cjs'
    export { data, common, named }`,
  'packages and modules of Node': `
    import { join } from 'node:path'
    import fs from 'fs'
    export const a = join('a', 'b'), b = typeof fs.readFileSync`,
  'statements without semicolons': `
    import { add } from './helper.mjs'
    const a = 1
    add()
    import './data.mjs'
    [0].map(add)
    export { a }`,
}

const SUPPORT = {
  'helper.mjs': helper,
  'data.mjs': 'export {}',
  'data.json': '{ "a": [1, "é"] }',
  'common.cjs': `
    const data = require("./data.json")
    exports.named = data.a; exports.own = this === module.exports`,
  'cycle.mjs': `
    import a, { b, early as own } from './entry.mjs'
    const parts = [a(), b(), typeof a]
    try { own } catch (error) { parts.push(error.name) }
    export const early = parts`,
}

for (const [fact, source] of Object.entries(MODULES)) {
  test(`as in Node: ${fact}`, async () => {
    const path = scene({ 'entry.mjs': source, ...SUPPORT })
    const ours = await evaluateFile(path('entry.mjs'))
    const native = await import(pathToFileURL(path('entry.mjs')).href)
    assert.deepEqual(Object.keys(ours).toSorted(), Object.keys(native).toSorted())
    for (const name of Object.keys(native)) assert.deepEqual(shown(ours[name]), shown(native[name]), name)
  })
}

test('an export that is read too early is an error', async () => {
  const path = scene({
    'a.mjs': `import { b } from './b.mjs'\nexport const a = 1`,
    'b.mjs': `import { a } from './a.mjs'\nexport const b = a`,
  })
  await assert.rejects(evaluateFile(path('a.mjs')), ReferenceError)
})

test('a stack trace has the line of the source', async () => {
  const lines = [
    'import {',
    '  a,',
    "} from './b.mjs'",
    '/* é */ export default () => {',
    '  a(); throw new Error("x")',
    '}',
  ]
  const typed = ['interface A {', '  b: string', '}', 'enum C {', '  D,', '}', 'export default (e: A) => {']
  const path = scene({
    'a.mjs': lines.join('\n'),
    'b.mjs': 'export const a = () => {}',
    'c.ts': [...typed, '  throw new Error("x")', '}'].join('\n'),
  })
  for (const [file, line] of [
    ['a.mjs', 5],
    ['c.ts', 8],
  ]) {
    const { default: fail } = await evaluateFile(path(file))
    let stack
    try { fail({}) } catch (error) { stack = error.stack } // prettier-ignore
    assert.match(stack, new RegExp(`${file.replace('.', '\\.')}:${line}:\\d+`))
  }
})

const TYPESCRIPT = {
  enums: `
    export enum A { B, C = 4, D, 'E F' = 1.5, G = -1, H = B | C, I = 'x', J = 'x'.length, K = \`\${I}y\` }
    enum L { M = A.C, N }
    enum L { O = 9 }
    export const l = L, m = Object.entries(A), n = A[0]`,
  'parameter properties': `
    class A { own = 'own'; constructor(public a: number, readonly b = 2, c?: string) { this.a += b } }
    class B extends A { constructor(private d: string) { super(1); this.d += 'e' } }
    export const a = Object.entries(new A(1)), b = Object.entries(new B('d')), c = new A(5).a`,
  classes: `
    interface I { a: string }
    abstract class A<T> implements I { a = 'a'; private b?: T; declare c: number; abstract d(): void; #e!: number
      get: string = 'get'
      static s = 1 as number
      ['f'] = <any>2
      protected async g<K>(this: A<T>, k: K): Promise<K> { return k } }
    class B extends A<string> { d() {} }
    export const a = Object.entries(new B()), b = [B.s, A.s], c = await new B()['g'](3)`,
  'assertions and generics': `
    const f = <T,>(a: T, b?: number): T => a as unknown as T
    const g = async <
      T
    >(a: T): Promise<
      T
    > => <T>a
    let h = f as any
    (1)
    export const a = f<number>(1), b = await g('x'), c = (() => <any>{ d: 1 })(), d = a! + 1
    export const e = [1].map(f<number>), i = h`,
  'overloads, defaults and destructuring': `
    export default function a(b: string): string
    export default function a(b: any, { c, d = 2 }: { c?: number; d?: number } = {}) {
      return [b, c, d] }
    export const e = a('x' as never), f = a.length`,
  'types alone leave nothing': `
    export type A = 1; export interface B {}; declare const c: number; namespace D { export type E = 1 }
    import type { F } from './nowhere.js'; import { G } from './nowhere.js'
    let h: A | B | F | G | D.E; export const a = h satisfies unknown`,
}

for (const [fact, source] of Object.entries(TYPESCRIPT)) {
  test(`as TypeScript compiles it: ${fact}`, async () => {
    const path = scene({ 'ours.ts': source, 'theirs.mjs': transpile(source) })
    const ours = await evaluateFile(path('ours.ts'))
    const theirs = await import(pathToFileURL(path('theirs.mjs')).href)
    assert.deepEqual(Object.keys(ours).toSorted(), Object.keys(theirs).toSorted())
    for (const name of Object.keys(theirs)) assert.deepEqual(shown(ours[name]), shown(theirs[name]), name)
  })
}
