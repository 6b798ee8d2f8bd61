// Content view: the resources, templates and prompts that callers with the same rights see.

import { nearestName } from '../../border/nearest'
import { ContentList } from './content-list'
import type { ContentItem, ContentItems, ContentKind, PromptItem, ResourceItem, TemplateItem } from './content-item'

/** The lists whose changes clients are told of together. */
export type ChangedKind = 'resources' | 'prompts'

export const CHANGED_KINDS: readonly ChangedKind[] = Object.freeze(['resources', 'prompts'])

export class ContentView {
  readonly resources: ContentList<ResourceItem>
  readonly resourceTemplates: ContentList<TemplateItem>
  readonly prompts: ContentList<PromptItem>

  /** `sees` decides on each item. */
  constructor(items: ContentItems, sees: (item: ContentItem) => boolean) {
    this.resources = new ContentList(items.resources.filter(sees))
    this.resourceTemplates = new ContentList(items.resourceTemplates.filter(sees))
    this.prompts = new ContentList(items.prompts.filter(sees))
  }

  list(kind: ContentKind): ContentList<ContentItem> {
    return this[kind]
  }

  /** The items that may have a URI: the resource itself, or else each template that makes it, in order. */
  readable(uri: string): readonly (ResourceItem | TemplateItem)[] {
    const resource = this.resources.find(uri)
    if (resource !== undefined) return [resource]
    return this.resourceTemplates.items.filter((template) => template.matches(uri))
  }

  /** The known key of a list that is nearest to an unknown one, as the end of a message. */
  nearest(kind: ContentKind, key: string): string {
    const nearest = nearestName(
      key,
      this.list(kind).items.map((item) => item.key),
    )
    return nearest === undefined || nearest === key ? '' : `; nearest: ${nearest}`
  }

  /** Another one where a client would be listed something else. */
  digest(kind: ChangedKind): string {
    return kind === 'prompts' ? this.prompts.digest : `${this.resources.digest} ${this.resourceTemplates.digest}`
  }
}
