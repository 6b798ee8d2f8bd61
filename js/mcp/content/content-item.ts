// Content items: resources, resource templates and prompts as a server serves them, those of its options and of upstreams.

import type { Members } from '../../border/kind'
import type { CancelSignal } from '../../call/abort-signals'
import type { CallListeners } from '../../call/interfaces'
import type { Asker } from '../../call/questions'
import type { Principal } from '../principals'

/** One request for content, as an item gets it. */
export interface ContentCall {
  readonly principal: Principal
  /** Aborts when the client cancels the request, or is gone. */
  readonly signal: CancelSignal | undefined
  /** Who is told and asked something before the answer. */
  readonly listeners: Omit<CallListeners, 'ask'> & { readonly ask?: Asker }
}

/** An item of a list. */
export interface ContentItem {
  /** What tells it apart in its list: a URI, a URI template, or a name. */
  readonly key: string
  /** What lists have of it, as JSON. */
  readonly text: string
  /** The OAuth scopes that a caller needs. */
  readonly scopes: readonly string[]
}

/** What can be read by its URI. */
interface ReadableItem extends ContentItem {
  /** The members of a result of `resources/read`; nothing where there is no such resource. */
  read(uri: string, call: ContentCall): Promise<Members | undefined>
  /** Asks to be told of updates. The returned function ends that. */
  watch?(uri: string): () => void
}

export type ResourceItem = ReadableItem

/** An argument that is being completed. */
export interface CompletedArgument {
  readonly name: string
  /** What was typed so far. */
  readonly value: string
  /** The other arguments that have a value already. */
  readonly others: Readonly<Record<string, string>>
}

/** What completes its arguments. */
interface CompletableItem extends ContentItem {
  /** The member `completion` of a result; nothing where no argument has this name. */
  complete(argument: CompletedArgument, call: ContentCall): Promise<Members | undefined>
}

export interface TemplateItem extends ReadableItem, CompletableItem {
  /** Whether a URI is one of the template. */
  matches(uri: string): boolean
}

export interface PromptItem extends CompletableItem {
  /** The members of a result of `prompts/get`. */
  get(args: Members, call: ContentCall): Promise<Members>
}

/** All that is served, or a part of it. */
export interface ContentItems {
  readonly resources: readonly ResourceItem[]
  readonly resourceTemplates: readonly TemplateItem[]
  readonly prompts: readonly PromptItem[]
}

/** The lists, by the member that a result has them in. */
export type ContentKind = keyof ContentItems
