// The operations whose instructions are counted. `callgrind.mjs` runs this file under valgrind; the last line of its
// output names the operations in the order in which they ran, as JSON.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { github, load, tool } from '../lib/toolrack.mjs'

const { ToolRegistry, SpecLoader } = load()
/** The documents that are no part of the repository; without them their operations are left out. */
const FOLDER = process.env.TOOLRACK_SPECS ?? new URL('../../../shared/specs/dev/', import.meta.url).pathname
/** So high that no call is refused: the limiter is asked, and its answer is always the same. */
const LIMITS = {
  enforceRateLimits: true,
  rateLimit: 1e9,
  callLimits: { concurrency: 10_000, sourceConcurrency: 10_000 },
}
const CALL = { city: 'Zürich', days: 3, units: 'metric' }
const API = {
  openapi: '3.1.0',
  servers: [{ url: 'https://api.example.com' }],
  paths: {
    '/cities/{id}': {
      get: {
        operationId: 'get_city',
        parameters: [
          { name: 'id', in: 'path', required: true, schema: { type: 'string' } },
          { name: 'fields', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
        ],
        responses: {
          200: { description: 'The city', content: { 'application/json': { schema: { type: 'object' } } } },
        },
      },
    },
  },
}
const ANSWER = Buffer.from(JSON.stringify({ name: 'Zürich', districts: [1, 2, 3], motto: 'a city by the lake' }))

const counted = []

/**
 * Makes callgrind write what it has counted so far and begin at zero: it does so wherever libc's `umask` is entered.
 */
const mark = () => process.umask(0o022)

/** Counts `repetitions` of an operation. Start-up and whatever stands between two operations is not counted. */
async function count(operation, repetitions, run, document) {
  // A collection that falls into one build's count and not into another's would be taken for a loss.
  globalThis.gc()
  mark()
  for (let i = 0; i < repetitions; i++) await run()
  mark()
  counted.push({
    operation,
    repetitions,
    ...(document && { document: createHash('sha256').update(document).digest('hex').slice(0, 16) }),
  })
}

async function loaded(bytes) {
  const registry = new ToolRegistry()
  await new SpecLoader(registry).load(bytes, { name: 'api', document: { deprecated: 'include' } })
  return registry
}

async function countLoads() {
  // What is made once in a process (threads, tables, compiled JavaScript) is made here.
  ;(await loaded(JSON.stringify(API))).close()
  for (const [name, file] of [
    ['Box', 'box.v3.0.json'],
    ['Kubernetes', 'kubernetes.v2.json'],
  ]) {
    if (!existsSync(`${FOLDER}/${file}`)) continue
    const bytes = readFileSync(`${FOLDER}/${file}`)
    await count(`load of ${name}`, 1, async () => (await loaded(bytes)).close(), bytes)
  }
  const bytes = github()
  let registry
  await count('load of GitHub', 1, async () => void (registry = await loaded(bytes)), bytes)
  await count('definitions of GitHub', 1, () => registry.definitions('openai', undefined, { overLimit: 'send' }), bytes)
  registry.close()
}

async function countCalls() {
  const registry = new ToolRegistry(LIMITS)
  registry.register(tool(0))
  const fetch = async () => ({ status: 200, headers: new Map([['content-type', 'application/json']]), body: [ANSWER] })
  await new SpecLoader(registry, { fetch }).load(API, { name: 'cities' })
  const respond = (name, args) =>
    registry.respond(
      'openai',
      { type: 'function_call', call_id: 'call_1', name, arguments: args },
      { context: { userId: 7 } },
    )
  const calls = {
    'call of a closure': () => registry.execute('weather_0', { ...CALL, userId: 7, auditingId: 'a-42' }),
    'respond with a closure': () => respond('weather_0', JSON.stringify(CALL)),
    'respond with an HTTP operation': () => respond('get_city', '{"id":"zü rich","fields":["name","motto"]}'),
  }
  for (const [operation, call] of Object.entries(calls)) {
    const answer = JSON.stringify(await call())
    if (!answer.includes('Zürich')) throw new Error(`${operation} answered ${answer}`)
    for (let i = 0; i < 200; i++) await call()
    await count(operation, 500, call)
  }
  registry.close()
}

await countLoads()
await countCalls()
mark()
console.log(JSON.stringify(counted))
