// MCP: what serving costs beside the official SDKs: calls and lists over HTTP and stdio, changed lists, streams of
// notifications, and the start; and what a client of servers costs, for their import and a call through. The processor
// time is the own one of what is measured: servers and clients are processes of their own.
import { existsSync } from 'node:fs'
import { loadavg } from 'node:os'
import { fileURLToPath } from 'node:url'
import { callsThrough, imports } from './lib/mcp-imports.mjs'
import { listen, overHttp, overStdio, start } from './lib/mcp-clients.mjs'
import { SDK_1, SDK_2, SDK_2_REGISTERED, TOOLRACK } from './lib/mcp-sides.mjs'
import { starts } from './lib/mcp-starts.mjs'
import { median } from './lib/stats.mjs'
import { goal, number, table, times, title } from './lib/table.mjs'

const folder = process.env.TOOLRACK_BUILD ?? fileURLToPath(new URL('../', import.meta.url))
const ROUNDS = 5
const ROUND_MS = 600
/** The compiler of a server has seen its code after so many calls, or after so long. */
const WARM_CALLS = 3_000
const WARM_MS = 4_000
const IN_FLIGHT = 16
const TOOLS = 1_000
const STREAMS = 1_000
const MORE = 500

/** Calls of one round: microseconds of the server's processor for each, and how many a second. */
async function callRound({ server, client, rounds }) {
  const { cpu: before } = await server.ask('usage')
  const begun = performance.now()
  let calls = 0
  const goesOn = () => {
    const passed = performance.now() - begun
    return rounds.length === 0 ? passed < WARM_MS && calls < WARM_CALLS : passed < ROUND_MS
  }
  const worker = async () => {
    while (goesOn()) {
      await client.call()
      calls++
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, worker))
  const seconds = (performance.now() - begun) / 1_000
  const { cpu } = await server.ask('usage')
  return { cpu: (cpu - before) / calls, perSecond: calls / seconds }
}

/** Servers with their clients, by name: each is measured once a round, in turn. */
async function inTurn(kinds, carrier, count, measure) {
  const open = carrier === 'http' ? overHttp : overStdio
  const sides = []
  for (const [name, side, era] of kinds) {
    const server = await start(side, carrier, count)
    sides.push({ name, server, client: await open(server, era), rounds: [] })
  }
  // The first round warms up.
  for (let round = 0; round <= ROUNDS; round++) for (const side of sides) side.rounds.push(await measure(side))
  const found = {}
  for (const { name, server, rounds } of sides) {
    const { peak } = await server.ask('usage')
    const middle = (key) => median(rounds.slice(1).map((one) => one[key]))
    found[name] = { cpu: middle('cpu'), perSecond: middle('perSecond'), peak }
    server.stop()
  }
  return found
}

function callTable(what, found) {
  const first = Object.values(found)[0].cpu
  title(`${what}: µs of the server's processor a call, and calls a second with ${IN_FLIGHT} in flight`)
  table(
    ['server', 'µs a call', 'beside toolrack', 'calls a second'],
    Object.entries(found).map(([name, { cpu, perSecond }]) => [
      name,
      number(cpu),
      times(cpu / first),
      number(perSecond),
    ]),
  )
}

async function callsOverHttp() {
  const kinds = [
    ['toolrack', TOOLRACK, 'modern'],
    ['toolrack, session', TOOLRACK, 'legacy'],
    [SDK_2, SDK_2, 'modern'],
    [SDK_2_REGISTERED, SDK_2_REGISTERED, 'modern'],
    ['SDK 1, session', SDK_1, 'legacy'],
  ]
  const found = await inTurn(kinds, 'http', TOOLS, callRound)
  callTable(`tools/call over HTTP, ${TOOLS} tools`, found)
  const { toolrack, [SDK_2]: low, [SDK_2_REGISTERED]: full } = found
  const session = found['toolrack, session'].cpu / found['SDK 1, session'].cpu
  const more = toolrack.perSecond / low.perSecond
  goal(
    'a call costs at most 1/3 of SDK 2 with a low-level Server',
    times(toolrack.cpu / low.cpu),
    toolrack.cpu <= low.cpu / 3,
  )
  goal('a call in a session costs at most 0.4 of SDK 1', times(session), session <= 0.4)
  goal('2.5 × the calls a second of SDK 2 with a low-level Server', times(more), more >= 2.5)
  goal(
    'a call costs at most 1/35 of SDK 2 with registerTool',
    times(toolrack.cpu / full.cpu),
    toolrack.cpu <= full.cpu / 35,
  )
}

async function callsOverStdio() {
  const kinds = [
    ['toolrack', TOOLRACK, 'modern'],
    ['toolrack, legacy', TOOLRACK, 'legacy'],
    [SDK_2_REGISTERED, SDK_2_REGISTERED, 'modern'],
    [SDK_1, SDK_1, 'legacy'],
  ]
  const found = await inTurn(kinds, 'stdio', TOOLS, callRound)
  callTable(`tools/call over stdio, ${TOOLS} tools`, found)
  const modern = found.toolrack.cpu / found[SDK_2_REGISTERED].cpu
  const legacy = found['toolrack, legacy'].cpu / found[SDK_1].cpu
  goal('a call costs at most 0.75 of SDK 2', times(modern), modern <= 0.75)
  goal('a legacy call costs at most 1.1 of SDK 1', times(legacy), legacy <= 1.1)
}

/** A list that was read whole; before it, a change where one is asked for. */
const listRound =
  (repeated, changes = () => false) =>
  async ({ name, server, client }) => {
    const { cpu: before } = await server.ask('usage')
    for (let index = 0; index < repeated; index++) {
      if (changes(name)) await server.ask('change')
      await client.list()
    }
    const { cpu } = await server.ask('usage')
    return { cpu: (cpu - before) / repeated / 1_000 }
  }

async function lists() {
  const rows = []
  const goals = []
  for (const count of [1_000, 10_000])
    for (const carrier of ['stdio', 'http']) {
      const kinds = [
        [TOOLRACK, TOOLRACK, 'modern'],
        [SDK_2, SDK_2, 'modern'],
      ]
      const found = await inTurn(kinds, carrier, count, listRound(10_000 / count))
      const ratio = found[TOOLRACK].cpu / found[SDK_2].cpu
      const memory = found[TOOLRACK].peak / found[SDK_2].peak
      rows.push([
        `${number(count)} tools, ${carrier}`,
        number(found[TOOLRACK].cpu),
        number(found[SDK_2].cpu),
        times(ratio),
        times(memory),
      ])
      const most = carrier === 'http' ? 1 / 8 : 0.3
      goals.push([`${count} tools over ${carrier}: at most ${number(most)} of SDK 2`, times(ratio), ratio <= most])
      const held = count === 1_000 ? 0.6 : 0.9
      if (carrier === 'http')
        goals.push([`${count} tools over http: peak memory at most ${held} of SDK 2's`, times(memory), memory <= held])
    }
  title('tools/list, nothing has changed: ms of the server’s processor a list, and its peak memory')
  table(['list', 'toolrack', 'SDK 2', 'CPU', 'memory'], rows)
  for (const one of goals) goal(...one)
}

async function changedList() {
  const kinds = [
    [TOOLRACK, TOOLRACK, 'modern'],
    [SDK_2, SDK_2, 'modern'],
  ]
  const found = await inTurn(
    kinds,
    'stdio',
    10_000,
    listRound(2, (name) => name === TOOLRACK),
  )
  const ratio = found[TOOLRACK].cpu / found[SDK_2].cpu
  title('One of 10,000 tools changes, then tools/list over stdio: ms of the server’s processor')
  table(
    ['server', 'ms'],
    Object.entries(found).map(([name, { cpu }]) => [name, number(cpu)]),
  )
  goal('at most 1/3 of a list of SDK 2, which nothing changed', times(ratio), ratio <= 1 / 3)
}

async function manyRegistrations() {
  const rows = []
  for (const side of [TOOLRACK, SDK_1]) {
    const server = await start(side, 'stdio', 10)
    const client = await overStdio(server, 'legacy')
    await client.list()
    await server.ask('registerMore', MORE)
    // What was told before the list was answered has arrived by then; a second later, so has what was held back.
    await client.list()
    await new Promise((resolve) => setTimeout(resolve, 1_500))
    rows.push([side, client.notifications.length])
    server.stop()
  }
  title(`${MORE} tools registered one after the other: notifications at a client`)
  table(['server', 'notifications'], rows)
  goal('one notification', rows[0][1], rows[0][1] === 1)
}

async function streams() {
  const found = {}
  for (const side of [TOOLRACK, SDK_2]) {
    const server = await start(side, 'http', 10)
    const before = await server.ask('memory')
    const open = await listen(server, STREAMS)
    const after = await server.ask('memory')
    const rounds = []
    for (let round = 0; round < ROUNDS; round++) {
      const { cpu } = await server.ask('usage')
      const told = open.told()
      await server.ask('change')
      await told
      rounds.push(((await server.ask('usage')).cpu - cpu) / 1_000)
    }
    found[side] = {
      held: (after.held - before.held) / STREAMS / 1_000,
      rss: (after.rss - before.rss) / STREAMS / 1_000,
      cpu: median(rounds),
    }
    open.close()
    server.stop()
  }
  title(`${STREAMS} streams of notifications: kB of each, and ms of the server’s processor until all are told`)
  table(
    ['server', 'kB in the heap', 'kB of the process', 'ms to tell all'],
    Object.entries(found).map(([side, { held, rss, cpu }]) => [side, number(held), number(rss), number(cpu)]),
  )
  const { held, cpu } = found[TOOLRACK]
  goal('at most 40 kB a stream', `${number(held)} kB`, held <= 40)
  goal('all are told within 100 ms of the processor', `${number(cpu)} ms`, cpu <= 100)
}

export async function run() {
  // A build from before the server has nothing to measure.
  if (!existsSync(`${folder}/lib/mcp`)) return
  const load = () =>
    loadavg()
      .map((value) => value.toFixed(1))
      .join(', ')
  console.log(`\nMCP servers and clients, Node ${process.versions.node}; load of the machine before: ${load()}`)
  const servers = [callsOverHttp, callsOverStdio, lists, changedList, manyRegistrations, streams, starts]
  for (const part of [...servers, imports, callsThrough]) await part()
  console.log(`  load of the machine after: ${load()}`)
}
