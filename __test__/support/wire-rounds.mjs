// Rounds of faults on the wire: servers over stdio and HTTP that do wrong by chance, and what has to hold all the same.
import assert from 'node:assert/strict'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ToolRegistry } from 'toolrack'
import { McpLoader } from 'toolrack/mcp'
import { folder } from './documents.mjs'
import { TOOL_NAMES, seeded, serveFaulty } from './faults.mjs'
import { isAlive, until } from './mcp-upstream.mjs'

const EXPECTED = ['ok', 'UPSTREAM_DOWN', 'UPSTREAM_FAILED', 'AUTH_FAILED', 'TOOL_FAILED', 'TIMEOUT', 'BUSY']
/** Calls of this many rounds are waited for at once: those that hang take their deadline. */
const AT_ONCE = 5
/** How long a call of a good server may take, in ms, while others do wrong. */
const IN_TIME_MS = 5_000
const OPTIONS = { timeoutMs: 250, maxConnections: 4, gates: { wording: 'hold', removal: 'apply' } }
const PROGRAM = fileURLToPath(new URL('./faulty-program.mjs', import.meta.url))

const lines = (file) => readFileSync(file, 'utf8').split('\n').slice(0, -1)
const callerOf = ({ userId = 'loader' }) => userId

/** Loads a good server, and three that do wrong, of which two give each user a connection of their own. */
async function openScene(t, seed) {
  const random = seeded(seed)
  const pick = (most) => Math.floor(random() * most)
  const home = await folder(t)
  const runs = new Map()
  const onRun = (id) => id !== undefined && runs.set(id, (runs.get(id) ?? 0) + 1)
  const servers = {
    modern: await serveFaulty(t, 'modern', { pick, onRun }),
    legacy: await serveFaulty(t, 'legacy', { pick, onRun }),
  }
  const good = await serveFaulty(t, 'modern', { pick, onRun: () => {} })
  const registry = new ToolRegistry()
  const loader = new McpLoader(registry)
  t.after(() => loader.close())
  const headers = (caller) => ({ authorization: `Bearer ${callerOf(caller)}` })
  await loader.load('good', { url: good.url }, { namespace: 'good' })
  await loader.load('modern', { url: servers.modern.url, headers }, { namespace: 'modern', ...OPTIONS })
  await loader.load('legacy', { url: servers.legacy.url, headers }, { namespace: 'legacy', ...OPTIONS })
  const env = (caller) => ({ CALLER: callerOf(caller) })
  const program = { command: process.execPath, args: [PROGRAM, String(seed), home], env, stderr: () => {} }
  await loader.load('program', program, { namespace: 'program', ...OPTIONS })
  const calm = (isCalm) => {
    for (const { state } of Object.values(servers)) state.isCalm = isCalm
    if (isCalm) rmSync(join(home, 'faults'))
    else writeFileSync(join(home, 'faults'), '')
  }
  return { registry, loader, pick, calm, home, runs }
}

const BAD = ['modern', 'legacy', 'program']

export async function wireRounds(t, { rounds, seed, onRound = () => {} }) {
  const { registry, loader, pick, calm, home, runs } = await openScene(t, seed)
  const callOf = (source, userId, id) =>
    registry.execute(`${source}_run`, { id }, { context: { userId }, timeoutMs: 10_000 })
  const codes = new Map()
  const count = (code) => codes.set(code, (codes.get(code) ?? 0) + 1)
  let waiting = []
  calm(false)
  for (let round = 0; round < rounds; round++) {
    for (const source of BAD) {
      if (pick(6) === 0) waiting.push(loader.reload(source).catch(() => {}))
      for (let i = pick(3); i >= 0; i--) {
        const userId = `user${pick(5)}`
        const id = `${source}-${round}-${i}`
        const told = (said) => assert.equal(said, `${userId} ${id}`) ?? 'ok'
        waiting.push(
          callOf(source, userId, id)
            .then(told, ({ code }) => code)
            .then(count),
        )
      }
      // What a person has read stays, whatever a server says now.
      assert.equal(registry.get(`${source}_run`).description, 'Tool run')
    }
    const start = performance.now()
    assert.equal(await registry.execute('good_run', { id: `${round}` }), `undefined ${round}`)
    const took = performance.now() - start
    assert.ok(took < IN_TIME_MS, `round ${round}: a good server took ${took} ms`)
    if (round % AT_ONCE < AT_ONCE - 1) continue
    await Promise.all(waiting)
    waiting = []
    onRound(round)
  }
  await Promise.all(waiting)
  calm(true)
  for (const source of BAD)
    await until(
      async () => (await callOf(source, 'user0', `end-${source}-${runs.size}-${Math.random()}`).catch(() => '')) !== '',
      30_000,
    )
  for (const source of BAD) {
    await until(
      () =>
        loader.reload(source).then(
          ({ held }) => held.length === 0,
          () => false,
        ),
      30_000,
    )
    assert.deepEqual(registry.list({ source }).toSorted(), TOOL_NAMES.map((name) => `${source}_${name}`).toSorted())
  }
  const ran = [...runs, ...countsOf(lines(join(home, 'runs')))]
  assert.deepEqual(
    ran.filter(([, times]) => times > 1),
    [],
  )
  assert.deepEqual(
    [...codes.keys()].filter((code) => !EXPECTED.includes(code)),
    [],
  )
  await loader.close()
  const pids = lines(join(home, 'pids')).map(Number)
  for (const pid of pids) await until(async () => !(await isAlive(pid)))
  return { codes, ran: ran.length, processes: pids.length }
}

function countsOf(ids) {
  const counts = new Map()
  for (const id of ids) counts.set(id, (counts.get(id) ?? 0) + 1)
  return counts
}
