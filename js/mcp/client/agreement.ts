// Agreement: what a server and we speak, and what it says of itself: by `server/discover`, or by `initialize`.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { UNSUPPORTED_REVISION } from '../protocol/json-rpc'
import { LEGACY_REVISIONS, MODERN, MODERN_REVISIONS } from '../protocol/revisions'
import type { Channel } from './channel'
import { CLIENT_INFO } from './envelope'
import type { ClientRequest, Dialect } from './envelope'
import { brokenFault } from './pending-request'
import type { UpstreamConnection, UpstreamFault } from './upstream-connection'

/** What was agreed on. */
export interface Agreement extends Pick<UpstreamConnection, 'server' | 'instructions' | 'capabilities'> {
  readonly dialect: Dialect
}

export const MODERN_DIALECT: Dialect = Object.freeze({ era: 'modern', revision: MODERN.name })
/** The revision that is asked for first: the newest with a handshake. */
export const LEGACY_DIALECT: Dialect = Object.freeze({ era: 'legacy', revision: LEGACY_REVISIONS[0] as string })

const SERVER_INFO = 'io.modelcontextprotocol/serverInfo'
/** The longest name, version or title of a server that is kept. */
const LONGEST_NAME = 200

export const DISCOVER: ClientRequest = Object.freeze({ method: 'server/discover' })

/** Opens a legacy connection: what is declared holds for all its calls. */
export function initializeRequest(capabilities: Members): ClientRequest {
  return {
    method: 'initialize',
    params: { protocolVersion: LEGACY_DIALECT.revision, capabilities, clientInfo: CLIENT_INFO },
  }
}

/** Reads a result of `server/discover`; nothing for another result, as a legacy server may answer. Throws without a common revision. */
export function readDiscovery(result: Members): Agreement | 'initialize' | undefined {
  const { supportedVersions, capabilities, instructions, _meta } = result
  if (!Array.isArray(supportedVersions) || !isMembers(capabilities)) return undefined
  const revision = commonRevision(supportedVersions)
  if (revision === undefined) return 'initialize'
  const info = isMembers(_meta) ? _meta[SERVER_INFO] : undefined
  return {
    dialect: { era: 'modern', revision },
    server: serverOf(info),
    capabilities,
    instructions: textOf(instructions),
  }
}

/**
 * Reads the error of a server that does not serve the revision that was named: how to ask it again. Throws without a
 * common revision.
 */
export function readUnsupported({ code, data }: UpstreamFault): 'server/discover' | 'initialize' | undefined {
  if (code !== UNSUPPORTED_REVISION || !isMembers(data) || !Array.isArray(data.supported)) return undefined
  return commonRevision(data.supported) === undefined ? 'initialize' : 'server/discover'
}

/** The modern revision of both; nothing where only a legacy one is common. */
function commonRevision(supported: readonly unknown[]): string | undefined {
  const modern = MODERN_REVISIONS.find((name) => supported.includes(name))
  if (modern !== undefined || LEGACY_REVISIONS.some((name) => supported.includes(name))) return modern
  const theirs = supported.filter((name) => typeof name === 'string').map((name) => name.slice(0, 40))
  throw brokenFault(`the server speaks other revisions of MCP: ${theirs.slice(0, 10).join(', ') || 'none'}`)
}

/** Reads a result of `initialize`. */
export function readInitialization({ protocolVersion, capabilities, serverInfo, instructions }: Members): Agreement {
  const revision = LEGACY_REVISIONS.find((name) => name === protocolVersion)
  if (revision === undefined) {
    const theirs = typeof protocolVersion === 'string' ? `"${protocolVersion.slice(0, 40)}"` : 'none'
    throw brokenFault(`the server agreed on a revision of MCP that is not known: ${theirs}`)
  }
  return {
    dialect: { era: 'legacy', revision },
    server: serverOf(serverInfo),
    capabilities: isMembers(capabilities) ? capabilities : {},
    instructions: textOf(instructions),
  }
}

/** Tells a legacy server that the handshake is over. */
export async function completeHandshake(channel: Channel, { dialect }: Agreement): Promise<void> {
  channel.dialect = dialect
  await channel.notify('notifications/initialized')
}

function serverOf(info: unknown): Agreement['server'] {
  const { name, version, title } = isMembers(info) ? info : ({} as Members)
  return {
    name: nameOf(name) ?? 'unknown',
    ...(nameOf(version) !== undefined && { version: nameOf(version) as string }),
    ...(nameOf(title) !== undefined && { title: nameOf(title) as string }),
  }
}

function nameOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value.slice(0, LONGEST_NAME) : undefined
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined
}
