// HTTP for tests: a server of toolrack/mcp behind node:http on a free port of this machine.
import { once } from 'node:events'
import { createServer } from 'node:http'

/** Serves until the test ends; tells the address of the endpoint. The server of toolrack/mcp stays open. */
export async function serveHttp(t, server) {
  const http = createServer((request, response) => void server.handler(request, response))
  http.listen(0, '127.0.0.1')
  await once(http, 'listening')
  t.after(() => {
    http.closeAllConnections()
    http.close()
  })
  return { url: `http://127.0.0.1:${http.address().port}/mcp` }
}
