// Token authorizer: the access token of a request → its principal, or the answer that leads its client to a token.

import { ToolrackError, reasonOf } from '../../border/error'
import { withDeadline } from '../../border/timers'
import type { Clock } from '../../border/clock'
import type { ContentRequest } from '../content/content-catalog'
import type { Authorizer } from '../http/authorizer'
import type { HttpFacts } from '../http/http-facts'
import { refusal } from '../http/http-reply'
import type { HttpReply } from '../http/http-reply'
import type { ServerState } from '../methods/method'
import type { OwnFaults } from '../own-faults'
import type { Principal, Principals } from '../principals'
import type { AuthSettings } from './auth-options'
import { readBearerToken } from './bearer-token'
import { ResourceMetadata } from './resource-metadata'
import { readIdentity } from './token-identity'
import type { TokenIdentity } from './token-identity'

/** How long `verify` may take, in ms. It may fetch three documents of an issuer. */
const VERIFY_MS = 20_000
/** When a client may try again where tokens cannot be verified, in seconds. */
const RETRY_AFTER = '5'

/** What an authorizer needs of its server. */
export interface AuthorizerParts {
  readonly principals: Principals
  readonly server: ServerState
  readonly clock: Clock
  readonly faults: OwnFaults
}

/** Authorizes requests by access tokens. */
export class TokenAuthorizer implements Authorizer {
  readonly #settings: AuthSettings
  readonly #parts: AuthorizerParts
  readonly #metadata: ResourceMetadata

  constructor(settings: AuthSettings, parts: AuthorizerParts) {
    this.#settings = settings
    this.#parts = parts
    this.#metadata = new ResourceMetadata(settings)
  }

  async authorize(facts: HttpFacts): Promise<Principal | HttpReply> {
    const { scopes } = this.#settings
    const sent = readBearerToken(facts.header('authorization'))
    if (sent === undefined) return this.#metadata.challenge(401, 'an access token is needed', { scopes })
    if (sent === 'malformed') return this.#invalidToken()
    const request = requestOf(facts)
    let identity: TokenIdentity | undefined
    try {
      identity = await this.#verify(sent.token, request)
    } catch (thrown) {
      return this.#unverified(thrown, sent.token, facts.method)
    }
    if (identity === undefined || this.#isOver(identity)) return this.#invalidToken()
    const granted = identity.scopes
    if (!scopes.every((scope) => granted.includes(scope))) return this.#insufficientScope(scopes)
    return this.#parts.principals.establish(request, identity)
  }

  metadata(path: string): HttpReply | undefined {
    return this.#metadata.find(path)
  }

  async refuseCall(principal: Principal, toolName: string): Promise<HttpReply | undefined> {
    if (this.#settings.hidesUnscoped) return undefined
    const { views, whenReady } = this.#parts.server
    await whenReady()
    // What changes after this is refused too, as a tool that is not known: calls see no tool without its scopes.
    const scopes = views.missingScopes(principal, toolName)
    return scopes && this.#insufficientScope([...new Set([...this.#settings.scopes, ...scopes])])
  }

  async refuseContent(principal: Principal, request: ContentRequest): Promise<HttpReply | undefined> {
    const { content, whenReady } = this.#parts.server
    if (this.#settings.hidesUnscoped || content === undefined) return undefined
    await whenReady()
    await content.ready()
    const scopes = content.neededScopes(principal, request)
    return scopes && this.#insufficientScope([...new Set([...this.#settings.scopes, ...scopes])])
  }

  async #verify(token: string, request: object): Promise<TokenIdentity | undefined> {
    const { verify } = this.#settings
    const work = new Promise((resolve) => resolve(verify(token, request)))
    const late = () => new TypeError(`auth.verify has not answered within ${VERIFY_MS} ms`)
    return readIdentity(await withDeadline(work, VERIFY_MS, late, this.#parts.clock))
  }

  #isOver({ expiresAt = Infinity }: TokenIdentity): boolean {
    return expiresAt <= this.#parts.clock.unixTime()
  }

  #invalidToken(): HttpReply {
    const { scopes } = this.#settings
    return this.#metadata.challenge(401, 'the access token is not valid', { error: 'invalid_token', scopes })
  }

  #insufficientScope(scopes: readonly string[]): HttpReply {
    const message = `the access token lacks a scope: it needs ${scopes.join(' ')}`
    return this.#metadata.challenge(403, message, { error: 'insufficient_scope', scopes })
  }

  /** The answer where nobody can say whether a token is valid. The client's token goes into no message. */
  #unverified(thrown: unknown, token: string, method: string): HttpReply {
    const reason = reasonOf(thrown).replaceAll(token, '(the token)')
    const error = new ToolrackError('AUTH_FAILED', `access tokens cannot be verified: ${reason}`)
    const { callId } = this.#parts.faults.tell(error, { method }).data
    return refusal(503, `access tokens cannot be verified now, call id ${callId}: try again later`, {
      'retry-after': RETRY_AFTER,
    })
  }
}

/** What functions of the options get of a request: its token goes to `verify` alone, as an argument of its own. */
function requestOf({ transport, method, path, headers }: HttpFacts) {
  const { authorization: _, ...others } = headers
  return Object.freeze({ transport, method, path, headers: Object.freeze(others) })
}
