// Content client: resources, prompts and completion of a connected MCP server, whatever its transport and era.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { writeHeaderValue } from '../http/header-values'
import { METHOD_NOT_FOUND } from '../protocol/json-rpc'
import type { ClientLimits } from './client-limits'
import type { ClientRequest } from './envelope'
import { brokenFault } from './pending-request'
import type { Patience } from './pending-request'
import { UpstreamFault } from './upstream-connection'

/** A list of a server: all pages of one walk, its items unjudged. */
export interface ContentListing {
  readonly items: readonly unknown[]
  /** How long the list is fresh, in ms, as a modern server says it. */
  readonly ttlMs: number | undefined
}

/** What a server says by itself. */
export type ContentNotice = { readonly list: 'resources' | 'prompts' } | { readonly uri: string }

/** What the content of a server needs of its connection. */
export interface ContentChannel {
  readonly capabilities: Members
  readonly isModern: boolean
  readonly limits: ClientLimits
  send(request: ClientRequest, patience: Patience): Promise<Members>
  /** Opens a stream of updates of resources (modern). It lasts until `signal` aborts; `onEnd` is called where it ends before. */
  stream(uris: readonly string[], signal: AbortSignal, onEnd: () => void): void
}

/** How the members of each list are named, and where they are. */
const LISTS = Object.freeze({
  resources: { method: 'resources/list', capability: 'resources' },
  resourceTemplates: { method: 'resources/templates/list', capability: 'resources' },
  prompts: { method: 'prompts/list', capability: 'prompts' },
} as const)

export class ContentClient {
  readonly #channel: ContentChannel
  /** The resources whose updates are told. */
  #watched: ReadonlySet<string> = new Set()
  #stream: AbortController | undefined
  onNotice: ((notice: ContentNotice) => void) | undefined
  /** Called when a stream of updates has ended by itself. */
  onStreamEnd: (() => void) | undefined

  constructor(channel: ContentChannel) {
    this.#channel = channel
  }

  listResources(signal: AbortSignal): Promise<ContentListing> {
    return this.#list('resources', signal)
  }

  listTemplates(signal: AbortSignal): Promise<ContentListing> {
    return this.#list('resourceTemplates', signal)
  }

  listPrompts(signal: AbortSignal): Promise<ContentListing> {
    return this.#list('prompts', signal)
  }

  async readResource(uri: string, patience: Patience): Promise<Members> {
    const result = await this.#request('resources/read', { uri }, patience, uri)
    if (!Array.isArray(result.contents)) throw brokenFault('the result has no list of contents')
    return result
  }

  async getPrompt(name: string, args: Members, patience: Patience): Promise<Members> {
    const result = await this.#request('prompts/get', { name, arguments: args }, patience, name)
    if (!Array.isArray(result.messages)) throw brokenFault('the result has no list of messages')
    return result
  }

  async complete(params: Members, patience: Patience): Promise<Members> {
    const result = await this.#request('completion/complete', params, patience)
    const { completion } = result
    if (!isMembers(completion) || !Array.isArray(completion.values))
      throw brokenFault('the result has no list of values')
    return result
  }

  /** Asks to be told of updates of these resources, and of no others. A server that does not tell them is not asked. */
  async subscribe(uris: ReadonlySet<string>, patience: Patience): Promise<void> {
    const { isModern, capabilities } = this.#channel
    const { resources } = capabilities
    if (!isMembers(resources) || resources.subscribe !== true) return
    const before = this.#watched
    if (before.size === uris.size && [...uris].every((uri) => before.has(uri))) return
    this.#watched = new Set(uris)
    if (isModern) return this.#restream()
    const change = async (method: string, changed: readonly string[]): Promise<void> => {
      for (const uri of changed) await this.#request(method, { uri }, patience)
    }
    await change(
      'resources/unsubscribe',
      [...before].filter((uri) => !uris.has(uri)),
    )
    await change(
      'resources/subscribe',
      [...uris].filter((uri) => !before.has(uri)),
    )
  }

  /** Hears a notification of the server. */
  hear(method: string, { uri }: Members): void {
    const notice: ContentNotice | undefined =
      method === 'notifications/resources/list_changed'
        ? { list: 'resources' }
        : method === 'notifications/prompts/list_changed'
          ? { list: 'prompts' }
          : method === 'notifications/resources/updated' && typeof uri === 'string'
            ? { uri }
            : undefined
    if (notice !== undefined) this.onNotice?.(notice)
  }

  /** The server has a new session, which knows of no subscription. */
  renewed(): void {
    this.#watched = new Set()
    this.onStreamEnd?.()
  }

  close(): void {
    this.onStreamEnd = undefined
    this.#stream?.abort()
  }

  /** Opens a stream of all watched resources, and then ends the one before: nothing is missed between them. */
  #restream(): void {
    const former = this.#stream
    this.#stream = undefined
    if (this.#watched.size > 0) {
      const stream = new AbortController()
      this.#stream = stream
      this.#channel.stream([...this.#watched], stream.signal, () => {
        if (this.#stream !== stream) return
        this.#stream = undefined
        this.#watched = new Set()
        this.onStreamEnd?.()
      })
    }
    former?.abort()
  }

  async #list(kind: keyof typeof LISTS, signal: AbortSignal): Promise<ContentListing> {
    const { capabilities, limits } = this.#channel
    const { method, capability } = LISTS[kind]
    if (!isMembers(capabilities[capability])) return { items: [], ttlMs: undefined }
    const patience = { signal, timeoutMs: limits.pageMs, maxTimeoutMs: limits.pageMs }
    const walk = {
      items: [] as unknown[],
      cursors: new Set<string>(),
      bytes: 0,
      ttlMs: undefined as number | undefined,
    }
    let cursor: string | undefined
    do {
      const page = await this.#page(method, cursor, { ...patience, onSize: (size) => (walk.bytes += size) })
      if (page === undefined) break
      const items = page[kind]
      if (!Array.isArray(items)) throw brokenFault(`a page of ${method} has no list`)
      if (walk.bytes > limits.listBytes) throw brokenFault(`${method} has more than ${limits.listBytes} bytes`)
      if (walk.items.length + items.length > limits.tools)
        throw brokenFault(`${method} has more than ${limits.tools} items`)
      for (const item of items as readonly unknown[]) walk.items.push(item)
      const { ttlMs, nextCursor } = page
      if (typeof ttlMs === 'number' && ttlMs >= 0) walk.ttlMs = Math.min(walk.ttlMs ?? Infinity, ttlMs)
      cursor = typeof nextCursor === 'string' && nextCursor !== '' ? nextCursor : undefined
      if (cursor === undefined) break
      if (walk.cursors.has(cursor)) throw brokenFault(`${method} names a cursor twice: its pages never end`)
      walk.cursors.add(cursor)
    } while (walk.cursors.size < limits.pages)
    if (walk.cursors.size >= limits.pages) throw brokenFault(`${method} has more than ${limits.pages} pages`)
    return { items: walk.items, ttlMs: walk.ttlMs }
  }

  /** A page of a list; nothing where the server does not serve this list, as some have no templates. */
  async #page(method: string, cursor: string | undefined, patience: Patience): Promise<Members | undefined> {
    try {
      return await this.#channel.send(
        { method, isSafe: true, params: cursor === undefined ? {} : { cursor } },
        patience,
      )
    } catch (thrown) {
      if (thrown instanceof UpstreamFault && thrown.code === METHOD_NOT_FOUND && cursor === undefined) return undefined
      throw thrown
    }
  }

  async #request(method: string, params: Members, patience: Patience, name?: string): Promise<Members> {
    const { isModern } = this.#channel
    const headers = isModern && name !== undefined ? { 'mcp-name': writeHeaderValue(name) } : {}
    const result = await this.#channel.send({ method, params, headers }, patience)
    const { resultType } = result
    if (resultType === undefined || resultType === 'complete') return result
    if (resultType !== 'input_required') throw brokenFault('the result has a resultType that is not known')
    throw new UpstreamFault('refused', 'the server asks for input, which cannot be passed on', { data: result })
  }
}

/** The changes of lists that a modern server is asked to tell: those that it says it tells. */
export function listenFilter({ tools, resources, prompts }: Members): Members {
  const tells = (one: unknown): boolean => isMembers(one) && one.listChanged === true
  return {
    ...(tells(tools) && { toolsListChanged: true }),
    ...(tells(resources) && { resourcesListChanged: true }),
    ...(tells(prompts) && { promptsListChanged: true }),
  }
}
