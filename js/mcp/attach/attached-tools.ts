// Attached tools: the tools of a registry behind those that a foreign server has itself.

import { revive } from '../../border/error'
import type { ToolrackError } from '../../border/error'
import { checkSignal } from '../../call/abort-signals'
import { isUnanswered } from '../../call/questions'
import { ModelReply } from '../../reply/model-reply'
import { modelCallsOf } from '../../snapshot'
import type { AnswerForm } from '../../snapshot/incoming-call'
import { MOST_RESULT_BYTES, joinPieces } from '../protocol/answers'
import { INTERNAL_ERROR, INVALID_PARAMS } from '../protocol/json-rpc'
import type { Principal, Principals } from '../principals'
import type { ListShape } from '../protocol/revisions'
import { readCursor, writeCursor } from '../tools/cursor'
import type { McpListing } from '../../snapshot/mcp-listing'
import type { ToolViews } from '../tools/tool-views'
import type { AttachedRegistry } from './attached-registry'
import { ForeignNames } from './foreign-names'
import type { ForeignList } from './foreign-names'
import { ForeignExtra } from './foreign-extra'
import { ForeignNotices } from './foreign-notices'
import { ForeignError, openForeignQuestions } from './foreign-questions'
import type { ForeignHandler, ForeignRequest, ForeignServer } from './foreign-server'

/** The shape that clients of all revisions take: the SDK does not say which one it speaks. */
export const ATTACHED_SHAPE: ListShape = '2025-11-25'

/** Begins the cursors of pages of a registry. */
const MARK = 'toolrack:'

const FORM: AnswerForm = Object.freeze({ mostBytes: MOST_RESULT_BYTES, throwsUnknownTool: true })

/** Answers requests of a foreign server. */
export class AttachedTools {
  readonly #server: ForeignServer
  readonly #views: ToolViews
  readonly #principals: Principals
  readonly #registry: AttachedRegistry
  readonly #names = new ForeignNames()
  /** Marks the cursors of this attachment. It is the same on a server that is made anew in the same way. */
  readonly #mark: string
  #isDetached = false

  constructor(server: ForeignServer, registry: AttachedRegistry, principals: Principals) {
    this.#server = server
    this.#views = registry.views
    this.#registry = registry
    this.#principals = principals
    const place = server.countAttachment()
    this.#mark = place === 1 ? MARK : `${MARK}${place}:`
  }

  /** From now on requests go to the server itself: another attachment may still hold the handlers of this one. */
  detach(): void {
    this.#isDetached = true
  }

  /** Lists their tools, and then those of the registry. */
  list(theirs: ForeignHandler | undefined): ForeignHandler {
    this.#names.list = theirs
    return async (request, extra) => {
      if (this.#isDetached) return (await theirs?.(request, extra)) ?? { tools: [] }
      const principal = await this.#establish(extra)
      const cursor = request.params?.cursor
      if (typeof cursor === 'string' && cursor.startsWith(this.#mark)) {
        await this.#names.learn(extra)
        return this.#page(principal, cursor.slice(this.#mark.length))
      }
      const list = ((await theirs?.(request, extra)) ?? { tools: [] }) as ForeignList
      this.#names.add(cursor, list)
      if (list.nextCursor !== undefined) return list
      const own = this.#first(principal)
      return { ...list, ...own, tools: [...list.tools, ...own.tools] }
    }
  }

  /** Calls a tool of theirs, or of the registry. */
  call(theirs: ForeignHandler | undefined): ForeignHandler {
    return async (request, extra) => {
      const name = request.params?.name
      if (this.#isDetached || (typeof name === 'string' && this.#isTheirs(name)))
        return handOver(theirs, request, extra, 'no tool has this name')
      const principal = await this.#establish(extra)
      // A server that is made for each request has listed nothing yet.
      if (typeof name === 'string' && !this.#server.knowsItsTools && this.#hasTool(principal, name)) {
        await this.#names.learn(extra)
        if (this.#isTheirs(name)) return handOver(theirs, request, extra, 'no tool has this name')
      }
      try {
        return await this.#respond(principal, request, extra)
      } catch (thrown) {
        if (thrown instanceof ForeignError) throw thrown
        const error = revive(thrown)
        if (error.code !== 'UNKNOWN_TOOL' && error.code !== 'CLOSED') throw this.#ownFault(error)
        // One that was never listed may be theirs; what is not, their handler refuses.
        return handOver(theirs, request, extra, error.message)
      }
    }
  }

  #isTheirs(name: string): boolean {
    return this.#names.has(name) || this.#server.hasOwnTool(name)
  }

  /** Whether the registry has a tool. A closed one has none. */
  #hasTool(principal: Principal, name: string): boolean {
    return this.#read(() => this.#views.newest(principal).resolve(name, 'mcp') !== undefined, false)
  }

  async #establish(extra: unknown): Promise<Principal> {
    try {
      return await this.#principals.establish(extra)
    } catch (thrown) {
      throw this.#ownFault(revive(thrown))
    }
  }

  /** Reads the registry; `closed` is the answer of a closed one: their tools stay. */
  #read<Type>(read: () => Type, closed: Type): Type {
    try {
      return read()
    } catch (thrown) {
      const error = revive(thrown)
      if (error.code === 'CLOSED') return closed
      throw this.#ownFault(error)
    }
  }

  /** The error of a fault that is not the client's: it learns no more than a code, and the server gets the rest. */
  #ownFault(error: ToolrackError): Error {
    this.#server.tellFault(error)
    return new ForeignError({ code: INTERNAL_ERROR, message: `the server has failed (${error.code})` })
  }

  async #respond(principal: Principal, { params }: ForeignRequest, given: unknown): Promise<unknown> {
    const extra = new ForeignExtra(given)
    const signal = checkSignal(extra.signal)
    const options = { context: principal.context, signal, revision: ATTACHED_SHAPE }
    const sent = { params: { name: params?.name, arguments: params?.arguments, _meta: params?._meta } }
    const { clientCapabilities: capabilities } = this.#server
    const questions = openForeignQuestions({ server: this.#registry, principal, params, extra, capabilities })
    const notices = new ForeignNotices({ params, extra, server: this.#server, clock: this.#registry.clock, signal })
    const listeners = { ...notices.listeners, ...questions.listeners }
    const form = { ...FORM, listeners, throwsQuestions: extra.round !== undefined }
    try {
      const answer = await modelCallsOf(this.#views.newest(principal)).respondInForm('mcp', sent, options, form)
      return questions.outcome(false) ?? answer
    } catch (thrown) {
      if (!isUnanswered(thrown)) throw thrown
      return questions.outcome(true) ?? writeFault(String(params?.name), thrown)
    } finally {
      notices.end()
    }
  }

  #first(principal: Principal): ForeignList {
    return this.#read<ForeignList>(() => this.#write(this.#views.listing(principal, ATTACHED_SHAPE), 0), { tools: [] })
  }

  #page(principal: Principal, text: string): ForeignList {
    const cursor = readCursor(text)
    const find = (digest: string) => this.#views.findListing(principal, ATTACHED_SHAPE, digest)
    const listing = cursor && this.#read(() => find(cursor.digest), undefined)
    if (cursor === undefined || listing === undefined || cursor.page >= listing.pageCount)
      throw new ForeignError({
        code: INVALID_PARAMS,
        message: 'the cursor is not known any more: list again from the start, without a cursor',
      })
    return this.#write(listing, cursor.page)
  }

  /** Writes a page without tools whose names are theirs. */
  #write(listing: McpListing, page: number): ForeignList {
    const text = joinPieces(listing.page(page) ?? ['[]']).toString()
    const tools = JSON.parse(text) as readonly { readonly name: string }[]
    const next = page + 1
    const shown = tools.filter(({ name }) => !this.#names.has(name))
    return next < listing.pageCount
      ? { tools: shown, nextCursor: `${this.#mark}${writeCursor({ digest: listing.digest, page: next })}` }
      : { tools: shown }
  }
}

/** Hands a call to the server itself; one without tools of its own has none of any name. */
function handOver(theirs: ForeignHandler | undefined, request: ForeignRequest, extra: unknown, reason: string) {
  if (theirs === undefined) throw new ForeignError({ code: INVALID_PARAMS, message: reason })
  return theirs(request, extra)
}

/** The result of a call whose question is that of a call within it. */
function writeFault(wireName: string, error: ToolrackError): Promise<unknown> {
  return new ModelReply('mcp', { wireName, reply: { maxBytes: 4_096, hiddenUnicode: 'flag' } }).fault(
    error,
    error.message,
  )
}
