// Authorizer: who sends an HTTP request, and whether it may, as the option `auth` of a server says.

import type { ContentRequest } from '../content/content-catalog'
import type { Principal } from '../principals'
import type { HttpFacts } from './http-facts'
import type { HttpReply } from './http-reply'

/** Decides on requests over HTTP. A server without the option `auth` has none. */
export interface Authorizer {
  /**
   * Says who sends a request, before its body is read; or answers it: 401, 403. Its key tells principals apart: sessions
   * are bound to it, and limits count by it.
   */
  authorize(facts: HttpFacts): Promise<Principal | HttpReply>
  /** Returns the document that is served at a path, such as `/.well-known/oauth-protected-resource`. */
  metadata(path: string): HttpReply | undefined
  /** Answers a call that a principal may not make: 403 `insufficient_scope`. Nothing if it may, or must not know. */
  refuseCall(principal: Principal, toolName: string): Promise<HttpReply | undefined>
  /** Answers a request for a resource or a prompt in the same way. */
  refuseContent(principal: Principal, request: ContentRequest): Promise<HttpReply | undefined>
}

/** Whether a request was answered instead of authorized. */
export function isRefused(outcome: Principal | HttpReply): outcome is HttpReply {
  return 'kind' in outcome
}
