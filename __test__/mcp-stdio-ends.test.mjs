// MCP over stdio: when a connection ends, or does not begin.
import assert from 'node:assert/strict'
import { PassThrough, Writable } from 'node:stream'
import { test } from 'node:test'
import { createMcpServer } from 'toolrack/mcp'
import { LineClient } from './support/mcp-client.mjs'
import { codeOf, registryOf } from './support/tools.mjs'

const streams = () => ({ input: new PassThrough(), output: new PassThrough() })
/** The next turn of the event loop. */
const turn = () => new Promise(setImmediate)

test('a server that is closed serves no connection', async () => {
  const server = createMcpServer(registryOf({}))
  await server.close()
  assert.equal(await codeOf(() => server.stdio(streams())), 'CLOSED')
})

test('the server of a closed registry serves no connection', async () => {
  const registry = registryOf({})
  const server = createMcpServer(registry)
  registry.close()
  assert.equal(await codeOf(() => server.stdio(streams())), 'CLOSED')
})

test('a server that closes while a context is made serves no connection', async () => {
  let finish
  const server = createMcpServer(registryOf({}), { context: () => new Promise((resolve) => (finish = resolve)) })
  const { input, output } = streams()
  const served = server.stdio({ input, output })
  await server.close()
  finish({})
  assert.equal(await codeOf(() => served), 'CLOSED')
  assert.equal(input.listenerCount('data'), 0)
})

for (const [what, end] of [
  ['has ended', (input) => input.end().resume()],
  ['was destroyed', (input) => input.destroy()],
])
  test(`an input that ${what} already is the end`, async () => {
    const { input, output } = streams()
    const closed = new Promise((resolve) => input.once('close', resolve))
    end(input)
    await closed
    await createMcpServer(registryOf({})).stdio({ input, output })
    assert.equal(output.readableLength, 0)
  })

test('an input with nothing but the members that are needed is served', async () => {
  const { input, output } = streams()
  const bare = { on: input.on.bind(input), off: input.off.bind(input), pause() {}, resume() {} }
  const served = createMcpServer(registryOf({})).stdio({ input: bare, output })
  const client = new LineClient(input, output)
  assert.deepEqual((await client.call('legacy', 'ping')).result, {})
  client.close()
  await served
})

test('a slow reader that catches up after the end does not make the input flow again', async () => {
  const input = new PassThrough()
  let release
  const output = new Writable({ write: (_chunk, _encoding, done) => void (release ??= done), highWaterMark: 1 })
  const server = createMcpServer(registryOf({ name: 'large', description: 'x'.repeat(1 << 20) }))
  const served = server.stdio({ input, output })
  // More than 16 MiB of lists wait when the last message is read.
  for (let id = 0; id < 17; id++) input.write(`${JSON.stringify({ jsonrpc: '2.0', id, method: 'tools/list' })}\n`)
  while (output.writableLength < 16 << 20) await turn()
  input.write('\n')
  await turn()
  assert.equal(input.isPaused(), true)
  await server.close()
  await served
  output._write = (_chunk, _encoding, done) => done()
  const drained = new Promise((resolve) => output.once('drain', resolve))
  release()
  await drained
  assert.deepEqual([input.isPaused(), input.readableFlowing], [true, false])
})
