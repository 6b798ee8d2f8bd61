// Start of MCP servers over stdio: how long until the first answer, beside bare Node.
import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'
import { SDK_1, SDK_2_REGISTERED, TOOLRACK } from './mcp-sides.mjs'
import { median } from './stats.mjs'
import { goal, number, table, times, title } from './table.mjs'

const folder = process.env.TOOLRACK_BUILD ?? fileURLToPath(new URL('../../', import.meta.url))
const ROUNDS = 20
const SERVED = 'toolrack serve, 1,223 operations'
const SDK = 'SDK 2 with 3 tools'

/**
 * Milliseconds of the processor that the main thread of a process has had; only Linux tells. Other threads load the
 * documents meanwhile.
 */
function mainThreadTime(pid) {
  if (process.platform !== 'linux') return NaN
  return Number(readFileSync(`/proc/${pid}/task/${pid}/schedstat`, 'utf8').split(' ')[0]) / 1e6
}

/** Milliseconds from the start of a process until its first line, and of its main thread. */
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
      const taken = { ms: performance.now() - begun, main: mainThreadTime(child.pid) }
      // The next one starts alone.
      child.once('close', () => resolve(taken))
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
    [SDK]: program(SDK_2_REGISTERED),
    'SDK 1, 3 tools': program(SDK_1),
  }
  const rounds = Object.fromEntries(Object.keys(kinds).map((name) => [name, []]))
  for (let round = 0; round < ROUNDS; round++)
    for (const [name, args] of Object.entries(kinds)) rounds[name].push(await firstLine(args))
  const middle = (list, key) => median(list.map((one) => one[key]))
  const found = Object.fromEntries(
    Object.entries(rounds).map(([name, list]) => [name, { ms: middle(list, 'ms'), main: middle(list, 'main') }]),
  )
  const bare = found['bare Node']
  const added = (name, key) => found[name][key] - bare[key]
  title('Start of a server over stdio until its first answer: ms, and ms of its main thread')
  table(
    ['program', 'ms', 'beside bare Node', 'main thread', 'beside bare Node'],
    Object.entries(found).map(([name, { ms, main }]) => [
      name,
      number(ms),
      `+ ${number(added(name, 'ms'))}`,
      number(main),
      `+ ${number(added(name, 'main'))}`,
    ]),
  )
  const ms = added(SERVED, 'ms')
  goal(`${SERVED}: at most 80 ms more than bare Node`, number(ms, 'ms'), ms <= 80)
  // Other processes make both longer.
  const ratio = ms / added(SDK, 'ms')
  goal(`${SERVED}: at most 0.65 of what ${SDK} takes beside bare Node`, times(ratio), ratio <= 0.65)
}
