// Upstream spec: what a server is reached by → what opens its connection, and what reports call it.

import { basename } from 'node:path'
import { isMembers } from '../../border/kind'
import { invalidOption } from '../../border/options'
import type { UpstreamConnector } from '../client/upstream-connection'

/** An upstream before it is connected. */
export interface ReadUpstream {
  /** What reports show. It has no arguments, no query and no user: those may be secrets. */
  readonly location: string
  readonly connector: UpstreamConnector
}

/** Reads a spec of a `command`, an `url` or a `client`. */
export function readUpstreamSpec(spec: unknown): ReadUpstream {
  throw invalidOption('spec', `cannot be connected: ${locationOf(spec)}`)
}

/** The description of a server for reports. */
export function locationOf(spec: unknown): string {
  if (!isMembers(spec)) throw invalidOption('spec', 'must be an object with a command, an url or a client')
  const { command, url } = spec
  if (typeof command === 'string') return `MCP server ${basename(command)}`
  if (url !== undefined) return `MCP server ${addressOf(url)}`
  return 'MCP server of a client'
}

function addressOf(url: unknown): string {
  try {
    const { origin, pathname } = new URL(String(url))
    return `${origin}${pathname}`
  } catch {
    throw invalidOption('url', 'must be an address: https://…')
  }
}
