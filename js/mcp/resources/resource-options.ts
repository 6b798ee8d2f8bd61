// Resource options: `resources` and `resourceTemplates` of `createMcpServer` → what is served.

import { invalidOption } from '../../border/options'
import type { ReadOptions } from '../../border/options'
import { runContent } from '../content/content-context'
import type { ContentEnvironment } from '../content/content-context'
import type { ResourceItem, TemplateItem } from '../content/content-item'
import { checkUnique, filled, optionalObject, optionalText, readItems, toFunction } from '../content/content-options'
import { writeListed } from '../content/content-options'
import type { GivenItem } from '../content/content-options'
import { completionOf, readCompleters } from '../prompts/completion'
import { contentsOf } from './resource-contents'
import { MOST_URI, UriTemplate } from './uri-template'

type ReadFunction = (this: object, ...args: readonly unknown[]) => unknown

/** A URI with a scheme, without spaces and control characters. */
// oxlint-disable-next-line no-control-regex
const URI = /^[A-Za-z][A-Za-z0-9+.-]*:[^\s\u0000-\u001F\u007F]*$/

export function readResources(given: unknown, environment: ContentEnvironment): readonly ResourceItem[] {
  const names = ['uri', 'mimeType', 'size', 'annotations', 'read'] as const
  const items = readItems('resources', given, names).map((item): ResourceItem => {
    const { place, self, read, scopes } = item
    const uri = filled(`${place}.uri`, read.uri)
    if (!URI.test(uri) || uri.length > MOST_URI)
      throw invalidOption(`${place}.uri`, `must be a URI with a scheme, at most ${MOST_URI} characters long`)
    const { size } = read
    if (size !== undefined && !(Number.isSafeInteger(size) && (size as number) >= 0))
      throw invalidOption(`${place}.size`, 'must be a number of bytes')
    const readIt = toFunction<ReadFunction>(`${place}.read`, read.read)
    const { mimeType, text } = writeReadable(item, { uri }, { size })
    return {
      key: uri,
      text,
      scopes,
      read: async (_, call) => {
        const work = (context: unknown) => readIt.call(self, uri, context)
        return contentsOf(await runContent(environment, call, `resource "${uri}"`, work), uri, mimeType)
      },
    }
  })
  checkUnique(
    'resources',
    items.map(({ key }) => key),
  )
  return items
}

export function readTemplates(given: unknown, environment: ContentEnvironment): readonly TemplateItem[] {
  const names = ['uriTemplate', 'mimeType', 'annotations', 'read', 'complete'] as const
  const items = readItems('resourceTemplates', given, names).map((item): TemplateItem => {
    const { place, self, read, scopes } = item
    const uriTemplate = filled(`${place}.uriTemplate`, read.uriTemplate)
    const template = UriTemplate.read(uriTemplate)
    if (typeof template === 'string') throw invalidOption(`${place}.uriTemplate`, template)
    const readIt = toFunction<ReadFunction>(`${place}.read`, read.read)
    const completers = readCompleters(`${place}.complete`, read.complete, template.names)
    const { mimeType, text } = writeReadable(item, { uriTemplate }, {})
    return {
      key: uriTemplate,
      text,
      scopes,
      matches: (uri) => template.match(uri) !== undefined,
      read: async (uri, call) => {
        const values = template.match(uri)
        if (values === undefined) return undefined
        const variables = Object.freeze(Object.fromEntries(values))
        const work = (context: unknown) => readIt.call(self, uri, variables, context)
        return contentsOf(await runContent(environment, call, `resource "${uri}"`, work), uri, mimeType)
      },
      complete: (argument, call) => completionOf(completers, argument, { environment, call, self }),
    }
  })
  checkUnique(
    'resourceTemplates',
    items.map(({ key }) => key),
  )
  return items
}

/** Writes what lists have of an item that can be read. */
function writeReadable(
  item: GivenItem<'mimeType' | 'annotations'>,
  first: object,
  last: object,
): { readonly mimeType: string | undefined; readonly text: string } {
  const { place, read }: { place: string; read: ReadOptions<'mimeType' | 'annotations'> } = item
  const mimeType = optionalText(`${place}.mimeType`, read.mimeType)
  const annotations = optionalObject(`${place}.annotations`, read.annotations)
  return { mimeType, text: writeListed(item, { ...first, mimeType, annotations, ...last }) }
}
