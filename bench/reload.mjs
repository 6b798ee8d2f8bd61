// What a load costs that is not the first: the same bytes, one operation changed, many loads, four times the
// operations.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { settle } from './lib/gc.mjs'
import { median } from './lib/stats.mjs'
import { goal, number, table, times, title } from './lib/table.mjs'
import { github, load } from './lib/toolrack.mjs'

const ROUNDS = 9
const LOADS = 50

const { ToolRegistry, SpecLoader } = load()

/** Milliseconds of an action, the median of some rounds; what it works on is made ready outside of the clock. */
async function ms(ready, action) {
  const taken = []
  for (let round = 0; round < ROUNDS; round++) {
    const given = await ready(round)
    const begun = performance.now()
    await action(given)
    taken.push(performance.now() - begun)
    given?.registry?.close()
  }
  return median(taken.slice(2))
}

const fresh = (bytes) => () => {
  const registry = new ToolRegistry()
  return { registry, loader: new SpecLoader(registry), bytes }
}
const first = ({ loader, bytes }) => loader.load(bytes, { name: 'github', document: { deprecated: 'include' } })

/** The document four times over, under other paths and ids. */
function fourfold(bytes) {
  const document = JSON.parse(bytes)
  const paths = Object.entries(document.paths)
  for (const copy of ['b', 'c', 'd']) {
    for (const [path, item] of paths) {
      const renamed = Object.entries(item).map(([key, value]) => [
        key,
        value?.operationId ? { ...value, operationId: `${copy}/${value.operationId}` } : value,
      ])
      document.paths[`/${copy}${path}`] = Object.fromEntries(renamed)
    }
  }
  return Buffer.from(JSON.stringify(document))
}

export async function run() {
  const bytes = github()
  title(`reload: ${(bytes.length / 1e6).toFixed(1)} MB of GitHub's description; medians of ${ROUNDS - 2} rounds`)
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-bench-'))
  const file = join(folder, 'github.json')
  try {
    writeFileSync(file, bytes)
    const loaded = async () => {
      const registry = new ToolRegistry()
      const loader = new SpecLoader(registry)
      await loader.load(file, { name: 'github', document: { deprecated: 'include' } })
      return { registry, loader }
    }
    const again = ({ loader }) => loader.reload('github')
    const once = await ms(fresh(bytes), first)
    // Like is compared with like: what is reloaded stands in a file.
    const read = await ms(fresh(file), first)
    const same = await ms(loaded, again)
    const changed = await ms(async () => {
      writeFileSync(file, bytes)
      const ready = await loaded()
      writeFileSync(file, bytes.toString('utf8').replace('"GitHub API Root"', '"GitHub API root"'))
      return ready
    }, again)
    const compact = await ms(fresh(Buffer.from(JSON.stringify(JSON.parse(bytes)))), first)
    const four = fourfold(bytes)
    const fourTimes = await ms(fresh(four), first)
    table(
      ['', 'ms'],
      [
        ['first load', number(once)],
        ['first load, from a file', number(read)],
        ['the same bytes again', number(same)],
        ['one operation changed', number(changed)],
        ['without white space', number(compact)],
        [`four times the operations, ${(four.length / 1e6).toFixed(1)} MB`, number(fourTimes)],
      ],
    )
    goal('the same bytes again in less than 15 ms', `${number(same)} ms`, same < 15)
    goal('one operation changed no slower than the first load', times(changed / read), changed <= read)
    goal('four times the operations in at most 4.4× the time', times(fourTimes / compact), fourTimes / compact <= 4.4)
  } finally {
    rmSync(folder, { recursive: true })
  }

  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  const memory = async () => {
    await settle()
    return process.memoryUsage.rss() / 1024 ** 2
  }
  const cycle = async () => {
    await loader.load(bytes, { name: 'github', document: { deprecated: 'include' } })
    loader.unload('github')
    registry.forgetNames()
  }
  for (let warm = 0; warm < 10; warm++) await cycle()
  const before = await memory()
  for (let load = 0; load < LOADS; load++) await cycle()
  const after = await memory()
  table(
    [`${LOADS} loads and unloads`, 'MB'],
    [
      ['before', number(before)],
      ['after', number(after)],
    ],
  )
  goal('no growth beyond 5 MB', `${number(after - before)} MB`, after - before < 5)
  registry.close()
}
