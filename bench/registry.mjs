// A registry at size: what it costs to read it and to write it.
import { each } from './lib/clock.mjs'
import { rotate } from './lib/rotation.mjs'
import { median } from './lib/stats.mjs'
import { goal, leftOut, number, table, times, title } from './lib/table.mjs'
import { load, registryOf, tool } from './lib/toolrack.mjs'

const MANY = 100_000
const SOME = 10_000
const FILTER = { tags: ['group_7'] }
/** Names in no order, as ready strings, so that a lookup alone is timed. */
const NAMES = JSON.parse(JSON.stringify(Array.from({ length: 50_000 }, (_, i) => `weather_${(i * 7919) % MANY}`)))

const plain = (count) => Array.from({ length: count }, (_, number) => tool(number))

/** A new revision with the same tools. */
function renew(registry) {
  registry.register({ ...tool(MANY), name: 'passing' })
  registry.unregister('passing')
}

export const sides = {
  async lookups() {
    const registry = registryOf(MANY)
    const map = new Map(plain(MANY).map((tool) => [tool.name, tool]))
    return async () => ({
      has: each(50_000, (i) => registry.has(NAMES[i])),
      get: each(20_000, (i) => registry.get(NAMES[i])),
      getAgain: each(50_000, () => registry.get('weather_7')),
      mapHas: each(50_000, (i) => map.has(NAMES[i])),
      mapGet: each(50_000, (i) => map.get(NAMES[i])),
    })
  },
  async lists() {
    const registry = registryOf(SOME)
    const tools = plain(SOME)
    const index = new Map([['group_7', tools.filter(({ tags }) => tags.includes('group_7')).map(({ name }) => name)]])
    if (registry.list(FILTER).join() !== index.get('group_7').join()) throw new Error('lists differ')
    const filter = () => tools.filter(({ tags }) => tags.includes('group_7')).map(({ name }) => name)
    return async () => {
      const [first, plainly] = [[], []]
      for (let turn = 0; turn < 30; turn++) {
        renew(registry)
        first.push(each(1, () => registry.list(FILTER)))
        plainly.push(each(1, filter))
      }
      return {
        first: median(first),
        filter: median(plainly),
        again: each(2_000, () => registry.list(FILTER)),
        index: each(50_000, () => index.get('group_7').slice()),
      }
    }
  },
  async registering() {
    const { ToolRegistry } = load()
    return async () => {
      const registry = new ToolRegistry()
      const tools = plain(MANY)
      const took = []
      for (let begun = 0; begun < MANY; begun += 1_000) {
        took.push(each(1_000, (i) => registry.register(tools[begun + i])) / 1_000)
      }
      registry.close()
      const mean = (ms) => ms.reduce((sum, one) => sum + one, 0) / ms.length
      return { start: mean(took.slice(0, 10)), end: mean(took.slice(-10)), total: mean(took) * took.length }
    }
  },
}

export async function run() {
  const outcomes = await rotate(import.meta.url, Object.keys(sides), { rounds: 5 })
  const { lookups, lists, registering } = Object.fromEntries(outcomes)
  const ns = (side, figure) => number(side.of(figure) / 1000)

  title(`registry: lookups among ${number(MANY)} tools, µs each`)
  table(
    ['', 'toolrack', 'a Map', 'what toolrack does'],
    [
      ['has(name)', ns(lookups, 'has'), ns(lookups, 'mapHas'), 'one step into Rust'],
      [
        'get(name), another one each time',
        ns(lookups, 'get'),
        ns(lookups, 'mapGet'),
        'makes the frozen description from JSON',
      ],
      ['get(name), the same again', ns(lookups, 'getAgain'), ns(lookups, 'mapGet'), 'the same'],
    ],
  )

  title(`registry: list({ tags: ['group_7'] }) among ${number(SOME)} tools, 100 of which have the tag, µs each`)
  table(
    ['', 'µs', '× filter'],
    [
      ['toolrack, first on a revision', ns(lists, 'first'), times(lists.times(lists, 'first', 'filter'))],
      ['toolrack, repeated', ns(lists, 'again'), times(lists.times(lists, 'again', 'filter'))],
      ['filter and map over an array', ns(lists, 'filter'), times(1)],
      ['a Map kept by tag', ns(lists, 'index'), times(lists.times(lists, 'index', 'filter'))],
    ],
  )

  const growth = registering.of('end') / registering.of('start')
  title(`registry: register() of ${number(MANY)} tools one by one, a revision each`)
  table(
    ['', 'first 10,000', 'last 10,000', 'last ÷ first', 'all, s'],
    [
      [
        'ms per 1,000',
        number(registering.of('start')),
        number(registering.of('end')),
        times(growth),
        number(registering.of('total') / 1000),
      ],
    ],
  )
  leftOut(outcomes.values())
  // A registry that copied its tables for each tool would be some hundred times slower at the end.
  goal('register() costs no more at the end than twice what it does at the start', times(growth), growth <= 2)
}
