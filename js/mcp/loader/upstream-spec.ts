// Upstream spec: how a server is reached → what opens its connection, and what reports call it.

import { basename } from 'node:path'
import { isMembers } from '../../border/kind'
import { checkOptions, invalidOption, readOption, toName, toNames } from '../../border/options'
import { isUrl } from '../../border/realm'
import { connectorOf } from '../client/connect'
import type { UpstreamSpec } from '../client/connect'
import { readHeaders } from '../client/http-headers'
import { UpstreamFault } from '../client/upstream-connection'
import type { UpstreamConnector } from '../client/upstream-connection'
import { askFor, digestOf } from './caller-credentials'
import type { AskCredentials, Caller, CredentialSource } from './caller-credentials'

/** An upstream before it is connected. */
export interface ReadUpstream {
  /** What reports show. It has no arguments, no query and no user: those may be secrets. */
  readonly location: string
  /** Opens the connection of the loader itself. */
  readonly connector: UpstreamConnector
  /** Asks for the credentials of a caller; undefined where all calls have the same. */
  readonly askCredentials?: AskCredentials | undefined
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
  const program = {
    command,
    args: toNames('args', args),
    cwd: cwd === undefined ? undefined : toName('cwd', cwd),
    stderr: (readFunction('stderr', stderr) as OnLine | undefined) ?? onLine,
  }
  const location = `MCP server ${basename(command)}`
  const open = remembering()
  if (typeof env !== 'function') return { location, connector: open({ ...program, env: readTexts('env', env) }) }
  const give = env as CredentialSource
  const ask = (caller: Caller, isRefused: boolean) =>
    askFor(
      'env',
      () => give(caller, { isRefused }),
      (given) => readTexts('env', given) ?? {},
    )
  return {
    location,
    connector: async (signal) => open({ ...program, env: await ask({ signal }, false).catch(hideReason) })(signal),
    askCredentials: async (caller, { isRefused }) => {
      const own = await ask(caller, isRefused)
      return { key: digestOf(own), connector: open({ ...program, env: own, isForCalls: true }) }
    },
  }
}

/** What a function says of its failure is for its caller: a status and a report do not have it. */
function hideReason(): never {
  throw new UpstreamFault('down', 'env cannot be read: what makes it failed')
}

function readAddress(given: object): ReadUpstream {
  const { url: address, headers, fetch, allowPrivate } = checkOptions(given, OF_ADDRESS, 'spec')
  const url = isUrl(address) ? address.href : toName('url', address)
  if (!URL.canParse(url)) throw invalidOption('url', 'must be an address: https://…')
  const { protocol, origin, pathname, username, password } = new URL(url)
  if (protocol !== 'http:' && protocol !== 'https:') throw invalidOption('url', 'must begin with http:// or https://')
  if (username !== '' || password !== '')
    throw invalidOption('url', 'must have no user and password: give the header authorization')
  const server = {
    url,
    fetch: readFunction('fetch', fetch) as FetchOfSpec,
    allowPrivate: toNames('allowPrivate', allowPrivate),
  }
  const location = `MCP server ${origin}${pathname}`
  const open = remembering()
  if (typeof headers !== 'function')
    return { location, connector: open({ ...server, headers: readTexts('headers', headers) }) }
  const give = headers as CredentialSource
  const ask = (caller: Caller, isRefused: boolean) => askFor('headers', () => give(caller, { isRefused }), readHeaders)
  return {
    location,
    // The loader asks for each request: its connection lasts longer than a token.
    connector: open({ ...server, headers: () => ask({ signal: NEVER }, false) }),
    askCredentials: async (caller, { isRefused }) => {
      const own = await ask(caller, isRefused)
      return { key: digestOf(own), connector: open({ ...server, headers: own, isForCalls: true }) }
    },
  }
}

/** The signal of what has no end. */
const NEVER = new AbortController().signal

type FetchOfSpec = Extract<UpstreamSpec, { url: string }>['fetch']

function readClient(given: object): ReadUpstream {
  const { client } = checkOptions(given, ['client'], 'spec')
  if (client === null || typeof client !== 'object')
    throw invalidOption('client', 'must be a connected client of an official SDK')
  return { location: 'MCP server of a client', connector: connectorOf({ client }) }
}

/** Makes connectors to one server, which try the era first that the last of them found. */
function remembering(): (spec: UpstreamSpec) => UpstreamConnector {
  let eraFirst: UpstreamSpec['eraFirst']
  return (spec) => async (signal, capabilities) => {
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
