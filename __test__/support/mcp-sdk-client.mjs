// A client of the official SDK 1, connected in memory to a server of that SDK.
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js'

/** Connects a client to a server; it is closed when the test ends. */
export async function connectClient(t, server) {
  const [mine, yours] = InMemoryTransport.createLinkedPair()
  const client = new Client({ name: 'client', version: '1' })
  await server.connect(mine)
  await client.connect(yours)
  t.after(() => client.close())
  return client
}
