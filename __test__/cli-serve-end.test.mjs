// End of `toolrack serve`: it ends with its client, whatever is under way, and goes on without a reader of its log.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import { test } from 'node:test'
import { runFile } from './support/child.mjs'
import { BIN, PETS, document, place, serve } from './support/served-documents.mjs'

/** How long the end may take, in ms: a second, and what a busy machine adds. */
const SOON_MS = 4_000

/** A server that takes requests and never answers. */
async function silentServer(t) {
  const server = createServer(() => {}).listen(0, '127.0.0.1')
  t.after(() => {
    server.close()
    server.closeAllConnections()
  })
  await once(server, 'listening')
  return { url: `http://127.0.0.1:${server.address().port}`, asked: once(server, 'request') }
}

/** Waits for the exit, and measures it. */
async function ends(exit, end) {
  const start = performance.now()
  end()
  assert.deepEqual(await exit, [0, null])
  const ms = performance.now() - start
  assert.ok(ms < SOON_MS, `the end took ${Math.round(ms)} ms`)
}

for (const [what, end] of [
  ['the end of stdin', ({ client }) => client.close()],
  ['SIGTERM', ({ child }) => child.kill('SIGTERM')],
])
  test(
    `${what} ends the process while a document loads`,
    { skip: what === 'SIGTERM' && process.platform === 'win32' },
    async (t) => {
      const { url, asked } = await silentServer(t)
      const served = await serve(t, [`${url}/slow.json`])
      await asked
      await ends(served.exit, () => end(served))
    },
  )

test('a mistake in the arguments ends the process while a document loads', async (t) => {
  const { url } = await silentServer(t)
  const { code, stderr, ms } = await runFile([BIN, 'serve', `${url}/slow.json`, '--http', '0.0.0.0:0'])
  assert.equal(code, 2)
  assert.match(stderr, /other machines/)
  assert.ok(ms < SOON_MS, `the end took ${Math.round(ms)} ms`)
})

test('a client that closes stderr is served on', async (t) => {
  const file = await place(t)
  const { child, client, names } = await serve(t, [file], { era: 'legacy' })
  await names()
  child.stderr.destroy()
  await writeFile(file, document({ ...PETS, deletePet: 'DELETE /pets' }))
  await client.next(({ method }) => method === 'notifications/tools/list_changed')
  assert.equal((await names()).length, 4)
})
