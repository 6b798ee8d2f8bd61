// Start time, as counts: which files are loaded before the first work of a program, and which are not.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'
import { place, serve } from './support/served-documents.mjs'

const PRELOAD = join(root, '__test__', 'support', 'loaded-files.cjs')

/** What a process has loaded, by what it said on stderr. */
const readLoaded = (stderr) => JSON.parse(stderr.slice(stderr.lastIndexOf('\n')))

/** What a CommonJS program has loaded at its end. Its stdin is empty. */
async function loadedBy(program) {
  const { code, stderr } = await runFile(['--require', PRELOAD, '--eval', program])
  assert.equal(code, 0, stderr)
  return readLoaded(stderr)
}

const within = (files, places) => files.filter((file) => places.some((place) => file.startsWith(place)))
const ofPackages = (files) => files.filter((file) => file.includes('node_modules/'))

test('the command is one file beside the addon, also where it serves', async (t) => {
  const env = { NODE_OPTIONS: `--require ${JSON.stringify(PRELOAD)}` }
  const { client, exit, call, stderr } = await serve(t, [await place(t), '--log', 'silent'], { env })
  assert.equal((await call('server/discover', {})).result.resultType, 'complete')
  client.close()
  await exit
  const { files, builtins } = readLoaded(stderr())
  const addon = files.find((file) => file.endsWith('.node'))
  assert.deepEqual(files.sort(), ['bin/toolrack.js', 'lib/command/toolrack.js', 'package.json', addon].sort())
  for (const name of ['http', 'https', 'http2', 'tls', 'child_process', 'worker_threads'])
    assert.ok(!builtins.includes(name), name)
})

test('serve over stdio runs no code of HTTP, access tokens and modules', async (t) => {
  const args = JSON.stringify(['serve', await place(t), '--log', 'silent'])
  // The parts of the command, each in a file of its own.
  const { files } = await loadedBy(`require('./lib/cli/main.js').main(${args})`)
  assert.deepEqual(
    within(files, [
      'lib/index.js',
      'lib/mcp/http-service.js',
      'lib/mcp/http/http-doors.js',
      'lib/mcp/auth/jwt-verifier.js',
      'lib/modules/tool-modules.js',
      'lib/modules/graph/',
    ]),
    [],
  )
  assert.deepEqual(ofPackages(files), [])
  const own = within(files, ['lib/'])
  assert.ok(own.length <= 224, `it runs ${own.length}`)
})

test('a server of a program runs the code of HTTP at its first use', async () => {
  const program = `
    const { ToolRegistry } = require('toolrack')
    const { createMcpServer } = require('toolrack/mcp')
    const server = createMcpServer(new ToolRegistry())`
  const http = ({ files }) => within(files, ['lib/mcp/http-service.js', 'lib/mcp/http/http-doors.js'])
  assert.deepEqual(http(await loadedBy(`${program}; void server.stdio()`)), [])
  assert.equal(http(await loadedBy(`${program}; void server.handler`)).length, 2)
})

test('a program that does not trace does not load @opentelemetry/api, though it is installed', async () => {
  const { resolve } = createRequire(import.meta.url)
  assert.ok(resolve('@opentelemetry/api'))
  const { files } = await loadedBy(`
    const { ToolRegistry } = require('toolrack')
    const registry = new ToolRegistry()
    registry.register({ name: 'a', description: 'A', execute: () => 1 })
    void registry.execute('a')`)
  assert.deepEqual(ofPackages(files), [])
})

test('a program runs the code of finders with its first finder', async () => {
  const program = `
    const { ToolRegistry } = require('toolrack')
    const { aiTools } = require('toolrack/ai')
    const registry = new ToolRegistry()
    registry.register({ name: 'a', description: 'A', execute: () => 1 })
    const turn = registry.snapshot()
    aiTools(turn)
    turn.search('a')`
  const finder = ({ files }) => within(files, ['lib/finder/', 'lib/adapters/ai-finder.js'])
  assert.deepEqual(finder(await loadedBy(program)), [])
  assert.ok(finder(await loadedBy(`${program}; turn.finder('plain')`)).length > 5)
})
