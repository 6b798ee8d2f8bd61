// Content items of an upstream: what it lists → what is served of it. Nothing that a server says is trusted.

import { localName } from '../../border/native'
import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import { whole } from '../../border/well-formed'
import type { CompletedArgument, ContentCall, PromptItem, ResourceItem, TemplateItem } from '../content/content-item'
import { UriTemplate } from '../resources/uri-template'
import type { SelectContent } from './content-selection'

/** The most characters of one item. */
const MOST_ITEM = 256 << 10

/** What is left out of a list, and why. */
export interface SkippedContent {
  readonly kind: 'resource' | 'resourceTemplate' | 'prompt'
  /** Its URI, its template or its name, where it has one. */
  readonly key: string
  readonly reason: string
}

/** Requests of items to their upstream. */
export interface ItemRequests {
  read(uri: string, call: ContentCall): Promise<Members | undefined>
  prompt(own: string, args: Members, call: ContentCall): Promise<Members>
  complete(ref: Members, argument: CompletedArgument, call: ContentCall): Promise<Members>
  watch(uri: string): () => void
}

/** What the items of an upstream share. */
export interface ItemHost {
  readonly scopes: readonly string[]
  readonly namespace: string | undefined
  /** The longest name without the namespace. */
  readonly mostName: number
  readonly requests: ItemRequests
  /** Takes what is left out. */
  readonly skip: (skipped: SkippedContent) => void
}

export function resourceItems(listed: readonly unknown[], selects: SelectContent, host: ItemHost): ResourceItem[] {
  const { scopes, requests } = host
  return readAll(listed, { kind: 'resource', member: 'uri', selects }, host, (uri, item) => ({
    key: uri,
    text: withName(item, uri),
    scopes,
    read: (read, call) => requests.read(read, call),
    watch: (watched) => requests.watch(watched),
  }))
}

export function templateItems(listed: readonly unknown[], selects: SelectContent, host: ItemHost): TemplateItem[] {
  const { scopes, requests } = host
  return readAll(listed, { kind: 'resourceTemplate', member: 'uriTemplate', selects }, host, (template, item) => ({
    key: template,
    text: withName(item, template),
    scopes,
    matches: matcherOf(template),
    read: (uri, call) => requests.read(uri, call),
    watch: (uri) => requests.watch(uri),
    complete: (argument, call) => requests.complete({ type: 'ref/resource', uri: template }, argument, call),
  }))
}

/** Prompts have names as tools have: namespace, `_` and the server's own name. */
export function promptItems(listed: readonly unknown[], selects: SelectContent, host: ItemHost): ServedPrompt[] {
  const { scopes, requests, namespace, mostName } = host
  const taken = new Map<string, string>()
  return readAll(listed, { kind: 'prompt', member: 'name', selects }, host, (own, item) => {
    const local = localName(own, mostName)
    const name = namespace === undefined ? local : `${namespace}_${local}`
    const holder = taken.get(name)
    if (holder !== undefined) return `"${name}" is the name of its prompt "${holder}"`
    taken.set(name, own)
    return {
      own,
      key: name,
      text: JSON.stringify({ ...item, name }),
      scopes,
      get: (args, call) => requests.prompt(own, args, call),
      complete: (argument, call) => requests.complete({ type: 'ref/prompt', name: own }, argument, call),
    }
  })
}

/** A prompt, with its server's own name of it. */
export type ServedPrompt = PromptItem & { readonly own: string }

interface ReadRule {
  readonly kind: SkippedContent['kind']
  readonly member: 'uri' | 'uriTemplate' | 'name'
  readonly selects: SelectContent
}

/** Reads the items of a list. One that cannot be served is left out, and costs no other. */
function readAll<Item extends { readonly text: string }>(
  listed: readonly unknown[],
  { kind, member, selects }: ReadRule,
  { skip }: ItemHost,
  read: (key: string, item: Members) => Item | string,
): Item[] {
  const seen = new Set<string>()
  return listed.flatMap((one, index): readonly Item[] => {
    const key = isMembers(one) ? one[member] : undefined
    if (!isMembers(one) || typeof key !== 'string' || key === '') {
      skip({ kind, key: `item ${index}`, reason: `it has no ${member}` })
      return []
    }
    if (!selects(key)) return []
    const item = seen.has(key) ? 'it is listed twice' : read(key, one)
    seen.add(key)
    if (typeof item !== 'string' && item.text.length <= MOST_ITEM) return [{ ...item, text: whole(item.text) }]
    skip({ kind, key, reason: typeof item === 'string' ? item : `it has more than ${MOST_ITEM} characters` })
    return []
  })
}

/** The revisions ask for a name, which some servers leave out. */
function withName(item: Members, name: string): string {
  return JSON.stringify(typeof item.name === 'string' ? item : { ...item, name })
}

/** Whether a URI is one of a template. Of one that is not read here, its beginning decides: the upstream knows the rest. */
function matcherOf(text: string): (uri: string) => boolean {
  const template = UriTemplate.read(text)
  if (typeof template !== 'string') return (uri) => template.match(uri) !== undefined
  const [beginning = ''] = text.split('{', 1)
  return (uri) => beginning !== '' && uri.startsWith(beginning)
}
