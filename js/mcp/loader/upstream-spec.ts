// Upstream spec: how a server is reached → what opens its connection, and what reports call it.

import { basename } from 'node:path'
import { isMembers } from '../../border/kind'
import { checkOptions, invalidOption, readOption, toName, toNames } from '../../border/options'
import { isUrl } from '../../border/realm'
import { connectorOf } from '../client/connect'
import type { UpstreamSpec } from '../client/connect'
import type { UpstreamConnector } from '../client/upstream-connection'

/** An upstream before it is connected. */
export interface ReadUpstream {
  /** What reports show. It has no arguments, no query and no user: those may be secrets. */
  readonly location: string
  readonly connector: UpstreamConnector
}

const OF_PROCESS = Object.freeze(['command', 'args', 'env', 'cwd', 'stderr'] as const)
const OF_ADDRESS = Object.freeze(['url', 'headers', 'fetch', 'allowPrivate'] as const)
const WANTED = 'must be an object with a command, an url or a client'

/** Gets a line that a program writes beside messages. */
export type OnLine = (line: string) => void

/** Reads a spec. Nothing is started. `onLine` gets what a program writes, where the spec has no `stderr`. Throws `INVALID_OPTIONS`. */
export function readUpstreamSpec(given: unknown, onLine: OnLine): ReadUpstream {
  if (!isMembers(given)) throw invalidOption('spec', WANTED)
  const kinds = readOption('spec', () => [given.command, given.url, given.client].map((one) => one !== undefined))
  if (kinds.filter(Boolean).length !== 1) throw invalidOption('spec', `${WANTED}, and one of them alone`)
  const [isProcess, isAddress] = kinds
  if (isProcess === true) return readProcess(given, onLine)
  return isAddress === true ? readAddress(given) : readClient(given)
}

function readProcess(given: object, onLine: OnLine): ReadUpstream {
  const { command, args, env, cwd, stderr } = checkOptions(given, OF_PROCESS, 'spec')
  if (typeof command !== 'string' || command === '') throw invalidOption('command', 'must be the name of a program')
  const spec: UpstreamSpec = {
    command,
    args: toNames('args', args),
    env: readTexts('env', env),
    cwd: cwd === undefined ? undefined : toName('cwd', cwd),
    stderr: (readFunction('stderr', stderr) as OnLine | undefined) ?? onLine,
  }
  return { location: `MCP server ${basename(command)}`, connector: remembering(spec) }
}

function readAddress(given: object): ReadUpstream {
  const { url: address, headers, fetch, allowPrivate } = checkOptions(given, OF_ADDRESS, 'spec')
  const url = isUrl(address) ? address.href : toName('url', address)
  if (!URL.canParse(url)) throw invalidOption('url', 'must be an address: https://…')
  const { protocol, origin, pathname, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') throw invalidOption('url', 'must begin with http:// or https://')
  if (username !== '' || password !== '')
    throw invalidOption('url', 'must have no user and password: give the header authorization')
  const spec: UpstreamSpec = {
    url,
    // What a function gives is checked by the connection.
    headers: (typeof headers === 'function' ? headers : readTexts('headers', headers)) as HeadersOfSpec,
    fetch: readFunction('fetch', fetch) as FetchOfSpec,
    allowPrivate: toNames('allowPrivate', allowPrivate),
  }
  return { location: `MCP server ${origin}${pathname}`, connector: remembering(spec) }
}

type HeadersOfSpec = Extract<UpstreamSpec, { url: string }>['headers'] & {}
type FetchOfSpec = Extract<UpstreamSpec, { url: string }>['fetch']

function readClient(given: object): ReadUpstream {
  const { client } = checkOptions(given, ['client'], 'spec')
  if (client === null || typeof client !== 'object')
    throw invalidOption('client', 'must be a connected client of an official SDK')
  return { location: 'MCP server of a client', connector: connectorOf({ client }) }
}

/** A connector that tries the era first which was found the last time. */
function remembering(spec: UpstreamSpec): UpstreamConnector {
  let eraFirst: UpstreamSpec['eraFirst']
  return async (signal, capabilities) => {
    const connection = await connectorOf(eraFirst === undefined ? spec : { ...spec, eraFirst })(signal, capabilities)
    eraFirst = connection.era
    return connection
  }
}

function readFunction(option: string, given: unknown): unknown {
  if (given === undefined || typeof given === 'function') return given
  throw invalidOption(option, 'must be a function')
}

function readTexts(option: string, given: unknown): Record<string, string> | undefined {
  if (given === undefined) return undefined
  if (!isMembers(given)) throw invalidOption(option, 'must be an object of texts')
  const entries = readOption(option, () => Object.entries(given))
  // The value may be a secret.
  for (const [key, value] of entries)
    if (typeof value !== 'string') throw invalidOption(option, `"${key}" must be a text`)
  return Object.fromEntries(entries) as Record<string, string>
}
