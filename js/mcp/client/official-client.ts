// Official client: a connected client of an MCP SDK as a connection.
import type { ClientLimits } from './client-limits'
import { UpstreamFault } from './upstream-connection'
import type { UpstreamConnection } from './upstream-connection'
export async function connectOfficial(
  _client: object,
  _limits: ClientLimits,
  _signal: AbortSignal,
): Promise<UpstreamConnection> {
  throw new UpstreamFault('down', 'not yet')
}
