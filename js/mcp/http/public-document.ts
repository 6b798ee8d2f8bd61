// Public document: metadata that any client may read before it has a token, also in a page of any origin (CORS).

import type { Authorizer } from './authorizer'
import { preflight } from './host-guard'
import type { HttpFacts } from './http-facts'
import { refusal } from './http-reply'
import type { HttpReply } from './http-reply'

const PREFIX = '/.well-known/'
const METHODS = 'GET, HEAD'

/** Nobody is known by these requests, so that every page may read the answers. */
const ANY_ORIGIN = Object.freeze({ 'access-control-allow-origin': '*' })

/** Whether a path is that of a public document. */
export function isPublicPath(path: string): boolean {
  return path.startsWith(PREFIX)
}

/** Answers a request for a public document. */
export function publicDocument(facts: HttpFacts, authorizer: Authorizer): HttpReply {
  const reply = preflight(facts, METHODS) ?? findDocument(facts, authorizer)
  return { ...reply, headers: { ...reply.headers, ...ANY_ORIGIN } }
}

function findDocument({ method, path }: HttpFacts, authorizer: Authorizer): HttpReply {
  if (method !== 'GET' && method !== 'HEAD')
    return refusal(405, `this method is not served: use ${METHODS}`, { allow: METHODS })
  return authorizer.metadata(path) ?? refusal(404, 'there is no such document')
}
