// Modules as tools: memory of many reloads, from a file's new content to its tool, calls, many tools at once.
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { each, latency, once } from './lib/clock.mjs'
import { ROOT } from './lib/builds.mjs'
import { settle } from './lib/gc.mjs'
import { LOADERS, moduleFolder, moduleText, writeModules } from './lib/module-files.mjs'
import { rotate } from './lib/rotation.mjs'
import { median, percentile } from './lib/stats.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { load } from './lib/toolrack.mjs'

/** Reloads after which memory is measured. */
const RELOADS = [100, 10_000, 20_000]
const STABILITY_MS = 20
/** The debounce of a watch: no event for 50 ms, then the same content for as long as it is to be stable. */
const DEBOUNCE_MS = 50 + STABILITY_MS
const TOOLS = [5_000, 10_000, 20_000]
const PEERS = ['import', 'jiti', 'tsx']
const MB = 1024 ** 2

const definition = (number) => ({
  name: `tool_${number}`,
  description: 'The weather forecast of a city',
  parameters: { city: { type: 'string', minLength: 1 }, days: { type: 'integer', minimum: 1, maximum: 14 } },
  execute: async ({ city }) => city,
})

/** A folder that goes with the process. */
function folder() {
  const path = moduleFolder()
  process.on('exit', () => rmSync(path, { recursive: true, force: true }))
  return path
}

/** Saves new content and loads it, one after the other: ms of each load. */
async function timeLoads(path, loadFile, count, ending) {
  const taken = []
  for (let i = 0; i < count; i++) {
    const name = ending === 'ts' ? 'tool_1' : 'tool_0'
    writeFileSync(path, moduleText(name, ++version, { typed: ending === 'ts' }))
    let loaded
    taken.push(await once(async () => (loaded = await loadFile(path))))
    // jiti gives the first content of a JavaScript file again.
    const { execute } = loaded.default?.default ?? loaded.default ?? {}
    if (execute !== undefined && (await execute({})).version !== version) return {}
  }
  return { p50: median(taken), p99: percentile(taken, 0.99) }
}
let version = 0

/** A side that loads files of new content. */
const loading = (name) => async () => {
  const path = Object.fromEntries(
    ['js', 'ts'].map((ending, i) => [ending, writeModules(folder(), 1, 0, { ending, first: i })[0]]),
  )
  const canStrip = name !== 'import' || process.features.typescript !== undefined
  const loadFile = await LOADERS[name](Object.values(path))
  return async () => {
    const js = await timeLoads(path.js, loadFile, 100, 'js')
    const ts = canStrip && process.features.typescript !== false ? await timeLoads(path.ts, loadFile, 100, 'ts') : {}
    const directory = folder()
    const paths = writeModules(directory, 100, ++version)
    const cold = await once(async () => {
      if (name !== 'toolrack') return Promise.all(paths.map(loadFile))
      const { ToolRegistry, ToolModules } = load()
      const { reports } = await new ToolModules(new ToolRegistry()).addDirectory(directory)
      if (reports.length !== 100) throw new Error('not all were loaded')
    })
    return { p50: js.p50, p99: js.p99, ts: ts.p50, cold }
  }
}

/** Milliseconds from the end of a save to the event after which the tool is callable, without the debounce. */
async function timeSaves(registry, count, save) {
  const taken = []
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => setTimeout(resolve, 25 + (i % 10)))
    const reloaded = new Promise((resolve) => {
      const off = registry.on('reloaded', () => resolve(off()))
    })
    save(++version)
    const begun = performance.now()
    await reloaded
    taken.push(performance.now() - begun - DEBOUNCE_MS)
  }
  return { p50: median(taken), p99: percentile(taken, 0.99) }
}

/** A registry with watched modules in a directory. */
async function watching(count) {
  const { ToolRegistry, ToolModules } = load()
  const directory = folder()
  const registry = new ToolRegistry()
  const modules = new ToolModules(registry)
  const paths = writeModules(directory, count, 0)
  await modules.addDirectory(directory, { watch: { stabilityMs: STABILITY_MS } })
  return { registry, modules, paths }
}

export const sides = {
  toolrack: loading('toolrack'),
  import: loading('import'),
  jiti: loading('jiti'),
  tsx: loading('tsx'),
  async memory() {
    const { ToolRegistry, ToolModules } = load()
    const [path] = writeModules(folder(), 1, 0, { helper: './lib/helper.mjs' })
    const modules = new ToolModules(new ToolRegistry())
    await modules.add(path)
    let done = 0
    let round = 0
    return async () => {
      for (const end = RELOADS[round++]; done < end; done++) {
        writeFileSync(path, moduleText('tool_0', done + 1, { helper: './lib/helper.mjs' }))
        await modules.reload('tool_0')
      }
      await settle()
      const { heapUsed, rss } = process.memoryUsage()
      return { heap: heapUsed / MB, rss: rss / MB }
    }
  },
  async watch() {
    const { registry, paths } = await watching(1)
    return () => timeSaves(registry, 100, (version) => writeFileSync(paths[0], moduleText('tool_0', version)))
  },
  async manyFiles() {
    const { registry, modules, paths } = await watching(1_000)
    return async () => {
      const own = []
      for (let i = 0; i < 50; i++) {
        writeFileSync(paths[i * 7], moduleText(`tool_${i * 7}`, ++version))
        own.push(await once(() => modules.reload(`tool_${i * 7}`)))
      }
      // What the watch tells of these is nothing new.
      await new Promise((resolve) => setTimeout(resolve, 500))
      const saved = await timeSaves(registry, 30, (version) =>
        writeFileSync(paths[500], moduleText('tool_500', version)),
      )
      return { own: median(own), saved: saved.p50 }
    }
  },
  async calls() {
    const { ToolRegistry, ToolModules } = load()
    const registry = new ToolRegistry()
    registry.register({ ...definition(1), execute: async ({ city }) => ({ city, version: 0 }) })
    await new ToolModules(registry).add(writeModules(folder(), 1, 0))
    const call = (name) => latency(() => registry.execute(name, { city: 'Zürich', days: 3 }), 400)
    return async () => ({ closure: (await call('tool_1')).p50, module: (await call('tool_0')).p50 })
  },
  async adding() {
    const { ToolRegistry, ToolModules } = load()
    return async () => {
      const taken = {}
      for (const count of TOOLS) {
        const registry = new ToolRegistry()
        const tools = Array.from({ length: count }, (_, i) => definition(i))
        taken[count] = await once(() => new ToolModules(registry).add(tools))
        if (registry.size !== count) throw new Error('not all were added')
        registry.close()
      }
      return taken
    }
  },
  async strands() {
    const { FunctionTool } = await import('@strands-agents/sdk')
    // The registry that an agent of theirs has; it is no export.
    const file = new URL('registry/tool-registry.js', import.meta.resolve('@strands-agents/sdk'))
    const { ToolRegistry } = await import(file.href)
    return async () => {
      const taken = {}
      for (const count of TOOLS) {
        const tools = Array.from({ length: count }, (_, i) => {
          const { name, description, parameters, execute } = definition(i)
          return new FunctionTool({
            name,
            description,
            inputSchema: { type: 'object', properties: parameters },
            callback: execute,
          })
        })
        const registry = new ToolRegistry()
        taken[count] = await once(() => registry.add(tools))
      }
      return taken
    }
  },
  async idle() {
    const { ToolRegistry, ToolModules } = load()
    return async () => {
      const registries = Array.from({ length: 1_000 }, () => new ToolRegistry())
      await settle()
      const { heapUsed } = process.memoryUsage()
      const kept = []
      const ns = each(1_000, (i) => kept.push(new ToolModules(registries[i])))
      await settle()
      const bytes = (process.memoryUsage().heapUsed - heapUsed) / kept.length
      for (const registry of registries) registry.close()
      return { us: ns / 1_000, bytes }
    }
  },
}

function tellMemory(memory) {
  title('modules: memory after reloads of a 5 kB module with a helper, MB')
  table(
    ['', 'heap', 'rss'],
    memory.rounds.map(({ heap, rss }, i) => [`${number(RELOADS[i])} reloads`, number(heap), number(rss)]),
  )
  const [first, middle, last] = memory.rounds
  const grown = middle?.heap - first?.heap
  goal('the heap after 10,000 reloads is within 2 MB of that after 100', number(grown, 'MB'), grown <= 2)
  const ratio = last?.rss / middle?.rss
  goal(
    'resident memory after 20,000 reloads is within 10 % of that after 10,000',
    times(ratio),
    Math.abs(ratio - 1) <= 0.1,
  )
}

function tellLoads(outcomes) {
  const [toolrack, native] = [outcomes.get('toolrack'), outcomes.get('import')]
  title('modules: from new content of a 5 kB file to its tool (toolrack) or its exports, ms')
  table(
    ['', 'p50', 'p99', 'TypeScript p50', '100 files cold', '× import'],
    ['toolrack', ...PEERS]
      .map((name) => outcomes.get(name))
      .map((side) => [
        side.name,
        ...['p50', 'p99', 'ts', 'cold'].map((figure) => number(side.of(figure))),
        times(side.times(native, 'p50')),
      ]),
  )
  leftOut(outcomes.values())
  goal('5 kB in 2 ms at most (p50)', number(toolrack.of('p50'), 'ms'), toolrack.of('p50') <= 2)
  goal('100 files of 5 kB in 300 ms at most, cold', number(toolrack.of('cold'), 'ms'), toolrack.of('cold') <= 300)
  const ratio = toolrack.times(native, 'p50')
  goal('twice as long as import() at most', times(ratio), ratio <= 2)
}

function tellWatch(watch, manyFiles) {
  title(`modules: save to callable without the debounce of ${DEBOUNCE_MS} ms, ms`)
  table(
    ['', 'p50', 'p99'],
    [
      ['one file', number(watch.of('p50')), number(watch.of('p99'))],
      ['one file of 1,000', number(manyFiles.of('saved')), '–'],
      ['one file of 1,000, reload(name)', number(manyFiles.of('own')), '–'],
    ],
  )
  goal('20 ms at most (p99)', number(watch.of('p99'), 'ms'), watch.of('p99') <= 20)
  goal('one file of 1,000 in 5 ms at most', number(manyFiles.of('own'), 'ms'), manyFiles.of('own') <= 5)
}

function tellMany(adding, strands) {
  title('modules: tools in one add(), ms')
  const cells = (side) => TOOLS.map((count) => number(side.of(count)))
  table(
    ['', ...TOOLS.map((count) => `${number(count)} tools`)],
    [
      ['toolrack', ...cells(adding)],
      ...(strands.failed === undefined ? [['@strands-agents/sdk', ...cells(strands)]] : []),
    ],
  )
  leftOut([strands])
  goal('20,000 tools in less than 1 s', number(adding.of(20_000), 'ms'), adding.of(20_000) < 1_000)
  const growth = adding.of(20_000) / adding.of(5_000)
  goal('four times the tools take five times as long at most', times(growth), growth <= 5)
}

export async function run() {
  const memory = await rotate(import.meta.url, ['memory'], { rounds: RELOADS.length, warmup: 0 })
  tellMemory(memory.get('memory'))
  tellLoads(await rotate(import.meta.url, ['toolrack', ...PEERS], { rounds: 5 }))
  const watched = await rotate(import.meta.url, ['watch', 'manyFiles'], { rounds: 3 })
  tellWatch(watched.get('watch'), watched.get('manyFiles'))
  const others = await rotate(import.meta.url, ['calls', 'adding', 'strands', 'idle'], { rounds: 5 })
  tellMany(others.get('adding'), others.get('strands'))
  const calls = others.get('calls')
  title('modules: one call, ns, and what they cost without modules')
  const idle = others.get('idle')
  const addon = readdirSync(ROOT).find((file) => file.endsWith('.node'))
  table(
    ['', ''],
    [
      ['a registered closure, ns', number(calls.of('closure'))],
      ["a module's tool, ns", number(calls.of('module'))],
      ['new ToolModules(registry), µs', number(idle.of('us'))],
      ['new ToolModules(registry), bytes of heap', number(idle.of('bytes'))],
      ['the addon, MB', number(statSync(join(ROOT, addon)).size / 1e6)],
    ],
  )
  leftOut([...watched.values(), ...others.values()].filter(({ name }) => name !== 'strands'))
  const ratio = calls.times(calls, 'module', 'closure')
  goal("a call of a module's tool takes 1.1 times as long as that of a closure at most", times(ratio), ratio <= 1.1)
}
