// What it costs to keep up with a document: from a change of its file to the tools, a file that is saved all the time,
// and one that never changes. `LIVE_SECONDS=5` makes the long parts shorter than 30 s.
import { spawn } from 'node:child_process'
import { mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { median, percentile } from './lib/stats.mjs'
import { goal, number, table, title } from './lib/table.mjs'
import { load } from './lib/toolrack.mjs'

const SECONDS = Number(process.env.LIVE_SECONDS ?? 30)
const CHANGES = 100
const MAX_WAIT_MS = 1_000

const { ToolRegistry, SpecLoader } = load()

/** A document of 1 MB; its operation 0 says `text`. */
function megabyte(text) {
  const parameter = (number) => ({
    name: `p${number}`,
    in: 'query',
    description: `The parameter ${number}, which says what is wanted of the answer`,
    schema: { type: 'string', maxLength: 100 + number },
  })
  const operation = (number) => ({
    get: {
      operationId: `op${number}`,
      description: number === 0 ? text : `Does the work of operation ${number}`,
      parameters: Array.from({ length: 12 }, (_, i) => parameter(i)),
    },
  })
  const paths = Object.fromEntries(Array.from({ length: 560 }, (_, number) => [`/op${number}`, operation(number)]))
  return JSON.stringify({ openapi: '3.1.1', info: { title: 'live', version: '1.0.0' }, paths })
}

const small = (text) =>
  JSON.stringify({
    openapi: '3.1.1',
    info: { title: 'small' },
    paths: { '/a': { get: { operationId: 'a', description: String(text) } } },
  })

/** Saves as editors do: a new file under the old name. */
function save(file, text) {
  writeFileSync(`${file}.tmp`, text)
  renameSync(`${file}.tmp`, file)
}

async function watched(file, text) {
  writeFileSync(file, text)
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  await loader.load(file, { name: 'api', watch: true })
  // The watch arms itself on a thread of its own.
  await pause(500)
  return { registry, loader }
}

const changed = (registry) =>
  new Promise((resolve) => {
    const off = registry.onChange((change) => {
      off()
      resolve(change)
    })
  })

async function latency(folder) {
  const file = join(folder, 'latency.json')
  const { registry, loader } = await watched(file, megabyte('first'))
  const whole = []
  for (let round = 0; round < CHANGES; round++) {
    const next = megabyte(`round ${round}`)
    const told = changed(registry)
    const begun = performance.now()
    save(file, next)
    await told
    whole.push(performance.now() - begun)
  }
  loader.unwatch('api')
  const own = []
  for (let round = 0; round < CHANGES; round++) {
    writeFileSync(file, megabyte(`again ${round}`))
    const begun = performance.now()
    await loader.reload('api')
    own.push(performance.now() - begun)
  }
  registry.close()
  return { whole, own }
}

/** A process that saves a file again and again; it ends by itself, and says what it wrote last. */
function writer(file, seconds) {
  const script = `
    const { renameSync, writeFileSync } = require('node:fs')
    const document = ${small}
    let n = 0
    const end = Date.now() + ${seconds * 1000}
    const begun = Date.now()
    while (Date.now() < end) {
      if (n >= Date.now() - begun) { Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 0.2); continue }
      writeFileSync(${JSON.stringify(file)} + '.tmp', document(n))
      renameSync(${JSON.stringify(file)} + '.tmp', ${JSON.stringify(file)})
      n += 1
    }
    console.log(n)`
  const child = spawn(process.execPath, ['--eval', script], { stdio: ['ignore', 'pipe', 'inherit'] })
  return new Promise((resolve, reject) => {
    let out = ''
    child.stdout.on('data', (data) => {
      out += data
    })
    child.on('error', reject).on('close', () => resolve(Number(out)))
  })
}

async function storm(folder) {
  const file = join(folder, 'storm.json')
  const { registry } = await watched(file, small('first'))
  const times = []
  registry.onChange(() => times.push(performance.now()))
  const cpu = process.cpuUsage()
  const begun = performance.now()
  const saves = await writer(file, SECONDS)
  const ended = performance.now()
  const { user, system } = process.cpuUsage(cpu)
  const last = String(saves - 1)
  while (registry.get('a').description !== last && performance.now() - ended < 10_000) await pause(5)
  const served = performance.now() - ended
  const gaps = times.map((time, i) => time - (times[i - 1] ?? begun))
  registry.close()
  return {
    rate: (saves * 1000) / (ended - begun),
    reloads: times.length,
    gap: Math.max(...gaps),
    served,
    cores: (user + system) / 1000 / (ended - begun),
  }
}

/** The share of a core that a document costs which is looked at every 2 s and never changes. */
async function idle(place, pollMs) {
  const registry = new ToolRegistry()
  const loader = new SpecLoader(registry)
  await loader.load(place, { name: 'api', watch: { pollMs } })
  await pause(500)
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await pause(SECONDS * 1000)
  const { user, system } = process.cpuUsage(cpu)
  registry.close()
  return (user + system) / 10 / (performance.now() - begun)
}

/** The same pause with nothing watched: what Node itself costs. */
async function nothing() {
  const cpu = process.cpuUsage()
  const begun = performance.now()
  await pause(SECONDS * 1000)
  const { user, system } = process.cpuUsage(cpu)
  return (user + system) / 10 / (performance.now() - begun)
}

export async function run() {
  // A watch alone lets the process end.
  const alive = setInterval(() => {}, 1_000)
  const folder = mkdtempSync(join(tmpdir(), 'toolrack-bench-'))
  const body = megabyte('same')
  const server = createServer((request, response) => {
    if (request.headers['if-none-match'] === '"same"') response.writeHead(304, { etag: '"same"' }).end()
    else response.writeHead(200, { etag: '"same"', 'content-type': 'application/json' }).end(body)
  })
  try {
    title(`live: a document of ${number(body.length / 1e6)} MB and 560 operations, ${CHANGES} changes of its file`)
    const { whole, own } = await latency(folder)
    const row = (what, values) => [what, number(median(values)), number(percentile(values, 0.99))]
    table(
      ['ms', 'median', 'p99'],
      [
        row('from the rename to the change event', whole),
        row('of that the work: read, convert, compare, judge, swap', own),
      ],
    )
    goal(
      'a change is in the registry within 400 ms, p99',
      number(percentile(whole, 0.99), 'ms'),
      percentile(whole, 0.99) <= 400,
    )
    goal('of which the work takes at most 20 ms, p99', number(percentile(own, 0.99), 'ms'), percentile(own, 0.99) <= 20)

    title(`live: a file that is saved all the time, ${SECONDS} s`)
    const { rate, reloads, gap, served, cores } = await storm(folder)
    table(
      ['saves a second', 'reloads', 'longest gap ms', 'last content after ms', 'cores'],
      [[number(rate), reloads, number(gap), number(served), number(cores)]],
    )
    goal('at most one core', number(cores), cores <= 1)
    goal(
      `a reload at least each ${MAX_WAIT_MS} ms, and the time to see it`,
      number(gap, 'ms'),
      gap <= MAX_WAIT_MS + 400,
    )
    goal('the last content is served within maxWait + 500 ms', number(served, 'ms'), served <= MAX_WAIT_MS + 500)

    title(`live: a document of 1 MB that does not change, looked at every 2 s, ${SECONDS} s each`)
    const file = join(folder, 'idle.json')
    writeFileSync(file, body)
    await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${server.address().port}/api.json`
    const [base, ofFile, ofUrl] = [await nothing(), await idle(file, 2_000), await idle(url, 2_000)]
    table(
      ['% of a core', ''],
      [
        ['Node alone', number(base)],
        ['a file', number(ofFile)],
        ['an address, with the server in the same process', number(ofUrl)],
      ],
    )
    goal('a file costs below 0.1 % of a core', number(ofFile - base, '%'), ofFile - base < 0.1)
  } finally {
    clearInterval(alive)
    server.close()
    rmSync(folder, { recursive: true, force: true })
  }
}
