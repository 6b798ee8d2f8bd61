// Start time, as counts: which files a program loads before its first work, and which it does not.
import assert from 'node:assert/strict'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { test } from 'node:test'
import { root, runFile } from './support/child.mjs'

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
