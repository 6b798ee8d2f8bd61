// An API on this machine that writes down what it is asked.
import { createServer } from 'node:http'
import { once } from 'node:events'

/**
 * A server that answers by `answer(request, response)`; what that returns is sent as JSON. Ends with the test. `create`
 * is that of `node:http`, or of `node:http2` for clients that speak nothing else.
 * @returns {Promise<{ url: string, requests: object[], close: () => Promise<void> }>}
 */
export async function serve(t, answer, create = createServer) {
  const requests = []
  const sockets = new Set()
  const server = create(async (request, response) => {
    const { method, url, headers } = request
    const body = Buffer.concat(await request.toArray()).toString()
    requests.push({ method, url, headers, body })
    const told = await answer({ method, url, headers, body, request }, response)
    if (told === undefined) return
    response.setHeader('content-type', 'application/json')
    response.end(JSON.stringify(told))
  })
  server.on('connection', (socket) => sockets.add(socket.once('close', () => sockets.delete(socket))))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    if (server.listening) await new Promise((resolve) => server.close(resolve))
  }
  t.after(close)
  return { url: `http://127.0.0.1:${server.address().port}`, requests, close }
}
