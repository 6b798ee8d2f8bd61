// Options of `toolrack serve`: arguments → what is served, and how.

import { MODES } from '../../mcp/exposure/exposure-options'
import type { ExposureMode } from '../../mcp/exposure/exposure-options'
import { isLoopback } from '../../mcp/http/host-guard'
import { UsageError, parseCommand } from '../command'
import type { OptionTable } from '../command'
import { CONFIG_OPTION, configFileOf, refuseDocumentOptions } from '../documents/config-file'
import { CALL_OPTIONS, CHOICE_OPTIONS, fillDocument, readLoadOptions } from '../documents/document-options'
import type { DocumentLoadOptions, GivenDocument } from '../documents/document-options'
import { Variables } from '../variables'
import { LEVELS } from './serve-log'
import type { Level } from './serve-log'

export const SERVE_OPTIONS = Object.freeze({
  http: {
    type: 'string',
    value: '[HOST:]PORT',
    help: 'serves over HTTP at /mcp, on 127.0.0.1 if no host is given',
  },
  host: {
    type: 'string',
    multiple: true,
    value: 'NAME',
    help: 'a name that clients may call the server by over HTTP, beside localhost',
  },
  origin: { type: 'string', multiple: true, value: 'ORIGIN', help: 'an origin whose pages may call it over HTTP' },
  auth: {
    type: 'string',
    value: 'ISSUER',
    help: 'serves callers over HTTP with an access token of this issuer (OAuth 2, JWT) alone',
  },
  audience: {
    type: 'string',
    value: 'URL',
    help:
      'the address of the server, as tokens name it; by default https://NAME/mcp of the only --host, or the ' +
      'address on this machine',
  },
  insecure: {
    type: 'boolean',
    help: 'listens on an address that other machines reach, though nobody is authenticated',
  },
  name: { type: 'string', value: 'NAME', help: 'the name that clients show' },
  config: CONFIG_OPTION,
  ...CALL_OPTIONS,
  ...CHOICE_OPTIONS,
  expose: {
    type: 'string',
    value: 'MODE',
    help: 'lists all tools (default), or search: two that find and call them, or auto: those where all are too many',
    choices: MODES,
  },
  'read-only': { type: 'boolean', help: 'serves only tools that change nothing (GET and HEAD, or so marked)' },
  watch: { type: 'boolean', help: 'reads documents and the configuration again when they change (default)' },
  'no-watch': { type: 'boolean', help: 'reads documents and the configuration once' },
  log: { type: 'string', value: 'LEVEL', help: 'what is written on stderr (default: info)', choices: LEVELS },
  json: { type: 'boolean', help: 'writes each line of the log as JSON' },
} satisfies OptionTable)

/** What is served, and how. */
export interface ServeOptions {
  /** The configuration file that is served instead of documents. */
  readonly config: string | undefined
  /** Documents: paths and URLs. */
  readonly sources: readonly GivenDocument[]
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
  /** Which tools are listed; `undefined`: as the configuration says, or all. */
  readonly expose: ExposureMode | undefined
  readonly load: DocumentLoadOptions
  readonly watch: boolean
  /** Whether only tools that change nothing are served. */
  readonly isReadOnly: boolean
  readonly level: Level
  /** Whether lines of the log are JSON. */
  readonly isJson: boolean
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
  const { values, positionals } = parseCommand(args, SERVE_OPTIONS)
  const config = configFileOf(positionals, { config: values.config })
  // A configuration may say where HTTP is listened.
  for (const name of ['host', 'origin', 'auth', 'insecure'] as const)
    if (values[name] !== undefined && values.http === undefined && config === undefined)
      throw new UsageError(`--${name} is for a server over HTTP: add --http PORT`)
  const http = values.http === undefined ? undefined : readAddress(values.http)
  const variables = new Variables(process.env)
  if (config !== undefined) refuseDocumentOptions(config, { ...CALL_OPTIONS, ...CHOICE_OPTIONS }, values)
  const documents = {
    ...readSources(positionals, variables),
    load: config === undefined ? readLoadOptions(positionals.length, values, variables) : {},
  }
  return {
    ...documents,
    config,
    variables,
    http,
    auth: readAuth(values, http),
    hosts: values.host,
    origins: values.origin,
    insecure: values.insecure,
    name: values.name,
    // `choices` has let in modes alone.
    expose: values.expose as ExposureMode | undefined,
    watch: values['no-watch'] !== true,
    isReadOnly: values['read-only'] === true,
    // `choices` has let in levels alone.
    level: (values.log ?? 'info') as Level,
    isJson: values.json === true,
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
  const [sources, mistakes]: [GivenDocument[], UsageError[]] = [[], []]
  for (const [i, text] of texts.entries()) {
    try {
      sources.push(fillDocument(text, i, variables))
    } catch (thrown) {
      // It throws nothing else.
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
