// Passed upstreams: the resources and prompts of all MCP servers of a loader, for servers that pass them on, and for
// programs.

import type {
  McpListedPrompt,
  McpListedResources,
  McpPromptMessages,
  McpResourceResult,
} from '../../../types/mcp-upstream-content'
import { deepFreeze } from '../../border/freeze'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { checkOptions, invalidOption, toName } from '../../border/options'
import { checkSignal } from '../../call/abort-signals'
import type { ContentItem, ContentItems } from '../content/content-item'
import type { ContentChange, PassedContent } from '../content/passed-content'
import type { SkippedContent } from './content-items'
import type { Waiting } from './content-requests'
import type { ReadContent, UpstreamContent } from './upstream-content'

/** The lists of one upstream. */
interface NamedContent {
  readonly name: string
  readonly content: UpstreamContent
  readonly read: ReadContent
}

/** What the upstreams of a loader are. */
export interface PassedHost {
  /** Those that are loaded, by their names. */
  all(): Iterable<readonly [string, { readonly content: UpstreamContent }]>
  /** One of them. Throws `UNKNOWN_SOURCE`. */
  find(name: unknown): UpstreamContent
  /** Throws where the loader is closed. */
  checkOpen(): void
}

export class PassedUpstreams implements PassedContent {
  readonly #host: PassedHost
  readonly #listeners = new Set<(change: ContentChange) => void>()
  #merged: { readonly of: readonly ReadContent[]; readonly items: ContentItems } | undefined
  /** What is left out because another upstream has it, by the name of the upstream that lacks it. */
  #clashes = new Map<string, SkippedContent[]>()
  #isUsed = false

  constructor(host: PassedHost) {
    this.#host = host
  }

  get items(): ContentItems {
    const all = this.#all()
    const of = all.map(({ read }) => read)
    const known = this.#merged
    if (known?.of.length === of.length && of.every((one, index) => one === known.of[index])) return known.items
    this.#clashes = new Map()
    const items = {
      resources: this.#merge(all, 'resource', ({ resources }) => resources),
      resourceTemplates: this.#merge(all, 'resourceTemplate', ({ resourceTemplates }) => resourceTemplates),
      prompts: this.#merge(all, 'prompt', ({ prompts }) => prompts),
    }
    this.#merged = { of, items }
    return items
  }

  ready(): Promise<void> | undefined {
    this.#isUsed = true
    const waiting = this.#all().flatMap(({ content }) => content.ready() ?? [])
    return waiting.length === 0 ? undefined : Promise.all(waiting).then(() => {})
  }

  onChange(listener: (change: ContentChange) => void): () => void {
    this.#listeners.add(listener)
    return () => void this.#listeners.delete(listener)
  }

  /** Something has changed. An upstream that is new is read, once somebody has asked for lists. */
  tell(change: ContentChange): void {
    if (this.#isUsed && change.kind === 'lists') for (const { content } of this.#all()) void content.ready()
    for (const listener of this.#listeners) listener(change)
  }

  /** What an upstream has, and what is left out; nothing before its lists were read. */
  status(name: string, { isAsked, read }: UpstreamContent): object {
    if (!isAsked) return {}
    // Clashes are known with the merged lists.
    void this.items
    const { resources, resourceTemplates, prompts, skipped } = read
    return {
      content: {
        resources: resources.length,
        resourceTemplates: resourceTemplates.length,
        prompts: prompts.length,
        skipped: [...skipped, ...(this.#clashes.get(name) ?? [])],
      },
    }
  }

  /** The resources of one upstream, or of all that can be read. */
  async resources(name: unknown): Promise<McpListedResources> {
    const all = await this.#readNow(name)
    const listed = (items: (read: ReadContent) => readonly ContentItem[]) =>
      all.flatMap((one) => items(one.read).map(({ text }) => ({ ...(JSON.parse(text) as object), source: one.name })))
    const resources = listed((read) => read.resources)
    const resourceTemplates = listed((read) => read.resourceTemplates)
    return deepFreeze({ resources, resourceTemplates }) as unknown as McpListedResources
  }

  /** The prompts of one upstream, or of all that can be read. */
  async prompts(name: unknown): Promise<readonly McpListedPrompt[]> {
    const all = await this.#readNow(name)
    return deepFreeze(
      all.flatMap((one) =>
        one.read.prompts.map(({ own, key, text }) => {
          const listed = JSON.parse(text) as object
          return { ...listed, name: own, servedName: key, source: one.name }
        }),
      ),
    )
  }

  /** Reads a resource for a program. */
  async readResource(name: unknown, uri: unknown, options: unknown): Promise<McpResourceResult> {
    const { requests } = this.#find(name)
    const wanted = toName('uri', uri)
    const result = await requests.ask(`resource "${wanted}"`, signalOf(options), (content, patience) =>
      content.readResource(wanted, patience),
    )
    return withoutResultType(result) as unknown as McpResourceResult
  }

  /** Gets a prompt for a program, by the upstream's own name of it. */
  async getPrompt(name: unknown, prompt: unknown, args: unknown, options: unknown): Promise<McpPromptMessages> {
    const { requests } = this.#find(name)
    const own = toName('prompt', prompt)
    if (args !== undefined && !isMembers(args)) throw invalidOption('args', 'must be an object of texts')
    const texts = Object.entries(args ?? {}).map(([key, value]) => [key, toName(`args.${key}`, value)] as const)
    const result = await requests.ask(`prompt "${own}"`, signalOf(options), (content, patience) =>
      content.getPrompt(own, Object.fromEntries(texts), patience),
    )
    return withoutResultType(result) as unknown as McpPromptMessages
  }

  #find(name: unknown): UpstreamContent {
    this.#host.checkOpen()
    return this.#host.find(name)
  }

  async #readNow(name: unknown): Promise<readonly NamedContent[]> {
    this.#host.checkOpen()
    this.#isUsed = true
    const only = name === undefined ? undefined : this.#host.find(name)
    const wanted = this.#all().filter(({ content }) => only === undefined || content === only)
    const read = wanted.map(async (one): Promise<NamedContent> => {
      const { content } = one
      // The lists of the others are worth something without one that cannot be read.
      if (only !== undefined && (!content.isAsked || content.error !== undefined)) await content.reload()
      else await content.ready()
      return { ...one, read: content.read }
    })
    return Promise.all(read)
  }

  /** In the order of their names: so the first of two that have one key is always the same. */
  #all(): readonly NamedContent[] {
    return [...this.#host.all()]
      .map(([name, { content }]) => ({ name, content, read: content.read }))
      .sort((a, b) => (a.name < b.name ? -1 : 1))
  }

  #merge<Item extends ContentItem>(
    all: readonly NamedContent[],
    kind: SkippedContent['kind'],
    itemsOf: (read: ReadContent) => readonly Item[],
  ): readonly Item[] {
    const owners = new Map<string, string>()
    return all.flatMap(({ name, read }) =>
      itemsOf(read).filter(({ key }) => {
        const owner = owners.get(key)
        owners.set(key, owner ?? name)
        if (owner === undefined) return true
        const clashes = this.#clashes.get(name) ?? []
        this.#clashes.set(name, [...clashes, { kind, key, reason: `the MCP server "${owner}" has it` }])
        return false
      }),
    )
  }
}

function signalOf(options: unknown): Waiting {
  return { signal: checkSignal(checkOptions(options, ['signal']).signal) }
}

function withoutResultType(result: Members): Members {
  return Object.fromEntries(Object.entries(result).filter(([key]) => key !== 'resultType'))
}
