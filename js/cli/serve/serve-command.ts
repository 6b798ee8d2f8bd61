// `toolrack serve`: documents as an MCP server, over stdio or HTTP.

import type { RegisteredTool } from '../../../index'
import type { McpAuth, McpServerOptions } from '../../../types/mcp'
import { reasonOf } from '../../border/error'
import { version } from '../../border/package-version'
import { UsageError } from '../command'
import type { Command } from '../command'
import { guardStdout } from '../../mcp/stdio/guarded-stdout'
import { VARIABLES_NOTE } from '../documents/document-options'
import { openLoader } from '../documents/open-loader'
import { SERVE_OPTIONS, readServeOptions } from './serve-options'
import type { ServeAuth, ServeOptions } from './serve-options'
import { ServeLog } from './serve-log'
import { ServedDocuments } from './served-documents'

export const serve: Command = Object.freeze({
  words: ['serve'],
  usage: 'DOCUMENT... [OPTIONS]',
  about:
    'Serves API documents (OpenAPI and Swagger, JSON or YAML; files and URLs) as an MCP server. Each operation is ' +
    'a tool. Over stdio it ends with its client: desktop clients start it so. Documents are watched, and changes ' +
    'reach clients.',
  options: SERVE_OPTIONS,
  notes: VARIABLES_NOTE,
  exitCodes: { 0: 'the client is gone, or a signal has ended the server', 2: 'a mistake in the arguments' },
  example: "toolrack serve openapi.yaml --read-only --header 'Authorization: Bearer ${API_TOKEN}'",
  run,
})

/** Runs until the client is gone, or the process is told to end. */
async function run(args: string[]): Promise<number> {
  const options = readServeOptions(args)
  // First of all: nothing that is loaded from here on may write between the messages.
  const guarded = options.http === undefined ? guardStdout() : undefined
  const log = new ServeLog(options)
  const { McpServer } = await import('../../mcp/server.js')
  const auth = options.auth && (await readAuth(options.auth))
  const { registry, loader } = await openLoader()
  registry.on('reloaded', ({ source, added, updated, removed }) => {
    log.write(
      'info',
      `${source}: reloaded, ${added.length} added, ${updated.length} updated, ${removed.length} removed`,
    )
  })
  registry.on('reloadFailed', ({ source, error }) => {
    log.write('error', `${source}: ${error.message} (${error.code}); its tools stay as they are`)
  })
  for (const mistake of options.leftOut) log.write('error', `${mistake}; the others are served`)
  const documents = new ServedDocuments(loader, { ...options.load, watch: options.watch }, log)
  const ready = documents.load(options.sources)
  const server = new McpServer(registry, serverOptions(options, auth, log, ready))
  const signalled = new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve(server.close()))
  })
  const ends = [signalled, documents.refused]
  try {
    if (guarded !== undefined) await Promise.race([server.stdio({ output: guarded.output }), ...ends])
    else {
      const { url } = await server.listen(options.http)
      log.write('info', `MCP at ${url}`)
      await Promise.race(ends)
    }
    return 0
  } finally {
    documents.close()
    registry.close()
    guarded?.release()
  }
}

function serverOptions(
  { name, isReadOnly, hosts, origins, insecure }: ServeOptions,
  auth: McpAuth | undefined,
  log: ServeLog,
  ready: Promise<void>,
): McpServerOptions {
  return withoutUndefined({
    name,
    version,
    ready,
    hosts,
    origins,
    insecure,
    auth,
    filter: isReadOnly ? { predicate: changesNothing } : undefined,
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
