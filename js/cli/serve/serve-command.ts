// `toolrack serve`: documents as an MCP server, over stdio or HTTP.

import type { ConfiguredServer, RegisteredTool, ToolFilter, ToolRegistry } from '../../../index'
import type { McpAuth, McpLoader, McpServer, McpServerOptions } from '../../../types/mcp'
import { reasonOf, revive } from '../../border/error'
import { startIdleTimer } from '../../border/timers'
import { version } from '../../border/package-version'
import type { ConfigReading } from '../../config/config-reading'
import { CommandError, UsageError } from '../command'
import type { Command } from '../command'
import { guardStdout } from '../../mcp/stdio/guarded-stdout'
import { VARIABLES_NOTE } from '../documents/document-options'
import { configError, placeText } from '../documents/config-places'
import { openLoader, readConfig } from '../documents/open-loader'
import { logExposure } from './load-log'
import { SERVE_OPTIONS, readServeOptions } from './serve-options'
import type { ServeAuth, ServeOptions } from './serve-options'
import { ServeLog } from './serve-log'
import { ServedDocuments } from './served-documents'

export const serve: Command = Object.freeze({
  words: ['serve'],
  usage: '[DOCUMENT...] [OPTIONS]',
  about:
    'Serves API documents (OpenAPI and Swagger, JSON or YAML; files and URLs) as an MCP server. Each operation is ' +
    'a tool. Over stdio it ends with its client: desktop clients start it so. Documents are watched, and changes ' +
    'reach clients. A configuration file has documents, modules and HTTP tools.',
  options: SERVE_OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: { 0: 'the client is gone, or a signal has ended the server', 2: 'a mistake in the arguments' },
  example: "toolrack serve openapi.yaml --read-only --header 'Authorization: Bearer ${API_TOKEN}'",
  run,
})

/** Runs until the client is gone, or the process is told to end. */
async function run(args: string[]): Promise<number> {
  const options = readServeOptions(args)
  const log = new ServeLog(options)
  const reading = options.config === undefined ? undefined : await readServed(options.config, options)
  const configured = reading && (await configuredBy(reading))
  const http = options.http ?? configured?.http
  // Before all else that is loaded: nothing may write between the messages.
  const guarded = http === undefined ? guardStdout() : undefined
  const { McpServer: Server } = await import('../../mcp/server.js')
  const auth = options.auth && (await readAuth(options.auth))
  const served = await openServed(options, reading, log)
  const { registry } = served
  logEvents(registry, log)
  for (const mistake of options.leftOut) log.write('error', `${mistake}; the others are served`)
  const ready = served.load()
  const server = new Server(registry, {
    version,
    ...configured?.options,
    ...serverOptions(options, auth, log, ready),
    ...(served.passThrough !== undefined && { passThrough: served.passThrough }),
    ...(options.isReadOnly && { filter: { ...plainFilter(configured), predicate: changesNothing } }),
  })
  // After the answers that wait for the first load.
  void ready.then(() => startIdleTimer(0, () => tellExposure(server, log)))
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(server.close()))
  })
  const ends = [signalled, ...(served.refused === undefined ? [] : [served.refused])]
  try {
    if (guarded !== undefined) await Promise.race([server.stdio({ output: guarded.output }), ...ends])
    else {
      const { url } = await server.listen(http)
      log.write('info', `MCP at ${url}`)
      await Promise.race(ends)
    }
    return 0
  } finally {
    served.close()
    registry.close()
    guarded?.release()
  }
}

/** Logs what clients are listed; nothing where the server has ended meanwhile. */
function tellExposure(server: McpServer, log: ServeLog): void {
  try {
    logExposure(log, server.judgement())
  } catch (thrown) {
    if (revive(thrown).code !== 'CLOSED') throw thrown
  }
}

/** The sources of a server. */
interface Served {
  readonly registry: ToolRegistry
  /** The MCP servers whose resources and prompts are served too. */
  readonly passThrough?: McpLoader | undefined
  /** Loads all of them. */
  readonly load: () => Promise<void>
  /** Rejects when the arguments have a mistake. */
  readonly refused?: Promise<never>
  readonly close: () => void
}

/** Reads the configuration that is served. Throws {@link CommandError}, also for a server that a variable disables. */
async function readServed(file: string, { variables }: ServeOptions): Promise<ConfigReading> {
  const reading = await readConfig(file, variables)
  const disabled = reading.disabled.find(({ part }) => part === '/serve')
  if (disabled !== undefined) throw new CommandError(placeText(disabled))
  return reading
}

/** The server that a configuration describes. Throws {@link CommandError}. */
async function configuredBy(reading: ConfigReading): Promise<ConfiguredServer> {
  const { configuredServer } = await import('../../config/config-server.js')
  try {
    return configuredServer(reading.config, reading.content)
  } catch (thrown) {
    throw configError(reading.content.file, reading.hidden.hideError(revive(thrown)))
  }
}

async function openServed(options: ServeOptions, reading: ConfigReading | undefined, log: ServeLog): Promise<Served> {
  if (options.config !== undefined && reading !== undefined) {
    const { ServedConfig } = await import('./served-config.js')
    const config = await ServedConfig.open(options.config, reading, log, options.watch)
    const { registry, passThrough } = config
    return { registry, passThrough, load: () => config.load(), close: () => config.close() }
  }
  const { registry, loader } = await openLoader()
  const documents = new ServedDocuments(loader, { ...options.load, watch: options.watch }, log)
  return {
    registry,
    load: () => documents.load(options.sources),
    refused: documents.refused,
    close: () => documents.close(),
  }
}

function logEvents(registry: ToolRegistry, log: ServeLog): void {
  registry.on('reloaded', ({ source, added, updated, removed }) => {
    log.write(
      'info',
      `${source}: reloaded, ${added.length} added, ${updated.length} updated, ${removed.length} removed`,
    )
  })
  registry.on('approvalSettled', ({ toolName, asked, outcome, waitedMs }) => {
    log.write('info', `${toolName}: a call that needs approval is ${outcome} (${asked}, after ${waitedMs} ms)`)
  })
  registry.on('reloadFailed', ({ source, error }) => {
    log.write('error', `${source}: ${error.message} (${error.code}); its tools stay as they are`)
  })
}

function serverOptions(
  { name, expose, hosts, origins, insecure }: ServeOptions,
  auth: McpAuth | undefined,
  log: ServeLog,
  ready: Promise<void>,
): McpServerOptions {
  return withoutUndefined({
    name,
    expose,
    ready,
    hosts,
    origins,
    insecure,
    auth,
    onError: (error: Error, method: string, callId: string) =>
      log.write('error', `${method}: ${error.message} (call id ${callId})`),
  })
}

/** The option `auth` of the server. Throws a {@link UsageError} for addresses that are none. */
async function readAuth({ issuer, audience }: ServeAuth): Promise<McpAuth> {
  const { jwtVerifier } = await import('../../mcp/auth/jwt-verifier.js')
  const { readAuth: check } = await import('../../mcp/auth/auth-options.js')
  try {
    const verify = jwtVerifier({ issuer, audience })
    const auth = { resource: audience, authorizationServers: [issuer], verify }
    check(auth)
    return auth
  } catch (thrown) {
    throw new UsageError(`--auth, --audience: ${reasonOf(thrown)}`)
  }
}

/** The filter of a configuration, which is no function. */
function plainFilter(configured: ConfiguredServer | undefined): ToolFilter {
  return (configured?.options.filter ?? {}) as ToolFilter
}

function changesNothing({ annotations }: RegisteredTool): boolean {
  return annotations?.readOnlyHint === true
}

/** Copies the members that are there. */
function withoutUndefined<Members extends object>(
  members: Members,
): { [Name in keyof Members]?: NonNullable<Members[Name]> } {
  return Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined)) as {
    [Name in keyof Members]?: NonNullable<Members[Name]>
  }
}
