// Attached tools: the tools of a registry behind those that a foreign server has itself.

import { revive } from '../../border/error'
import { checkSignal } from '../../call/abort-signals'
import { respondInForm } from '../../snapshot'
import type { AnswerForm } from '../../snapshot/incoming-call'
import { MOST_RESULT_BYTES } from '../protocol/answers'
import { INVALID_PARAMS } from '../protocol/json-rpc'
import type { Principal, Principals } from '../principals'
import type { ListShape } from '../protocol/revisions'
import { readCursor, writeCursor } from '../tools/cursor'
import type { McpListing } from '../../snapshot/mcp-listing'
import type { ToolViews } from '../tools/tool-views'
import type { ForeignHandler, ForeignRequest, ForeignServer } from './foreign-server'

/** The shape that clients of all revisions take: the SDK does not say which one it speaks. */
export const ATTACHED_SHAPE: ListShape = '2025-11-25'

/** Marks the cursors of pages of the registry. */
const OURS = 'toolrack:'

const FORM: AnswerForm = Object.freeze({ mostBytes: MOST_RESULT_BYTES, throwsUnknownTool: true })

/** A list of tools as a handler returns it. */
interface ForeignList {
  readonly tools: readonly { readonly name: string }[]
  readonly nextCursor?: string
}

/** What a server knows of a request: SDK 1 has the signal itself, SDK 2 has it in `mcpReq`. */
interface ForeignExtra {
  readonly signal?: unknown
  readonly mcpReq?: { readonly signal?: unknown }
}

/** Answers requests of a foreign server. */
export class AttachedTools {
  readonly #server: ForeignServer
  readonly #views: ToolViews
  readonly #principals: Principals
  /** Names of the tools that the server has listed itself: they stay what they are. */
  #theirNames = new Set<string>()

  constructor(server: ForeignServer, views: ToolViews, principals: Principals) {
    this.#server = server
    this.#views = views
    this.#principals = principals
  }

  /** Lists their tools, and then those of the registry. */
  list(theirs: ForeignHandler | undefined): ForeignHandler {
    return async (request, extra) => {
      const principal = await this.#principals.establish(extra)
      const cursor = request.params?.cursor
      if (typeof cursor === 'string' && cursor.startsWith(OURS)) return this.#page(principal, cursor.slice(OURS.length))
      const list = ((await theirs?.(request, extra)) ?? { tools: [] }) as ForeignList
      if (cursor === undefined) this.#theirNames = new Set()
      for (const { name } of list.tools) this.#theirNames.add(name)
      if (list.nextCursor !== undefined) return list
      const own = this.#first(principal)
      return { ...list, ...own, tools: [...list.tools, ...own.tools] }
    }
  }

  /** Calls a tool of theirs, or of the registry. */
  call(theirs: ForeignHandler | undefined): ForeignHandler {
    return async (request, extra) => {
      const { name } = request.params ?? {}
      const isTheirs = typeof name === 'string' && (this.#theirNames.has(name) || this.#server.hasOwnTool(name))
      if (isTheirs && theirs !== undefined) return theirs(request, extra)
      try {
        return await this.#respond(request, extra)
      } catch (thrown) {
        const error = revive(thrown)
        if (error.code !== 'UNKNOWN_TOOL' && error.code !== 'CLOSED') throw error
        // One that was never listed may be theirs; what is not, their handler refuses.
        if (theirs !== undefined) return theirs(request, extra)
        throw invalidParams(error.message)
      }
    }
  }

  async #respond({ params }: ForeignRequest, extra: unknown): Promise<unknown> {
    const principal = await this.#principals.establish(extra)
    const { signal, mcpReq } = (extra ?? {}) as ForeignExtra
    const options = {
      context: principal.context,
      signal: checkSignal(signal ?? mcpReq?.signal),
      revision: ATTACHED_SHAPE,
    }
    const sent = { params: { name: params?.name, arguments: params?.arguments, _meta: params?._meta } }
    return respondInForm(this.#views.newest(principal), 'mcp', sent, options, FORM)
  }

  /** The first page; empty once the registry is closed: their tools stay. */
  #first(principal: Principal): ForeignList {
    try {
      return this.#write(this.#views.listing(principal, ATTACHED_SHAPE), 0)
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code === 'CLOSED') return { tools: [] }
      throw error
    }
  }

  #page(principal: Principal, text: string): ForeignList {
    const cursor = readCursor(text)
    const listing = cursor && this.#views.findListing(principal, ATTACHED_SHAPE, cursor.digest)
    if (cursor === undefined || listing === undefined || cursor.page >= listing.pageCount)
      throw invalidParams('the cursor is not known any more: list again from the start, without a cursor')
    return this.#write(listing, cursor.page)
  }

  /** Writes a page without tools whose names are theirs. */
  #write(listing: McpListing, page: number): ForeignList {
    const bytes = listing.page(page)
    const tools = bytes === undefined ? [] : (JSON.parse(Buffer.from(bytes).toString()) as { readonly name: string }[])
    const next = page + 1
    const shown = tools.filter(({ name }) => !this.#theirNames.has(name))
    return next < listing.pageCount
      ? { tools: shown, nextCursor: `${OURS}${writeCursor({ digest: listing.digest, page: next })}` }
      : { tools: shown }
  }
}

/** An error of the protocol, as both SDKs take it: by its code. */
function invalidParams(message: string): Error {
  return Object.assign(new Error(message), { code: INVALID_PARAMS })
}
