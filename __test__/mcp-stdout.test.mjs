// Stdout while MCP is spoken on it: what a program gives `console` and `process.stdout` goes to stderr.
import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { Readable } from 'node:stream'
import { test } from 'node:test'
import { root } from './support/child.mjs'
import { LineClient } from './support/mcp-client.mjs'

/** A server with a tool that runs a program. */
const served = (way) => `
import { ToolRegistry } from 'toolrack'
import { createMcpServer } from 'toolrack/mcp'
const registry = new ToolRegistry()
registry.register({ name: 'noisy', description: 'd', parameters: {}, execute: async () => { ${way}; return 'ok' } })
await createMcpServer(registry).stdio()
console.log('released')
process.stdout.end('ended')
`

for (const [what, way] of [
  ['console.log', `console.log('noise')`],
  ['write', `process.stdout.write('noise')`],
  ['end with a text', `process.stdout.end('noise')`],
  ['end with an encoding', `process.stdout.end('6e6f697365', 'hex')`],
  ['end with bytes', `process.stdout.end(Buffer.from('noise'))`],
  ['end with a function', `await new Promise((done) => process.stdout.end('noise', done))`],
  ['end with a function behind nothing', `console.log('noise'); await new Promise((done) => process.stdout.end(done))`],
  ['end twice', `process.stdout.end('noise'); process.stdout.end()`],
  [
    'end of a stream',
    `const { Readable } = await import('node:stream'); Readable.from(['noise']).pipe(process.stdout)`,
  ],
])
  test(`${what} of a tool does not end or break the connection`, async (t) => {
    const child = spawn(process.execPath, ['--input-type=module', '--eval', served(way)], { stdio: 'pipe', cwd: root })
    t.after(() => child.kill('SIGKILL'))
    const said = { stdout: '', stderr: '' }
    for (const stream of Object.keys(said)) child[stream].on('data', (chunk) => (said[stream] += chunk))
    const lines = new LineClient(child.stdin, Readable.from(messagesOf(child.stdout)))
    const init = { protocolVersion: '2025-11-25', capabilities: {}, clientInfo: { name: 'c', version: '1' } }
    await lines.request('initialize', init)
    const { result } = await lines.request('tools/call', { name: 'noisy', arguments: {} })
    assert.equal(result.content[0].text, 'ok')
    assert.deepEqual((await lines.request('ping')).result, {})
    lines.close()
    await new Promise((resolve) => child.on('close', resolve))
    assert.match(said.stderr, /noise/)
    assert.ok(!said.stdout.includes('noise'))
    assert.match(said.stdout, /released\nended$/)
  })

/** The messages of a stdout: what a program writes once the server is gone is none. */
async function* messagesOf(stdout) {
  for await (const chunk of stdout) if (String(chunk).startsWith('{')) yield chunk
}
