// Content catalog: all resources, templates and prompts of a server: those of its options, then those of its upstreams.

import type { Clock } from '../../border/clock'
import type { Members } from '../../border/kind'
import type { Principal } from '../principals'
import type { ContentList } from './content-list'
import type { ContentItem, ContentItems, ContentKind } from './content-item'
import type { PassedContent } from './passed-content'
import { ContentSubscriber } from './content-subscriber'
import type { SubscriberHost } from './content-subscriber'
import { ContentView } from './content-view'
import type { ChangedKind } from './content-view'

/** How long a list that is not the newest can be read on, in ms, and how many such lists are kept. */
const KEPT_MS = 60_000
const MOST_KEPT = 64
/** The most views: callers with other scopes have another one. */
const MOST_VIEWS = 256

/** What a catalog needs of its server. */
export interface CatalogParts {
  readonly clock: Clock
  readonly notifyMs: number
  readonly pageBytes: number
  /** The lists that the options of the server have; others are not served, unless an upstream has them. */
  readonly own: { readonly [Kind in ContentKind]: ContentItems[Kind] | undefined }
  readonly passed: PassedContent | undefined
  /** Lists have items whose scopes a caller does not have: a request is refused then. */
  readonly tellsUnscoped: boolean
  /** Gets what notifications fail with. */
  readonly onFault: (thrown: unknown) => void
}

/** A page of a list. */
export interface ContentPage {
  readonly text: string
  readonly digest: string
  readonly hasNext: boolean
}

/** A request as a client has sent it. */
export interface ContentRequest {
  readonly method: string
  readonly params: Members | undefined
}

export class ContentCatalog {
  readonly #parts: CatalogParts
  readonly #subscribers = new Set<ContentSubscriber>()
  readonly #host: SubscriberHost
  readonly #stopPassing: (() => void) | undefined
  /** Which lists are served. */
  readonly kinds: ReadonlySet<ContentKind>
  /** Whether the first lists of upstreams were waited for: what comes later is a change. */
  #isSettled: boolean
  #own: ContentItems
  #whole:
    { readonly own: ContentItems; readonly passed: ContentItems | undefined; readonly items: ContentItems } | undefined
  #scopes: readonly string[] = []
  /** Views by the scopes that callers have. They are of the newest lists. */
  readonly #views = new Map<string, ContentView>()
  /** Lists that clients may be reading, by scopes and digest; the oldest first. */
  readonly #kept = new Map<string, { readonly list: ContentList<ContentItem>; until: number }>()

  constructor(parts: CatalogParts) {
    this.#parts = parts
    const { resources, resourceTemplates, prompts } = parts.own
    const isPassing = parts.passed !== undefined
    this.#isSettled = !isPassing
    const hasResources = resources !== undefined || resourceTemplates !== undefined || isPassing
    this.kinds = new Set<ContentKind>([
      ...(hasResources ? (['resources', 'resourceTemplates'] as const) : []),
      ...(prompts !== undefined || isPassing ? (['prompts'] as const) : []),
    ])
    this.#own = { resources: resources ?? [], resourceTemplates: resourceTemplates ?? [], prompts: prompts ?? [] }
    this.#host = this.#makeHost()
    this.#stopPassing = parts.passed?.onChange((change) =>
      change.kind === 'lists' ? this.#tellLists() : this.updated(change.uri),
    )
  }

  /** Waits for the first lists of upstreams, for some seconds at most. */
  ready(): Promise<void> | undefined {
    const waiting = this.#parts.passed?.ready()
    if (this.#isSettled) return waiting
    if (waiting !== undefined) return waiting.then(() => this.#settle())
    this.#settle()
    return undefined
  }

  /** Replaces lists of the options. The others stay. */
  replace(items: Partial<ContentItems>): void {
    this.#own = { ...this.#own, ...items }
    this.#tellLists()
  }

  /** A resource has other contents. */
  updated(uri: string): void {
    for (const subscriber of this.#subscribers) subscriber.updated(uri)
  }

  view(principal: Principal): ContentView {
    const items = this.#items()
    const granted = this.#granted(principal)
    const key = granted === undefined ? '' : JSON.stringify(granted)
    const known = this.#views.get(key)
    if (known !== undefined) return known
    const view = new ContentView(items, ({ scopes }) => granted === undefined || isWithin(scopes, granted))
    if (this.#views.size >= MOST_VIEWS) this.#views.clear()
    this.#views.set(key, view)
    return view
  }

  /** Whether a principal may read a URI, as far as lists say it. */
  sees(principal: Principal, uri: string): boolean {
    return this.view(principal)
      .readable(uri)
      .some((item) => this.missingScopes(principal, item) === undefined)
  }

  /** The scopes of an item, if a principal may not use it although it is listed. */
  missingScopes({ scopes: granted }: Principal, item: ContentItem | undefined): readonly string[] | undefined {
    if (granted === undefined || item === undefined) return undefined
    return isWithin(item.scopes, granted) ? undefined : item.scopes
  }

  /** The scopes that a request needs, if a principal does not have them; nothing for what it may do, or must not know. */
  neededScopes(principal: Principal, { method, params = {} }: ContentRequest): readonly string[] | undefined {
    const { uri, name } = params
    const view = this.view(principal)
    if (method === 'resources/read' && typeof uri === 'string') {
      const missing = view.readable(uri).map((item) => this.missingScopes(principal, item))
      return missing.includes(undefined) ? undefined : missing[0]
    }
    const prompt = method === 'prompts/get' && typeof name === 'string' ? view.prompts.find(name) : undefined
    return this.missingScopes(principal, prompt)
  }

  /** The first page of a list, or one that a cursor leads to; nothing where the list is not known any more. */
  page(principal: Principal, kind: ContentKind, cursor?: { digest: string; page: number }): ContentPage | undefined {
    const newest = this.view(principal).list(kind)
    const scopes = JSON.stringify(this.#granted(principal) ?? null)
    const list = cursor === undefined ? newest : this.#findKept(`${kind} ${scopes} ${cursor.digest}`)
    if (list === undefined) return undefined
    const pages = list.pages(this.#parts.pageBytes)
    const index = cursor?.page ?? 0
    const text = pages[index]
    if (pages.length > 1) this.#keep(`${kind} ${scopes} ${list.digest}`, list)
    return text === undefined ? undefined : { text, digest: list.digest, hasNext: index + 1 < pages.length }
  }

  /** A client that is told of changes from now on. */
  subscriber(principal: Principal, kinds: readonly ChangedKind[]): ContentSubscriber {
    const subscriber = new ContentSubscriber(this.#host, principal, kinds)
    this.#subscribers.add(subscriber)
    return subscriber
  }

  close(): void {
    this.#stopPassing?.()
    for (const subscriber of this.#subscribers) subscriber.close()
  }

  #settle(): void {
    if (this.#isSettled) return
    this.#isSettled = true
    for (const subscriber of this.#subscribers) subscriber.learn()
  }

  #tellLists(): void {
    for (const subscriber of this.#subscribers) subscriber.listsChanged()
  }

  /** All items. The first one of a key keeps it. */
  #items(): ContentItems {
    const own = this.#own
    const passed = this.#parts.passed?.items
    if (this.#whole?.own === own && this.#whole.passed === passed) return this.#whole.items
    const items: ContentItems = {
      resources: merged(own.resources, passed?.resources),
      resourceTemplates: merged(own.resourceTemplates, passed?.resourceTemplates),
      prompts: merged(own.prompts, passed?.prompts),
    }
    const all: readonly ContentItem[] = [...items.resources, ...items.resourceTemplates, ...items.prompts]
    this.#scopes = [...new Set(all.flatMap(({ scopes }) => scopes))].toSorted()
    this.#views.clear()
    this.#whole = { own, passed, items }
    return items
  }

  /** The scopes that items need and a principal has; nothing where they bound nothing. */
  #granted({ scopes }: Principal): readonly string[] | undefined {
    if (scopes === undefined || this.#parts.tellsUnscoped) return undefined
    this.#items()
    const granted = this.#scopes.filter((scope) => scopes.includes(scope))
    return granted.length === this.#scopes.length ? undefined : granted
  }

  #findKept(key: string): ContentList<ContentItem> | undefined {
    const found = this.#kept.get(key)
    return found !== undefined && found.until > this.#parts.clock.now() ? found.list : undefined
  }

  #keep(key: string, list: ContentList<ContentItem>): void {
    const now = this.#parts.clock.now()
    this.#kept.delete(key)
    this.#kept.set(key, { list, until: now + KEPT_MS })
    for (const [other, { until }] of this.#kept)
      if (until <= now || this.#kept.size > MOST_KEPT) this.#kept.delete(other)
  }

  #makeHost(): SubscriberHost {
    const { clock, notifyMs, onFault } = this.#parts
    return {
      clock,
      notifyMs,
      onFault,
      digest: (principal, kind) => (this.#isSettled ? this.view(principal).digest(kind) : undefined),
      sees: (principal, uri) => this.sees(principal, uri),
      watch: (principal, uri) => {
        const releases = this.view(principal)
          .readable(uri)
          .map((item) => item.watch?.(uri))
        return () => {
          for (const release of releases) release?.()
        }
      },
      forget: (subscriber) => void this.#subscribers.delete(subscriber),
    }
  }
}

function merged<Item extends ContentItem>(own: readonly Item[], passed: readonly Item[] = []): readonly Item[] {
  if (passed.length === 0) return own
  const keys = new Set(own.map(({ key }) => key))
  return [...own, ...passed.filter(({ key }) => !keys.has(key))]
}

function isWithin(needed: readonly string[], granted: readonly string[]): boolean {
  return needed.every((scope) => granted.includes(scope))
}
