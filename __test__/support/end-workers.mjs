// Ends as many workers as its argument says, one after the other, each in the middle of its calls. It does not load
// toolrack itself: the addon is gone with each worker.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'

const rounds = Number(process.argv[2])
const program = new URL('ended-worker.mjs', import.meta.url)
const folder = mkdtempSync(join(tmpdir(), 'toolrack-'))
process.on('exit', () => rmSync(folder, { recursive: true }))

const server = createServer(
  (request, response) =>
    request.url === '/fast' && response.writeHead(200, { 'content-type': 'application/json' }).end('{"ok":true}'),
)
await once(server.listen(0, '127.0.0.1'), 'listening')
const url = `http://127.0.0.1:${server.address().port}`

const turn = () => new Promise((resolve) => setImmediate(resolve))
for (let round = 0; round < rounds; round++) {
  const worker = new Worker(program, { workerData: { url, folder, round } })
  const ended = once(worker, 'exit')
  await Promise.race([once(worker, 'message'), ended])
  // Each a little later than the one before.
  for (let i = 0; i < round % 10; i++) await turn()
  await worker.terminate()
  await ended
}
server.closeAllConnections()
server.close()
console.log(`${rounds} ended`)
