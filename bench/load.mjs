// From a description's bytes to tools.
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { once } from './lib/clock.mjs'
import { settle } from './lib/gc.mjs'
import { rotate } from './lib/rotation.mjs'
import { median } from './lib/stats.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { makers as all, reader, SAMCHON, TOOLRACK } from './lib/makers.mjs'
import { github } from './lib/toolrack.mjs'

const PARSE = 'JSON.parse'

const makers = { [PARSE]: async (read) => (bytes) => ({ held: read(bytes) }), ...all }
const read = await reader('github.json')

export const sides = Object.fromEntries(
  Object.entries(makers).map(([name, prepare]) => [
    name,
    async () => {
      const make = await prepare(read)
      const bytes = github()
      return async () => {
        let made
        const ms = await once(async () => void (made = await make(bytes)))
        made.release?.()
        return { ms, tools: made.tools ?? NaN }
      }
    },
  ]),
)

/**
 * Peak and kept memory of one load in MB, in a fresh process; a process that readied itself and loaded nothing is what
 * both are counted from. Peaks are right only while the parent process is small: Linux hands its peak down to a child.
 */
function memory(name) {
  const run = (mode) => {
    const { stdout, status } = spawnSync(
      process.execPath,
      ['--expose-gc', fileURLToPath(import.meta.url), mode, name],
      { encoding: 'utf8' },
    )
    return status === 0 ? JSON.parse(stdout) : { peak: NaN, kept: NaN }
  }
  const runs = [1, 2, 3].map(() => [run('idle'), run('memory')])
  return Object.fromEntries(
    ['peak', 'kept'].map((figure) => [figure, median(runs.map(([idle, loaded]) => loaded[figure] - idle[figure]))]),
  )
}

/** In the process of one load, or of none. */
async function memoryOf(name, idle) {
  const make = await makers[name](read)
  const bytes = github()
  await settle()
  if (!idle) held.push((await make(bytes)).held)
  const peak = process.resourceUsage().maxRSS / 1024
  await settle()
  console.log(JSON.stringify({ peak, kept: process.memoryUsage.rss() / 1024 ** 2 }))
  held.push(bytes)
}

/** Holds what was made past the last collection, whatever the optimizer finds out about who reads it. */
const held = []

export async function run() {
  title(
    `load: ${(github().length / 1e6).toFixed(1)} MB of GitHub's description in memory → tools, ` +
      `deprecated ones included; ms are medians of warm rounds`,
  )
  const names = Object.keys(sides)
  const used = new Map(names.map((name) => [name, memory(name)]))
  const outcomes = await rotate(import.meta.url, names)
  const [toolrack, parse, samchon] = [TOOLRACK, PARSE, SAMCHON].map((name) => outcomes.get(name))
  const counted = [...outcomes.values()].filter(({ failed }) => failed === undefined)
  table(
    ['', 'tools', 'cold ms', 'ms', '× JSON.parse', '× toolrack', 'peak MB', 'kept MB'],
    counted.map((side) => {
      const { peak, kept } = used.get(side.name)
      const ratios = [times(side.times(parse, 'ms')), times(side.times(toolrack, 'ms'))]
      return [
        side.name,
        number(side.of('tools')),
        number(side.cold.ms),
        number(side.of('ms')),
        ...ratios,
        number(peak),
        number(kept),
      ]
    }),
  )
  leftOut(outcomes.values())
  const faster = samchon.times(toolrack, 'ms')
  goal('load at least 10× as fast as @samchon/openapi', times(faster), faster >= 10)
  const slower = toolrack.times(parse, 'ms')
  goal('load no slower than JSON.parse of the same bytes', times(slower), slower <= 1)
  const { peak, kept } = used.get(TOOLRACK)
  goal('less than 100 MB over the idle process at the peak', `${number(peak)} MB`, peak < 100)
  goal('less than 30 MB kept', `${number(kept)} MB`, kept < 30)
  console.log(
    '  toolrack reads, converts and hashes on a thread of its own; the event loop goes on meanwhile. Peers hold it up.',
  )
}

const [mode, name] = process.argv.slice(2)
if (mode === 'memory' || mode === 'idle') await memoryOf(name, mode === 'idle')
