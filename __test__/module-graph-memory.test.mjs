// Memory of the module graph: an old generation is collected, and the heap is flat over reloads.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'

const PROGRAM = `
  import { rmSync } from 'node:fs'
  import { join } from 'node:path'
  import { directoryOf, graphOf, loadAll, write } from './__test__/support/module-graph.mjs'

  const text = JSON.stringify('y'.repeat(40))
  const fillerOf = (_, i) => 'export const f' + i + ' = (x) => ({ x, list: [x, ' + text + '] })'
  const filler = Array.from({ length: 40 }, fillerOf)
  const toolSource = (i) => 'import { state } from "./still.mjs"; import { helper } from "./helper.mjs"\\n' +
    'export const tool = { run: () => [' + i + ', helper(), state] }\\n' + filler.join('\\n') +
    (i % 3 === 0 ? '\\nawait null' : '')
  const helperSource = (i) => 'import fs from "node:fs"; import old from "./old.cjs"\\n' +
    'export const helper = () => [' + i + ', fs, old]'
  const directory = directoryOf(undefined, { 'still.mjs': 'export const state = {}; await null' })
  const graph = graphOf()
  const old = []

  async function reload(i) {
    write(directory, { 'tool.mjs': toolSource(i), 'helper.mjs': helperSource(i), 'old.cjs': 'exports.i = ' + i })
    const [{ tool }] = await loadAll(graph, directory, 'tool.mjs')
    if (tool.run()[0] !== i) throw new Error('stale')
    old.push(new WeakRef(tool))
  }

  async function heap() {
    for (let i = 0; i < 6; i++) { gc(); await new Promise(setImmediate) }
    return process.memoryUsage().heapUsed
  }

  const rounds = { first: 100, last: 500 }
  let before
  for (let i = 0; i < rounds.last; i++) {
    await reload(i)
    if (i === rounds.first) before = await heap()
  }
  const grown = (await heap()) - before
  const alive = old.filter((one) => one.deref() !== undefined).length
  rmSync(directory, { recursive: true })
  console.log(JSON.stringify({ alive, grown }))
`

test('old generations are collected, and the heap is flat', async () => {
  const { alive, grown } = JSON.parse(await outputOf(PROGRAM, { flags: ['--expose-gc'], killAfterMs: 120_000 }))
  assert.equal(alive, 1)
  assert.ok(grown < 1_000_000, `the heap has grown by ${grown} bytes in 400 reloads`)
})

test('a forgotten module is collected', async () => {
  const output = await outputOf(
    `
    import { join } from 'node:path'
    import { directoryOf, graphOf, loadAll } from './__test__/support/module-graph.mjs'
    const directory = directoryOf(undefined, {
      'a.mjs': 'import "./b.mjs"; export const a = {}',
      'b.mjs': 'globalThis.b = new WeakRef(import.meta)',
    })
    const graph = graphOf()
    const refs = await loadAll(graph, directory, 'a.mjs').then(([{ a }]) => [new WeakRef(a)])
    refs.push(globalThis.b)
    graph.forget([join(directory, 'a.mjs')])
    for (let i = 0; i < 6; i++) { gc(); await new Promise(setImmediate) }
    console.log(refs.filter((ref) => ref.deref() !== undefined).length, graph !== undefined)
  `,
    { flags: ['--expose-gc'] },
  )
  assert.equal(output.trim(), '0 true')
})
