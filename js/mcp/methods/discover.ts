// `server/discover` (modern) and `initialize` (legacy): what the server is, and what it serves.

import { isMembers } from '../../border/kind'
import { agreeOnRevision, servedRevisions } from '../protocol/revisions'
import type { Method, ServerState } from './method'

/** Answers `server/discover`. It needs no tools, so that it is the first answer of a server that is still loading. */
export const discover: Method = (server) => ({
  members: [
    `"supportedVersions":${JSON.stringify(servedRevisions(server.hasLegacy))},"capabilities":${capabilities(server, true)},`,
    instructionsOf(server),
    `"ttlMs":${server.ttlMs},"cacheScope":"public"`,
  ],
})

/** Answers `initialize`: agrees on a revision for the connection. */
export const initialize: Method = (server, { params, exchange }) => {
  const revision = agreeOnRevision(params.protocolVersion)
  const { connection } = exchange
  if (connection !== undefined) {
    connection.agreed = revision
    connection.capabilities = isMembers(params.capabilities) ? params.capabilities : {}
  }
  return {
    members: [
      `"protocolVersion":"${revision.name}","capabilities":${capabilities(server, connection !== undefined)},`,
      instructionsOf(server),
      `"serverInfo":${server.serverInfo}`,
    ],
  }
}

/** Answers `ping` (legacy). */
export const ping: Method = () => ({ members: [] })

/** What is served. `canNotify`: the client has a connection, on which it is told of changes. */
function capabilities({ content }: ServerState, canNotify: boolean): string {
  const changes = canNotify ? { listChanged: true } : {}
  return JSON.stringify({
    tools: changes,
    ...(canNotify && { logging: {} }),
    ...(content?.kinds.has('resources') && { resources: canNotify ? { subscribe: true, ...changes } : {} }),
    ...(content?.kinds.has('prompts') && { prompts: changes }),
    ...(content !== undefined && { completions: {} }),
  })
}

function instructionsOf({ instructions }: ServerState): string {
  return instructions === undefined ? '' : `"instructions":${JSON.stringify(instructions)},`
}
