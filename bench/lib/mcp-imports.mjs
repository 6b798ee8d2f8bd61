// MCP clients that are compared: the import of all tools of a server, and a call through to it. Each client is a
// process of its own, which its server is not part of.
import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { median } from './stats.mjs'
import { goal, number, table, times, title } from './table.mjs'

const file = (name) => fileURLToPath(new URL(name, import.meta.url))
const ROUNDS = 5
const CLIENTS = [
  ['toolrack', 'toolrack'],
  ['SDK 2', 'sdk2'],
  ['SDK 1', 'sdk1'],
]

/** The program of a server, which serves one era. */
function serverOf(era, carrier, count) {
  const args = era === 'legacy' ? [file('mcp-legacy-server.mjs')] : [file('mcp-server.mjs'), 'toolrack']
  return { command: process.execPath, args: [...args, carrier, String(count)] }
}

/** Starts a server over HTTP; gives its address, and what ends it. */
function startHttp({ command, args }) {
  const child = spawn(command, args, { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
  return new Promise((resolve, reject) => {
    child.once('exit', (code) => reject(new Error(`the server ended with ${code}`)))
    child.once('message', ({ port }) =>
      resolve({ address: `http://127.0.0.1:${port}/mcp`, stop: () => child.kill('SIGKILL') }),
    )
  })
}

/** What one client tells of its work, in microseconds. */
function measure(side, era, work, count, server) {
  const args = [file('mcp-import-side.mjs'), side, era, work, String(count), server]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let told = ''
  child.stdout.setEncoding('utf8').on('data', (piece) => (told += piece))
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(Number(told)) : reject(new Error(`${side} ended with ${code}`)),
    )
  })
}

/** The medians of all clients, each measured once a round, in turn. */
async function inTurn(work, era, carrier, count, rounds) {
  const program = serverOf(era, carrier, count)
  const http = carrier === 'http' ? await startHttp(program) : undefined
  const server = http?.address ?? JSON.stringify(program)
  // SDK 1 speaks the legacy era alone.
  const clients = CLIENTS.filter(([, side]) => era === 'legacy' || side !== 'sdk1')
  const found = Object.fromEntries(clients.map(([name]) => [name, []]))
  for (let round = 0; round < rounds; round++)
    for (const [name, side] of clients) found[name].push(await measure(side, era, work, count, server))
  http?.stop()
  return Object.fromEntries(Object.entries(found).map(([name, list]) => [name, median(list)]))
}

async function rowsOf(work, kinds, rounds) {
  const rows = []
  for (const [era, carrier, count] of kinds) {
    const found = await inTurn(work, era, carrier, count, rounds)
    rows.push({ what: `${number(count)} tools, ${era}, ${carrier}`, era, count, found })
  }
  return rows
}

function show(rows, unit) {
  const cell = (value) => (value === undefined ? undefined : number(value / unit))
  table(
    ['', 'toolrack', 'SDK 2', 'SDK 1', 'of SDK 2', 'of SDK 1'],
    rows.map(({ what, found: { toolrack, 'SDK 2': two, 'SDK 1': one } }) => [
      what,
      cell(toolrack),
      cell(two),
      cell(one),
      times(toolrack / two),
      one === undefined ? undefined : times(toolrack / one),
    ]),
  )
}

const KINDS = [
  ['legacy', 'stdio'],
  ['legacy', 'http'],
  ['modern', 'stdio'],
  ['modern', 'http'],
]

/** Measures and prints the import: from a start to tools that can be called. SDKs connect, and read the list. */
export async function imports() {
  const kinds = [1_000, 9_000].flatMap((count) => KINDS.map((kind) => [...kind, count]))
  const rows = await rowsOf('import', kinds, ROUNDS)
  title('Import of a server: ms of the client’s processor; the SDKs connect and list alone')
  show(rows, 1_000)
  for (const { what, era, found } of rows)
    if (era === 'legacy') {
      const ratio = found.toolrack / found['SDK 2']
      goal(`${what}: at most SDK 2's listTools()`, times(ratio), ratio <= 1)
    }
}

/** Measures and prints a call through to a server, one after the other. */
export async function callsThrough() {
  const rows = await rowsOf(
    'call',
    KINDS.map((kind) => [...kind, 100]),
    3,
  )
  title('A call through to a server: µs of the client’s processor')
  show(rows, 1)
  for (const { what, era, found } of rows) {
    const ratio = found.toolrack / found['SDK 2']
    goal(`${what}: at most 0.6 of SDK 2's callTool()`, times(ratio), ratio <= 0.6)
    if (era !== 'legacy') continue
    const older = found.toolrack / found['SDK 1']
    goal(`${what}: at most that of SDK 1's callTool()`, times(older), older <= 1)
  }
}
