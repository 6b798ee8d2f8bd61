// Protected resource metadata: where clients get tokens for a server, and the challenges that lead them there (RFC 9728).

import { NO_HEADERS, httpReply, refusal } from '../http/http-reply'
import type { HttpReply } from '../http/http-reply'
import type { AuthSettings } from './auth-options'

const PATH = '/.well-known/oauth-protected-resource'

/** An error of a token. Source: RFC 6750, section 3.1. */
export type TokenError = 'invalid_token' | 'insufficient_scope'

/** The metadata of one server. */
export class ResourceMetadata {
  /** The path of the document, with that of the server; it is served at the short one too. */
  readonly #path: string
  readonly #address: string
  readonly #document: string

  constructor({ resource, resourceName, authorizationServers, scopes }: AuthSettings) {
    const own = resource.pathname === '/' ? '' : resource.pathname
    this.#path = `${PATH}${own}`
    this.#address = `${resource.origin}${this.#path}`
    this.#document = JSON.stringify({
      resource: resourceName,
      authorization_servers: authorizationServers,
      scopes_supported: scopes,
      bearer_methods_supported: ['header'],
    })
  }

  /** Returns the document of a path. */
  find(path: string): HttpReply | undefined {
    return path === PATH || path === this.#path ? httpReply(200, [this.#document], NO_HEADERS) : undefined
  }

  /** Refuses a request, and says which token it needs. `scopes` are all that it needs, not only those that lack. */
  challenge(
    status: 401 | 403,
    message: string,
    { error, scopes }: { readonly error?: TokenError; readonly scopes: readonly string[] },
  ): HttpReply {
    const parts = [
      ...(error === undefined ? [] : [`error="${error}"`]),
      `resource_metadata="${this.#address}"`,
      ...(scopes.length === 0 ? [] : [`scope="${scopes.join(' ')}"`]),
    ]
    return refusal(status, message, { 'www-authenticate': `Bearer ${parts.join(', ')}` })
  }
}
