// A server over stdio that does wrong by chance: `faulty-program.mjs SEED FOLDER`. Without FOLDER/faults it is calm.
import { appendFileSync, existsSync } from 'node:fs'
import { join } from 'node:path'
import { faultyList, seeded, TOOL_NAMES } from './faults.mjs'

const [seed, folder] = process.argv.slice(2)
const random = seeded(Number(seed) + process.pid)
const pick = (most) => Math.floor(random() * most)
const note = (file, line) => appendFileSync(join(folder, file), `${line}\n`)
note('pids', process.pid)

const send = (message) => process.stdout.write(`${JSON.stringify({ jsonrpc: '2.0', ...message })}\n`)
const crash = () => process.exit(3)
const hang = () => {}
const exitWith = (text) => process.stdout.write(text, crash)
const CHANGED = { method: 'notifications/tools/list_changed' }
const INFO = { 'io.modelcontextprotocol/serverInfo': { name: 'faulty', version: '1' } }
const DISCOVERED = { supportedVersions: ['2026-07-28'], capabilities: { tools: { listChanged: true } }, _meta: INFO }

const text = (said) => ({ content: [{ type: 'text', text: said }] })

/** The right answer to each request. */
const RESULTS = {
  'server/discover': () => ({ ...DISCOVERED, resultType: 'complete' }),
  'tools/list': () => ({ tools: TOOL_NAMES.map((name) => ({ name, description: `Tool ${name}`, inputSchema: {} })) }),
  'tools/call': ({ arguments: { id } }) => {
    note('runs', id)
    return text(`${process.env.CALLER} ${id}`)
  },
}

/** What is done instead, or beside. `answer` gives the right one. */
const FAULTS = [
  crash,
  (_, answer) => (answer(), crash()),
  ({ id }) => exitWith(`{"jsonrpc":"2.0","id":${id},"result":{"con`),
  ({ id }) => send({ id, error: { code: [-32_603, -32_602, -32_020][pick(3)], message: 'no' } }),
  ({ id }) => send({ id }),
  ({ id }) => send({ id, result: { content: 'x'.repeat(10 << 20) } }),
  () => exitWith(`${'y'.repeat(10 << 20)}`),
  (_, answer) => {
    for (const line of ['Starting…', '', '{"a":1}', 'null', '{', '\0\u00ff', '{"jsonrpc":"2.0"}'])
      process.stdout.write(`${line}\n`)
    process.stderr.write(`${process.env.CALLER}\n`)
    answer()
  },
  (_, answer) => {
    for (let i = 0; i < 1_000; i++) send(CHANGED)
    answer()
  },
  (_, answer) => {
    // Reads nothing for a while.
    process.stdin.pause()
    setTimeout(() => process.stdin.resume(), 100)
    answer()
  },
]

/** What leaves a request without an answer. Lists and openings have a minute: there the rounds with a clock have it. */
const SILENT = [
  hang,
  ({ id }) => send({ id: id + 1_000, result: text('foreign') }),
  ({ id }) => send({ id: String(id), result: text('foreign') }),
  () => send({ id: null, result: text('foreign') }),
]

function receive(message) {
  const { id, method, params } = message
  if (method === 'subscriptions/listen' || id === undefined) return
  const answer = () => send({ id, result: RESULTS[method]?.(params) })
  if (!existsSync(join(folder, 'faults')) || pick(3) > 0) return answer()
  if (method === 'tools/list' && pick(2) === 0) return send({ id, result: faultyList(pick) })
  // A connection that opens late makes all who wait for it late.
  if (method === 'server/discover' && pick(3) > 0) return answer()
  const faults = method === 'tools/call' ? [...FAULTS, ...SILENT] : FAULTS
  faults[pick(faults.length)](message, answer)
}

let rest = ''
process.stdin.on('data', (chunk) => {
  const lines = (rest + chunk).split('\n')
  rest = lines.pop()
  for (const line of lines) receive(JSON.parse(line))
})
process.stdin.on('end', () => process.exit())
