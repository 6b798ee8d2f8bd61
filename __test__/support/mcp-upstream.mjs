// Connections to MCP servers for tests: opened, called, and closed when the test ends.
import { fileURLToPath } from 'node:url'
import { connectorOf } from '../../lib/mcp/client/connect.js'

/** A signal that never aborts. */
export const never = new AbortController().signal

const file = (name) => fileURLToPath(new URL(name, import.meta.url))

/** A server of ours over stdio. */
export const OWN_PROGRAM = { command: process.execPath, args: [file('./mcp-upstream-program.mjs')] }

/** A server that misbehaves over stdio, by a name of `mcp-misbehaviour.mjs`. */
export const misbehaving = (name) => ({ command: process.execPath, args: [file('./mcp-misbehaviour.mjs'), name] })

/** Opens a connection that is closed when the test ends. */
export async function open(t, spec, signal = never) {
  const connection = await connectorOf(spec)(signal)
  t.after(() => connection.close())
  return connection
}

/** Calls a tool as it is listed, or one of this name. */
export function call(connection, tool, args = {}, options = {}) {
  const listed = typeof tool === 'string' ? { name: tool } : tool
  return connection.callTool(args, { signal: never, timeoutMs: 20_000, maxTimeoutMs: 20_000, tool: listed, ...options })
}

/** Lists tools by name. */
export async function toolsOf(connection) {
  return Object.fromEntries(itemsOf(await connection.listTools(never)).map((tool) => [tool.name, tool]))
}

/** The items of a list, as the server wrote them. */
export function itemsOf({ pages }) {
  return pages.flatMap((page) => JSON.parse(page))
}

/** An event: a function that is called, and its first argument. Who waits keeps the process; a connection does not. */
export function event(ms = 20_000) {
  let resolve
  const called = new Promise((settle) => (resolve = settle))
  return {
    resolve,
    get promise() {
      let timer
      const late = new Promise((_, reject) => {
        timer = setTimeout(() => reject(new Error('the event did not come')), ms)
      })
      return Promise.race([called, late]).finally(() => clearTimeout(timer))
    },
  }
}

/** Waits until a fact is true; fails after a deadline. For what no event tells, such as the end of another process. */
export async function until(isTrue, ms = 10_000) {
  const end = performance.now() + ms
  while (!(await isTrue())) {
    if (performance.now() > end) throw new Error('it did not come true')
    await new Promise((resolve) => setImmediate(resolve))
  }
}

/** Whether a process lives. One that nobody has waited for is dead all the same. */
export async function isAlive(pid) {
  try {
    process.kill(pid, 0)
  } catch {
    return false
  }
  const { readFileSync } = await import('node:fs')
  try {
    return !/^\d+ \(.*\) [ZX]/s.test(readFileSync(`/proc/${pid}/stat`, 'utf8'))
  } catch {
    return false
  }
}
