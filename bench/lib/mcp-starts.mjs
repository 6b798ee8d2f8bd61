// Start of MCP servers over stdio: how long until the first answer, beside bare Node.
import { spawn } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { SDK_1, SDK_2_REGISTERED, TOOLRACK } from './mcp-sides.mjs'
import { median } from './stats.mjs'
import { goal, number, table, title } from './table.mjs'

const folder = process.env.TOOLRACK_BUILD ?? fileURLToPath(new URL('../../', import.meta.url))
const ROUNDS = 10
const SERVED = 'toolrack serve, 1,223 operations'

/** Milliseconds of the processor that a process has had; only Linux tells. */
function processorTime(pid) {
  if (process.platform !== 'linux') return NaN
  const times = readdirSync(`/proc/${pid}/task`).map((task) =>
    readFileSync(`/proc/${pid}/task/${task}/schedstat`, 'utf8'),
  )
  return times.reduce((sum, text) => sum + Number(text.split(' ')[0]), 0) / 1e6
}

/** Milliseconds from the start of a process until its first line, and of the processor. */
function firstLine(args) {
  return new Promise((resolve) => {
    const begun = performance.now()
    const child = spawn(process.execPath, args, { stdio: ['pipe', 'pipe', 'inherit', 'ignore'] })
    const _meta = {
      'io.modelcontextprotocol/protocolVersion': '2026-07-28',
      'io.modelcontextprotocol/clientCapabilities': {},
    }
    child.stdin.write(`${JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'server/discover', params: { _meta } })}\n`)
    child.stdout.once('data', () => {
      resolve({ ms: performance.now() - begun, cpu: processorTime(child.pid) })
      child.kill('SIGKILL')
    })
  })
}

/** Measures and prints it. */
export async function starts() {
  const program = (side) => [fileURLToPath(new URL('mcp-start.mjs', import.meta.url)), side]
  const github = createRequire(import.meta.url).resolve('@octokit/openapi/generated/api.github.com.json')
  const kinds = {
    'bare Node': ['--eval', 'process.stdout.write("\\n"); process.stdin.resume()'],
    'toolrack, 3 tools': program(TOOLRACK),
    [SERVED]: [`${folder}/bin/toolrack.js`, 'serve', github, '--no-watch', '--log', 'silent'],
    'SDK 2, 3 tools': program(SDK_2_REGISTERED),
    'SDK 1, 3 tools': program(SDK_1),
  }
  const rounds = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, args] of Object.entries(kinds)) rounds[name].push(await firstLine(args))
  const middle = (list, key) => median(list.map((one) => one[key]))
  const found = Object.fromEntries(
    Object.entries(rounds).map(([name, list]) => [name, { ms: middle(list, 'ms'), cpu: middle(list, 'cpu') }]),
  )
  const bare = found['bare Node']
  title('Start of a server over stdio until its first answer: ms, and ms of the processor')
  table(
    ['program', 'ms', 'beside bare Node', 'CPU', 'beside bare Node'],
    Object.entries(found).map(([name, { ms, cpu }]) => [
      name,
      number(ms),
      `+ ${number(ms - bare.ms)}`,
      number(cpu),
      `+ ${number(cpu - bare.cpu)}`,
    ]),
  )
  const added = found[SERVED].ms - bare.ms
  goal(`${SERVED}: at most 80 ms more than bare Node`, `${number(added)} ms`, added <= 80)
}
