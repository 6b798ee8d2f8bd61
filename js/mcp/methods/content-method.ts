// Content method: what a server with resources or prompts answers to one kind of request; one request with its limits,
// questions and notices.

import { reasonOf } from '../../border/error'
import type { Members } from '../../border/kind'
import { isToolError } from '../../border/tool-error'
import { whole } from '../../border/well-formed'
import { isUnanswered } from '../../call/questions'
import type { ContentCatalog } from '../content/content-catalog'
import { ContentFault } from '../content/content-fault'
import type { ContentCall } from '../content/content-item'
import type { Principal } from '../principals'
import { MOST_RESULT_BYTES, byteLength } from '../protocol/answers'
import { INTERNAL_ERROR, fault } from '../protocol/json-rpc'
import { openQuestions } from '../questions/call-questions'
import { openNotices } from './call-tool'
import type { MethodAnswer, ServedRequest, ServerState } from './method'

/** Answers a request of a server that has content. */
export type ContentMethod = (
  server: ServerState,
  content: ContentCatalog,
  request: ServedRequest,
) => MethodAnswer | Promise<MethodAnswer>

/** When a caller over a limit may try again, in ms. */
const RETRY_AFTER_MS = 1_000

/** A request that may ask its client, by its method and what it names. */
export interface AskingRequest extends ServedRequest {
  /** Such as `prompts/get greet`. No tool has a name with a space. */
  readonly named: string
}

/** Makes a request of an item, within the limit of calls. `work` returns the members of the result. */
export async function serveContent(
  server: ServerState,
  content: ContentCatalog,
  request: AskingRequest,
  work: (call: ContentCall) => Promise<Members>,
): Promise<MethodAnswer> {
  const { id, signal, exchange } = request
  const { principal } = exchange
  const questions = openQuestions(server, request, request.named)
  if ('kind' in questions) return questions
  const leave = server.admission.calls.enter(principal.key)
  if (leave === undefined)
    return fault(INTERNAL_ERROR, 'too many calls are under way: try again later', {
      id,
      data: { retryAfterMs: RETRY_AFTER_MS },
    })
  const notices = openNotices(server, request)
  try {
    await server.whenReady()
    await content.ready()
    const listeners = { ...notices?.listeners, ask: questions.ask }
    const members = await work({ principal, signal, listeners })
    return questions.outcome(false) ?? writeMembers(members, request)
  } catch (thrown) {
    if (thrown instanceof ContentFault) return fault(thrown.code, thrown.message, { id, data: thrown.data })
    // Its message is for the client, as in tools.
    if (isToolError(thrown)) return fault(INTERNAL_ERROR, reasonOf(thrown), { id })
    if (isUnanswered(thrown)) return questions.outcome(true) ?? fault(INTERNAL_ERROR, thrown.message, { id })
    throw thrown
  } finally {
    questions.end()
    notices?.end()
    leave()
  }
}

/** Members of results of other servers that are those of one connection. */
const OF_CONNECTION: ReadonlySet<string> = new Set(['resultType', '_meta'])
const OF_CACHE: ReadonlySet<string> = new Set(['ttlMs', 'cacheScope'])

function writeMembers(result: Members, { id, named, revision, exchange }: AskingRequest): MethodAnswer {
  const own = Object.entries(result).filter(([key]) => !OF_CONNECTION.has(key) && !OF_CACHE.has(key))
  const text = whole(JSON.stringify(Object.fromEntries(own))).slice(1, -1)
  const { ttlMs } = result
  const ttl = typeof ttlMs === 'number' && Number.isSafeInteger(ttlMs) && ttlMs >= 0 ? ttlMs : 0
  // A resource may have changed as soon as it was read, unless an upstream says more.
  const isCached = revision.isModern && named.startsWith('resources/read ')
  const isPrivate = exchange.principal.isPrivate || result.cacheScope === 'private'
  const members = [text, isCached ? cachingOf(ttl, { isPrivate }) : '']
  if (byteLength(members) > MOST_RESULT_BYTES)
    return fault(INTERNAL_ERROR, `the result has more than ${MOST_RESULT_BYTES} bytes`, { id })
  return { members }
}

/** How long a modern client may keep a result, and who shares it; behind other members. */
export function cachingOf(ttlMs: number, { isPrivate }: Pick<Principal, 'isPrivate'>): string {
  return `,"ttlMs":${ttlMs},"cacheScope":"${isPrivate ? 'private' : 'public'}"`
}
