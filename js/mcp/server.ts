// MCP server: one registry for clients over stdio and HTTP.

import type { McpInput, McpListening, McpServer as PublicMcpServer } from '../../types/mcp'
import { checkOptions, invalidOption, oneOf, readOption, toName } from '../border/options'
import { invalidSource } from '../border/package-copies'
import { raise } from '../border/raised-error'
import { startIdleTimer } from '../border/timers'
import { makeSeal } from '../call/questions'
import { attach, isRegistry } from '../registry'
import type { ToolRegistry } from '../registry'
import type { RegistryAttachment } from '../registry/registry-attachment'
import { splitFilter } from '../snapshot/filter'
import { Counter } from './admission'
import type * as openContent from './content/open-content'
import type { ServerContent } from './content/open-content'
import { Endpoint } from './endpoint'
import { Exposure } from './exposure/exposure'
import type { FetchHandler } from './http/fetch-handler'
import type { HttpDoors } from './http/http-doors'
import type { NodeHandler } from './http/node-handler'
import type * as httpService from './http-service'
import type { ServerState } from './methods/method'
import { OwnFaults } from './own-faults'
import { Principals } from './principals'
import type { ListShape } from './protocol/revisions'
import { readServerOptions } from './server-options'
import type { ServerSettings } from './server-options'
import { guardStdout } from './stdio/guarded-stdout'
import type { LineOutput } from './stdio/line-writer'
import { StdioTransport } from './stdio/stdio-transport'
import { ListChanges } from './subscriptions/list-changes'
import { ToolViews } from './tools/tool-views'
import { endTransports } from './transport'
import type { Transport } from './transport'

/** How long lists and calls wait for the first load, in ms. */
const READY_MS = 10_000

const SHAPES: readonly ListShape[] = Object.freeze(['2025-06-18', '2025-11-25', '2026-07-28'])

/** A server of the Model Context Protocol. */
export class McpServer implements PublicMcpServer {
  readonly #settings: ServerSettings
  readonly #registry: RegistryAttachment
  readonly #principals: Principals
  readonly #state: ServerState
  readonly #endpoint: Endpoint
  readonly #transports = new Set<Transport>()
  readonly #faults: OwnFaults
  /** Resources and prompts; `undefined` where none are served. */
  readonly #content: ServerContent | undefined
  /** Opened at the first use of HTTP. */
  #http: HttpDoors | undefined
  #closing: Promise<void> | undefined

  constructor(registry: unknown, options?: unknown) {
    if (!isRegistry(registry)) throw invalidSource(registry)
    const settings = readServerOptions(options)
    if (settings.exposure.pinned !== undefined) checkConditions(registry, settings.exposure.pinned)
    this.#settings = settings
    this.#registry = attach(registry, { sources: () => [], close: () => void this.close() })
    const faults = new OwnFaults(settings.onFault, () => this.#registry.closures.callId())
    this.#content = openServerContent(settings, this.#registry, faults)
    this.#principals = new Principals(settings.callers)
    const exposure = new Exposure(settings.exposure)
    const tellsUnscoped = settings.auth?.hidesUnscoped === false
    const views = new ToolViews(this.#registry, settings.pageBytes, exposure, tellsUnscoped)
    this.#faults = faults
    const { calls, callsEach, streams, streamsEach } = settings.wireLimits
    this.#state = {
      registry: this.#registry,
      views,
      exposure,
      content: this.#content?.catalog,
      changes: new ListChanges(this.#registry, views, settings.notifyMs, faults),
      admission: {
        calls: new Counter({ all: calls, each: callsEach }),
        streams: new Counter({ all: streams, each: streamsEach }),
      },
      serverInfo: settings.serverInfo,
      instructions: settings.instructions,
      hasLegacy: settings.hasLegacy,
      asksClients: settings.asksClients,
      ttlMs: settings.ttlMs,
      seal: makeSeal(settings.stateKey),
      whenReady: readiness(settings.ready),
    }
    this.#endpoint = new Endpoint(this.#state, faults)
  }

  async stdio(options?: unknown): Promise<void> {
    const { input = process.stdin, output } = checkOptions(options, ['input', 'output'])
    for (const [name, stream] of Object.entries({ input, output }))
      if (stream !== undefined && !readOption(name, () => isStream(stream)))
        throw invalidOption(name, 'must be a stream')
    this.#checkOpen()
    const principal = await this.#principals.establish({ transport: 'stdio', headers: {} })
    // The function `context` may have taken its time.
    this.#checkOpen()
    const guarded = output === undefined ? guardStdout() : { output: output as LineOutput, release: () => {} }
    const { bodyBytes, depth } = this.#settings.wireLimits
    const transport = new StdioTransport({
      endpoint: this.#endpoint,
      changes: this.#state.changes,
      content: this.#state.content,
      principal,
      input: input as McpInput,
      output: guarded.output,
      lineBytes: bodyBytes,
      depth,
    })
    this.#transports.add(transport)
    try {
      await transport.ended
    } finally {
      this.#transports.delete(transport)
      guarded.release()
    }
  }

  #checkOpen(): void {
    if (this.#closing !== undefined) throw raise('CLOSED', { what: 'MCP server' })
  }

  get handler(): NodeHandler {
    return this.#doors.handler
  }

  get fetch(): FetchHandler {
    return this.#doors.fetch
  }

  listen(options?: unknown): Promise<McpListening> {
    return this.#doors.listen(options)
  }

  get #doors(): HttpDoors {
    this.#http ??= this.#openHttp()
    return this.#http
  }

  #openHttp(): HttpDoors {
    const { auth, hosts, origins, hasSessions, wireLimits, isInsecure } = this.#settings
    const doors = loadHttpService().openHttpDoors({
      endpoint: this.#endpoint,
      server: this.#state,
      principals: this.#principals,
      auth,
      settings: { ...wireLimits, hosts, origins, hasSessions },
      faults: this.#faults,
      isInsecure,
      clock: this.#registry.closures.clock,
      transports: this.#transports,
    })
    if (this.#closing !== undefined) doors.close()
    return doors
  }

  judgement(revision: unknown = '2025-11-25') {
    oneOf('revision', revision, SHAPES)
    return this.#state.views.judgement(this.#principals.everyone, revision as ListShape)
  }

  update(lists: unknown): void {
    this.#checkOpen()
    if (this.#content === undefined) loadOpenContent().refuseLists(lists)
    else this.#content.update(lists)
  }

  resourceUpdated(uri: unknown): void {
    this.#checkOpen()
    this.#content?.catalog.updated(toName('uri', uri))
  }

  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#registry.detach()
    this.#http?.close()
    const transports = [...this.#transports]
    const ended = endTransports(transports, this.#registry.closures.clock)
    this.#state.changes.close()
    this.#content?.catalog.close()
    await ended
  }
}

/** Checks a filter before lists need it. Its predicate is asked later, for each revision. */
function checkConditions(registry: ToolRegistry, filter: unknown): void {
  registry.snapshot({ filter: splitFilter(filter).conditions }).release()
}

/** Most servers have no resources and prompts. */
function loadOpenContent(): typeof openContent {
  return require('./content/open-content') as typeof openContent
}

/** Reads the resources and prompts of the options. A server that cannot be made is no part of its registry. */
function openServerContent(
  settings: ServerSettings,
  registry: RegistryAttachment,
  faults: OwnFaults,
): ServerContent | undefined {
  const { notifyMs, pageBytes, auth, content } = settings
  if (Object.values(content).every((given) => given === undefined)) return undefined
  const { closures, detach } = registry
  const { ServerContent: Content } = loadOpenContent()
  const environment = { clock: closures.clock, timeoutMs: closures.limits.timeoutMs, callId: () => closures.callId() }
  try {
    const onFault = (thrown: unknown): void => void faults.tell(thrown, { method: 'notifications/resources' })
    const tellsUnscoped = auth?.hidesUnscoped === false
    return new Content(content, { ...environment, notifyMs, pageBytes, tellsUnscoped, onFault })
  } catch (thrown) {
    detach()
    throw thrown
  }
}

/** A server over stdio starts without HTTP: clients wait for its first answer. */
function loadHttpService(): typeof httpService {
  return require('./http-service') as typeof httpService
}

/** Whether a value looks like a stream of Node. */
function isStream(value: unknown): boolean {
  return value !== null && typeof value === 'object' && typeof (value as { readonly on?: unknown }).on === 'function'
}

/** Waits for the first load, but not for ever; nothing once it is over. */
function readiness(ready: PromiseLike<unknown> | undefined): () => Promise<void> | undefined {
  if (ready === undefined) return () => undefined
  let isOver = false
  const over = new Promise<void>((resolve) => {
    const end = () => {
      isOver = true
      stop()
      resolve()
    }
    const stop = startIdleTimer(READY_MS, end)
    new Promise((follow) => follow(ready)).then(end, end)
  })
  return () => (isOver ? undefined : over)
}
