// Options of `toolrack serve`: arguments → what is served, and how.

import type { OperationChoice } from '../../../index'
import { describeUnknown } from '../../border/options'
import { isLoopback } from '../../mcp/http/host-guard'
import { UsageError, parseCommand } from '../command'
import { Variables } from '../variables'
import { readHeaders } from './header-options'
import { readChoices } from './operation-choices'
import { LEVELS } from './serve-log'
import type { Level } from './serve-log'

/** What is served, and how. */
export interface ServeOptions {
  /** Documents: paths and URLs. */
  readonly sources: readonly ServedSource[]
  /** The variables that are filled in. */
  readonly variables: Variables
  /** Why documents are left out: variables that the environment does not have. */
  readonly leftOut: readonly string[]
  /** Where HTTP is listened; `undefined`: stdio. */
  readonly http: HttpAddress | undefined
  /** Names and origins that HTTP clients may use, beside those of this machine. */
  readonly hosts: readonly string[] | undefined
  readonly origins: readonly string[] | undefined
  /** The issuer of access tokens over HTTP, and their resource; `undefined`: no client is authenticated. */
  readonly auth: ServeAuth | undefined
  /** Whether other machines may be served although nobody is authenticated. */
  readonly insecure: boolean | undefined
  readonly name: string | undefined
  readonly baseUrl: string | undefined
  readonly headers: Record<string, string> | undefined
  readonly include: readonly OperationChoice[] | undefined
  readonly exclude: readonly OperationChoice[] | undefined
  readonly watch: boolean
  /** Whether only tools that change nothing are served. */
  readonly isReadOnly: boolean
  readonly level: Level
}

/** A document that is served. */
export interface ServedSource {
  /** The path or URL. It may have secrets. */
  readonly address: string
  /** The argument as it was given, for people. */
  readonly given: string
}

/** Authorization of callers over HTTP. */
export interface ServeAuth {
  readonly issuer: string
  /** The address of the server, as tokens name it. */
  readonly audience: string
}

/** An address of a machine. */
export interface HttpAddress {
  readonly host: string | undefined
  readonly port: number
}

/** Reads the arguments. Throws {@link UsageError}. */
export function readServeOptions(args: string[]): ServeOptions {
  const { values, positionals } = parseCommand(args, {
    http: { type: 'string' },
    host: { type: 'string', multiple: true },
    origin: { type: 'string', multiple: true },
    auth: { type: 'string' },
    audience: { type: 'string' },
    insecure: { type: 'boolean' },
    name: { type: 'string' },
    'base-url': { type: 'string' },
    header: { type: 'string', multiple: true },
    include: { type: 'string', multiple: true },
    exclude: { type: 'string', multiple: true },
    watch: { type: 'boolean' },
    'no-watch': { type: 'boolean' },
    'read-only': { type: 'boolean' },
    log: { type: 'string' },
  })
  if (positionals.length === 0) throw new UsageError('give at least one document: a file or a URL')
  const baseUrl = values['base-url']
  for (const name of ['host', 'origin', 'auth', 'insecure'] as const)
    if (values[name] !== undefined && values.http === undefined)
      throw new UsageError(`--${name} is for a server over HTTP: add --http PORT`)
  if (baseUrl !== undefined && positionals.length > 1)
    throw new UsageError('--base-url is for one document: serve each API by itself')
  const http = values.http === undefined ? undefined : readAddress(values.http)
  const variables = new Variables(process.env)
  return {
    ...readSources(positionals, variables),
    variables,
    http,
    auth: readAuth(values, http),
    hosts: values.host,
    origins: values.origin,
    insecure: values.insecure,
    name: values.name,
    baseUrl: baseUrl === undefined ? undefined : variables.fill('--base-url', baseUrl),
    headers: readHeaders(values.header, variables),
    include: readChoices('--include', values.include),
    exclude: readChoices('--exclude', values.exclude),
    watch: values['no-watch'] !== true,
    isReadOnly: values['read-only'] === true,
    level: readLevel(values.log ?? 'info'),
  }
}

/** Options of authorization, as they were given. */
interface AuthValues {
  readonly auth?: string | undefined
  readonly audience?: string | undefined
  readonly host?: readonly string[] | undefined
}

/**
 * Reads authorization. Tokens are for the address by which clients know the server: behind a proxy that is a name of its
 * own, so that it is not guessed.
 */
function readAuth({ auth: issuer, audience, host }: AuthValues, http: HttpAddress | undefined): ServeAuth | undefined {
  if (issuer === undefined) {
    if (audience === undefined) return undefined
    throw new UsageError('--audience is for a server with authorization: add --auth ISSUER')
  }
  const own = audience ?? ownAddress(http, host)
  if (own === undefined)
    throw new UsageError('--auth needs --audience URL: the address of the server, as access tokens name it')
  return { issuer, audience: own }
}

/** The address of a server that is known by one: its only host behind a proxy, or this machine with a fixed port. */
function ownAddress(http: HttpAddress | undefined, hosts: readonly string[] = []): string | undefined {
  const [name] = hosts
  if (hosts.length === 1 && name !== undefined) return `https://${name}/mcp`
  if (hosts.length > 0 || http === undefined || http.port === 0) return undefined
  const { host = '127.0.0.1', port } = http
  return isLoopback(host) ? `http://${host.includes(':') ? `[${host}]` : host}:${port}/mcp` : undefined
}

/** Reads documents. One whose variable is missing is left out, if there is another one. */
function readSources(texts: readonly string[], variables: Variables): Pick<ServeOptions, 'sources' | 'leftOut'> {
  const [sources, mistakes]: [ServedSource[], UsageError[]] = [[], []]
  for (const [i, text] of texts.entries()) {
    try {
      sources.push({ address: variables.fill(`document ${i + 1}`, text), given: text })
    } catch (thrown) {
      // `fill` throws nothing else.
      mistakes.push(thrown as UsageError)
    }
  }
  const [first] = mistakes
  if (first !== undefined && sources.length === 0) throw first
  return { sources, leftOut: mistakes.map(({ message }) => message) }
}

/** Reads `PORT`, `HOST:PORT` or `[IPV6]:PORT`. */
function readAddress(text: string): HttpAddress {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]:|([^:]+):)?(\d{1,5})$/.exec(text) ?? []
  const port = Number(digits)
  if (digits === undefined || port > 65_535) throw new UsageError(`--http must be [HOST:]PORT, is ${text}`)
  return { host: bracketed ?? plain, port }
}

function readLevel(text: string): Level {
  const level = LEVELS.find((known) => known === text)
  if (level === undefined) throw new UsageError(`--log: ${describeUnknown(text, LEVELS)}`)
  return level
}
