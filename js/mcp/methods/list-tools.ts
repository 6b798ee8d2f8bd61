// `tools/list`: a page of the tools that the caller sees, all pages of one walk from one list.

import { INVALID_PARAMS, fault } from '../protocol/json-rpc'
import { readCursor, writeCursor } from '../tools/cursor'
import type { McpListing } from '../../snapshot/mcp-listing'
import type { Method, ServedRequest, ServerState } from './method'

export const listTools: Method = async (server, request) => {
  await server.whenReady()
  const { id, params, revision, exchange } = request
  const found = findPage(server, request, params.cursor)
  const pieces = found?.listing.page(found.page)
  if (found === undefined || pieces === undefined)
    return fault(INVALID_PARAMS, 'the cursor is not known any more: list again from the start, without a cursor', {
      id,
    })
  const { listing, page } = found
  const next = page + 1
  const cursor =
    next < listing.pageCount ? `,"nextCursor":"${writeCursor({ digest: listing.digest, page: next })}"` : ''
  const scope = exchange.principal.isPrivate ? 'private' : 'public'
  const caching = revision.isModern ? `,"ttlMs":${server.ttlMs},"cacheScope":"${scope}"` : ''
  return { members: ['"tools":', ...pieces, cursor, caching] }
}

/** A page of a list. */
interface FoundPage {
  readonly listing: McpListing
  readonly page: number
}

function findPage({ views }: ServerState, request: ServedRequest, cursor: unknown): FoundPage | undefined {
  const { exchange, revision } = request
  if (cursor === undefined) return { listing: views.listing(exchange.principal, revision.shape), page: 0 }
  const read = typeof cursor === 'string' ? readCursor(cursor) : undefined
  if (read === undefined) return undefined
  const listing = views.findListing(exchange.principal, revision.shape, read.digest)
  return listing && { listing, page: read.page }
}
