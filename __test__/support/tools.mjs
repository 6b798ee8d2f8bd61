// Tools, and what comes of calling them.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { ToolRegistry, ToolrackError } from 'toolrack'

/** The addon as Rust hands it out: its drills are on no public surface. */
const require = createRequire(import.meta.url)
export const binding = require('../../lib/border/native.js').native
const { attach } = require('../../lib/registry.js')

/** A definition in which only what a test is about has to be said. */
export const tool = (over) => ({
  name: 'echo',
  description: 'Says what it was told',
  inputSchema: { type: 'object' },
  execute: (params) => params,
  ...over,
})

/** A registry that has these tools. */
export function registryOf(...tools) {
  const registry = new ToolRegistry()
  for (const one of tools) registry.register(tool(one))
  return registry
}

/** The ToolrackError that an action throws or rejects with, and through which of the two doors it came. */
export async function refusal(action) {
  let door = 'throws'
  try {
    const result = action()
    door = 'rejects'
    await result
  } catch (error) {
    assert.ok(error instanceof ToolrackError, `${error?.stack ?? error} is no ToolrackError`)
    return Object.assign(error, { door })
  }
  assert.fail('was not refused')
}

/** The code of that error. */
export const codeOf = async (action) => (await refusal(action)).code

/** The classes of a second copy of the package, as Jest has one for each test file. */
export function loadedAgain() {
  const before = { ...require.cache }
  for (const path of Object.keys(require.cache)) if (!path.endsWith('.node')) delete require.cache[path]
  const other = require('../..')
  Object.assign(require.cache, before)
  return other
}

/** The registry behind a registry, for drills. */
export const nativeOf = (registry) => attach(registry, { close() {} }).native

/** Calls a tool from Rust threads. */
export async function callFromRust(
  registry,
  { name = 'echo', params = {}, context, approved, total = 1, inFlight = 1, timeoutMs = 30_000 } = {},
) {
  const text = JSON.stringify({ name, params, context, approved, total, inFlight, timeoutMs })
  return JSON.parse(await binding.testCalls(nativeOf(registry), text))
}

/**
 * Keeps the process until the test ends: a limit that no call asked for does not. And keeps what is given: a registry
 * that nothing but a test refers to which waits for its event is collected with the test, where garbage is collected
 * just then.
 */
export function holdOpen(t, ...kept) {
  const timer = setInterval(() => kept, 60_000)
  t.after(() => clearInterval(timer))
}

/** A promise that nothing settles. */
export const never = () => new Promise(() => {})
