// `resources/list`, `resources/templates/list`, `prompts/list`: a page of what the caller sees, all pages of one walk from
// one list.

import type { ContentKind } from '../content/content-item'
import { INVALID_PARAMS, fault } from '../protocol/json-rpc'
import { readCursor, writeCursor } from '../tools/cursor'
import type { ContentMethod } from './content-method'
import { cachingOf } from './content-method'

/** The method that lists a kind. */
export function listContent(kind: ContentKind): ContentMethod {
  return async (server, content, request) => {
    await server.whenReady()
    await content.ready()
    const { id, params, revision, exchange } = request
    const { cursor } = params
    const read = typeof cursor === 'string' ? readCursor(cursor) : undefined
    const isWrong = cursor !== undefined && read === undefined
    const page = isWrong ? undefined : content.page(exchange.principal, kind, read)
    if (page === undefined)
      return fault(INVALID_PARAMS, 'the cursor is not known any more: list again from the start, without a cursor', {
        id,
      })
    const next = writeCursor({ digest: page.digest, page: (read?.page ?? 0) + 1 })
    const caching = revision.isModern ? cachingOf(server.ttlMs, exchange.principal) : ''
    return { members: [`"${kind}":`, page.text, page.hasNext ? `,"nextCursor":"${next}"` : '', caching] }
  }
}
