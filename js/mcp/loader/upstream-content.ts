// Upstream content: the resources and prompts of one MCP server: read when they are asked for the first time, and again
// when the server says that they have changed.

import type { Clock } from '../../border/clock'
import { ignoreRejection } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { startIdleTimerOf } from '../../border/timers'
import type { ContentChange } from '../content/passed-content'
import type { ContentItems } from '../content/content-item'
import type { CallerLinks } from './caller-links'
import type { ContentNotice } from '../client/content-client'
import type { UpstreamFault } from '../client/upstream-connection'
import { promptItems, resourceItems, templateItems } from './content-items'
import type { ItemHost, ServedPrompt, SkippedContent } from './content-items'
import { ContentRequests } from './content-requests'
import { Refreshes } from './refreshes'
import { faultOf, unreadableUpstream } from './upstream-faults'
import type { UpstreamLink } from './upstream-link'
import type { UpstreamOptions } from './upstream-options'
import { ContentWatches } from './content-watches'

/** How long a list waits for the first lists of an upstream, in ms. */
const FIRST_MS = 5_000
/** When lists that could not be read are read again, if somebody asks for them, in ms. */
const AGAIN_MS = 30_000
/** Deadline of all lists, in ms. */
const LIST_MS = 60_000

/** What the content of an upstream needs of it. */
export interface UpstreamContentHost {
  readonly name: string
  readonly location: string
  readonly options: UpstreamOptions
  readonly link: UpstreamLink
  /** The connections of callers; undefined where all requests go over `link`. */
  readonly callers?: CallerLinks | undefined
  readonly clock: Clock
  /** Whether the upstream was approved, where it has to be. */
  readonly isAdmitted: () => boolean
  /** Tells that lists cannot be read. */
  readonly onFailure: (error: ToolrackError) => void
  readonly onChange: (change: ContentChange) => void
}

/** The lists as they were read last. */
export interface ReadContent extends ContentItems {
  readonly prompts: readonly ServedPrompt[]
  readonly skipped: readonly SkippedContent[]
}

const NOTHING: ReadContent = Object.freeze({ resources: [], resourceTemplates: [], prompts: [], skipped: [] })

export class UpstreamContent {
  readonly #host: UpstreamContentHost
  readonly #refreshes: Refreshes<void>
  readonly #watches: ContentWatches
  readonly #requests: ContentRequests
  #read: ReadContent = NOTHING
  /** Resolves when the lists were read, cannot be read, or have taken too long; `undefined` before they are asked for. */
  #first: Promise<void> | undefined
  #isWaiting = false
  #staleAt = Infinity
  #error: ToolrackError | undefined
  #isClosed = false

  constructor(host: UpstreamContentHost) {
    const { name, link, callers, clock, options } = host
    this.#host = host
    this.#refreshes = new Refreshes(() => this.#refresh(), clock)
    this.#watches = new ContentWatches(link, clock, (uri) => host.onChange({ kind: 'resource', uri }))
    this.#requests = new ContentRequests({ name, link, callers, options })
  }

  /** The lists as they are known. */
  get read(): ReadContent {
    return this.#host.isAdmitted() ? this.#read : NOTHING
  }

  /** Why the lists could not be read the last time. */
  get error(): ToolrackError | undefined {
    return this.#error
  }

  get requests(): ContentRequests {
    return this.#requests
  }

  /** Whether the lists have been asked for. */
  get isAsked(): boolean {
    return this.#first !== undefined
  }

  /** Asks for the lists, and waits for the first ones; nothing where there is nothing to wait for. */
  ready(): Promise<void> | undefined {
    if (this.#first === undefined) {
      this.#isWaiting = true
      this.#first = this.#readFirst().finally(() => (this.#isWaiting = false))
    } else if (this.#host.clock.now() >= this.#staleAt) {
      this.#staleAt = Infinity
      this.#refreshes.hint()
    }
    return this.#isWaiting ? this.#first : undefined
  }

  /** Reads the lists now. Rejects with `SOURCE_UNREADABLE`. */
  async reload(): Promise<ReadContent> {
    this.#first ??= Promise.resolve()
    await this.#refreshes.run('reload')
    return this.read
  }

  /** The server says something by itself. */
  hear(notice: ContentNotice): void {
    if ('uri' in notice) this.#watches.hear(notice.uri)
    else if (this.isAsked) this.#refreshes.hint()
  }

  /** There is another connection: lists may have changed meanwhile, and the server knows no subscription. */
  cameUp(): void {
    this.#watches.restore()
    if (this.isAsked && !this.#refreshes.isRunning) this.#refreshes.hint()
  }

  close(): void {
    this.#isClosed = true
    this.#refreshes.close()
    this.#watches.close()
  }

  async #readFirst(): Promise<void> {
    let stop = (): void => {}
    const late = new Promise<void>((resolve) => {
      stop = startIdleTimerOf(this.#host.clock, FIRST_MS, resolve)
    })
    await Promise.race([this.#refreshes.run('load').catch(() => {}), late])
    stop()
  }

  /** One refresh. What goes wrong changes nothing. */
  async #refresh(): Promise<void> {
    const { onChange, onFailure, location, clock } = this.#host
    try {
      const { read, ttlMs } = await this.#list()
      this.#read = read
      this.#error = undefined
      this.#staleAt = ttlMs === undefined ? Infinity : clock.now() + ttlMs
      onChange({ kind: 'lists' })
    } catch (thrown) {
      const error = unreadableUpstream(location, faultOf(thrown))
      if (this.#isClosed) throw error
      this.#staleAt = clock.now() + AGAIN_MS
      const isNew = this.#error?.message !== error.message
      this.#error = error
      if (isNew) onFailure(error)
      throw error
    }
  }

  async #list(): Promise<{ readonly read: ReadContent; readonly ttlMs: number | undefined }> {
    const { link } = this.#host
    const connection = link.connection ?? (await link.connect(FIRST_MS))
    const { content } = connection
    if (content === undefined) return { read: NOTHING, ttlMs: undefined }
    const signal = AbortSignal.any([link.signal, AbortSignal.timeout(LIST_MS)])
    try {
      const [resources, templates, prompts] = await Promise.all([
        content.listResources(signal),
        content.listTemplates(signal),
        content.listPrompts(signal),
      ])
      const ttls = [resources, templates, prompts].flatMap(({ ttlMs }) => (ttlMs === undefined ? [] : [ttlMs]))
      const ttlMs = ttls.length === 0 ? undefined : Math.min(...ttls)
      return { read: this.#judge(resources.items, templates.items, prompts.items), ttlMs }
    } catch (thrown) {
      const fault: UpstreamFault = faultOf(thrown)
      if (fault.kind === 'down') link.noteDown(connection, fault)
      throw fault
    }
  }

  #judge(resources: readonly unknown[], templates: readonly unknown[], prompts: readonly unknown[]): ReadContent {
    const { options } = this.#host
    const { namespace, scopes } = options.source.members
    const skipped: SkippedContent[] = []
    const host: ItemHost = {
      // They were checked with the options.
      scopes: (scopes ?? []) as readonly string[],
      namespace: namespace as string | undefined,
      mostName: options.mostName,
      requests: { ...this.#requests.ofItems, watch: (uri) => this.#watches.watch(uri) },
      skip: (one) => skipped.push(one),
    }
    return Object.freeze({
      resources: resourceItems(resources, options.resources, host),
      resourceTemplates: templateItems(templates, options.resources, host),
      prompts: promptItems(prompts, options.prompts, host),
      skipped,
    })
  }
}

/** Starts reading lists that nobody waits for. */
export function startReading(content: UpstreamContent): void {
  ignoreRejection(content.ready())
}
