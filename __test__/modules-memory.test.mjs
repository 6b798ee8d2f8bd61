// Memory of modules: what no tool uses any more is collected, over reloads with calls, disposals and refusals.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { outputOf } from './support/child.mjs'

const flags = ['--expose-gc']

const COLLECT = `
  async function collect() {
    for (let i = 0; i < 6; i++) { gc(); await new Promise(setImmediate) }
  }
`

test('lists of a provider are collected, the first one too', async () => {
  const output = await outputOf(
    `
    import { ToolModules } from 'toolrack'
    ${COLLECT}
    const modules = new ToolModules(new ToolRegistry())
    const lists = []
    const loadTools = () => {
      const execute = () => 1
      const list = [{ name: 'given', description: 'D', execute }]
      lists.push(new WeakRef(list), new WeakRef(execute))
      return list
    }
    await modules.add({ loadTools, addConsumer() {}, removeConsumer() {} }, { limits: { versions: 1 } })
    for (let i = 0; i < 3; i++) await modules.reload('provider-1')
    await collect()
    console.log(lists.map((one) => Number(one.deref() !== undefined)).join(''))
    await modules.close()
  `,
    { flags },
  )
  assert.equal(output.trim(), '00000001')
})

test('generations that are disposed, refused or imported at run time are collected, and the heap is flat', async () => {
  const output = await outputOf(
    `
    import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
    import { tmpdir } from 'node:os'
    import { ToolModules } from 'toolrack'
    ${COLLECT}
    const directory = mkdtempSync(tmpdir() + '/toolrack-memory-')
    const write = (name, text) => writeFileSync(directory + '/' + name, text)
    globalThis.open = 0
    globalThis.pools = []
    const filler = 'export const f = (x) => [x, ' + JSON.stringify('y'.repeat(2_000)) + ']\\n'
    const pool = (i) => 'globalThis.open++; export const pool = { i: ' + i + ' }\\n' +
      'globalThis.pools.push(new WeakRef(pool))\\nexport const dispose = () => { globalThis.open-- }\\n' + filler
    const toolText = (i, type) => "import { pool } from './_pool.mjs'\\n" +
      "export const crm = { description: 'D', parameters: " + type + ", execute: async () => " +
      "(await import('./_late' + '.mjs')).late + pool.i }\\n" + filler + '// ' + i
    write('_late.mjs', 'export const late = 0\\n' + filler)
    const registry = new ToolRegistry()
    const modules = new ToolModules(registry, { resolveFrom: directory })
    let before
    for (let i = 0; i < 400; i++) {
      write('_pool.mjs', pool(i))
      write('crm.mjs', toolText(i, i % 4 === 3 ? '5' : '{}'))
      if (i === 0) await modules.add('./crm.mjs')
      else await modules.reload('crm').catch(() => {})
      if (i % 4 !== 3 && await registry.execute('crm', {}) !== i) throw new Error('stale')
      if (i === 100) { await collect(); before = process.memoryUsage().heapUsed }
    }
    await collect()
    const grown = process.memoryUsage().heapUsed - before
    const alive = globalThis.pools.filter((one) => one.deref() !== undefined).length
    console.log(JSON.stringify({ open: globalThis.open, alive, grown }))
    await modules.close()
    rmSync(directory, { recursive: true })
  `,
    { flags, killAfterMs: 120_000 },
  )
  const { open, alive, grown } = JSON.parse(output)
  assert.deepEqual({ open, alive }, { open: 1, alive: 1 })
  assert.ok(grown < 1_000_000, `the heap has grown by ${grown} bytes in 300 reloads`)
})
