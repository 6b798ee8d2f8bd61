// Passed content: resources and prompts of upstreams, as a loader of MCP servers offers them to a server.

import type { ContentItems } from './content-item'

/** What has changed: the lists, or one resource. */
export type ContentChange = { readonly kind: 'lists' } | { readonly kind: 'resource'; readonly uri: string }

/** The content of all upstreams of one loader. */
export interface PassedContent {
  /** The lists as they are known now. They are the same object until one of them changes. */
  readonly items: ContentItems
  /**
   * Reads what was never read, and waits for it for some seconds at most; nothing where all is known. What is out of date
   * is read again, behind the answer.
   */
  ready(): Promise<void> | undefined
  /** Calls at each change. The returned function ends that. */
  onChange(listener: (change: ContentChange) => void): () => void
}

const CONTENT = new WeakMap<object, PassedContent>()

/** Gives a loader its content. A server finds it by the loader: its class would make each server load the client. */
export function givePassedContent(loader: object, content: PassedContent): void {
  CONTENT.set(loader, content)
}

export function findPassedContent(loader: object): PassedContent | undefined {
  return CONTENT.get(loader)
}
