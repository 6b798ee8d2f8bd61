// One MCP server in a process of its own: `node mcp-server.mjs SIDE CARRIER TOOLS`. It tells what it has cost when its
// parent asks, by messages, so that stdin and stdout are the protocol's.
import { createServer } from 'node:http'
import { gc } from './gc.mjs'
import { SIDES } from './mcp-sides.mjs'

const [name, carrier, count] = process.argv.slice(2)
const side = await SIDES[name](Number(count), carrier)

const ORDERS = {
  /** Microseconds of the processor since the start, and the memory in bytes. */
  usage() {
    const { user, system } = process.cpuUsage()
    return { cpu: user + system, peak: process.resourceUsage().maxRSS * 1024 }
  },
  memory() {
    gc()
    const { heapUsed, external, rss } = process.memoryUsage()
    return { held: heapUsed + external, rss }
  },
  change: () => side.change(),
  registerMore: (more) => side.registerMore(more),
}

process.on('message', ({ order, argument }) => process.send({ answer: ORDERS[order](argument) ?? null }))
process.on('disconnect', () => process.exit())

if (carrier === 'stdio') {
  side.stdio()
  process.send?.({ ready: true })
} else {
  const http = createServer((request, response) => void side.handler(request, response))
  http.listen(0, '127.0.0.1', () => process.send({ ready: true, port: http.address().port }))
}
