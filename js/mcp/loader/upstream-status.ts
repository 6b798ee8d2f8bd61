// Upstream status: the state of the connections of one source, as programs read it.

import type { McpUpstreamStatus } from '../../../types/mcp'
import type { CallerLinks } from './caller-links'
import type { UpstreamLink } from './upstream-link'

/** The state of the connection, and who is connected. */
export function connectionStatus(
  location: string,
  { connection, down }: UpstreamLink,
  callers: CallerLinks | undefined,
): Omit<McpUpstreamStatus, 'name'> {
  const open = callers === undefined ? {} : { callerConnections: callers.size }
  if (connection !== undefined) {
    const { server, revision, instructions } = connection
    const said = instructions === undefined ? {} : { instructions }
    return { location, state: 'up', server: { ...server }, revision, ...said, ...open }
  }
  if (down === undefined) return { location, state: 'connecting', ...open }
  return { location, state: 'down', since: down.since, reason: down.reason, ...open }
}
