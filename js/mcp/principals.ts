// Principals: who sends messages, as the options of the server say; and what each may see.

import type { CallerContext } from '../../index'
import { TENANT_KEY, sharedCallerId } from '../call/caller-id'
import { checkContext } from '../call/context'
import type { TokenIdentity } from './auth/token-identity'

/** Who sends messages. A model's arguments, `clientInfo` and headers never change it. */
export interface Principal {
  /** Tells principals apart, for limits and sessions. Empty for clients that do not say who they are. */
  readonly key: string
  /** The context of calls. */
  readonly context: CallerContext
  /** The filter of what the principal may see and call; `undefined`: all tools. */
  readonly filter: unknown
  /** Whether the list of tools depends on who asks: no shared cache may keep it. */
  readonly isPrivate: boolean
  /** The OAuth scopes that its token has; `undefined`: there is no token, and scopes of tools do not count. */
  readonly scopes?: readonly string[] | undefined
  /** Until when the principal is known, in ms since 1970; `undefined`: it does not end. */
  readonly expiresAt?: number | undefined
}

/** What a server knows of a request before it knows the caller. */
export interface RequestFacts {
  readonly transport: 'stdio' | 'http'
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** Makes the context of a request, of what is known of it. It may return anything. */
type ContextFunction = (request: unknown) => unknown

/** Makes the filter of a caller. It may return anything, which is checked where it is used. */
type FilterFunction = (caller: object) => unknown

/** The options that say who a caller is, and what it may see. */
export interface CallerRule {
  readonly context: CallerContext | ContextFunction
  readonly filter: unknown
}

/** Establishes the principals of one server. */
export class Principals {
  readonly #rule: CallerRule
  /** The only principal, if requests make no difference. One object: its lists and notifications are shared. */
  readonly #only: Principal | undefined

  constructor(rule: CallerRule) {
    this.#rule = rule
    const { context, filter } = rule
    if (!isFunction(context) && !isFunction(filter))
      this.#only = Object.freeze({ key: '', context, filter, isPrivate: false })
  }

  /** The only principal, if requests make no difference. */
  get only(): Principal | undefined {
    return this.#only
  }

  /** The principal of a request as far as its options are no functions. */
  get everyone(): Principal {
    const { context, filter } = this.#rule
    const known = { context: isFunction(context) ? {} : context, filter: isFunction(filter) ? undefined : filter }
    return this.#only ?? { key: '', ...known, isPrivate: true }
  }

  /**
   * The principal of a request. `identity` is who has sent it, as its access token says: then it is the user, unless the
   * function `context` says otherwise. Rejects if a function of the options does.
   */
  async establish(request: unknown, identity?: TokenIdentity): Promise<Principal> {
    if (this.#only !== undefined && identity === undefined) return this.#only
    const { context: rule, filter: filterRule } = this.#rule
    const facts = identity === undefined ? request : Object.freeze({ ...(request as object), identity })
    const user = identity && { userId: identity.subject, metadata: identity.claims }
    const told = isFunction<ContextFunction>(rule) ? ((await rule(facts)) ?? undefined) : undefined
    const own = told === undefined ? undefined : checkContext(told)
    const context = own ?? (isFunction(rule) ? (user ?? {}) : { ...rule, ...user })
    const filter = isFunction<FilterFunction>(filterRule)
      ? await filterRule({ ...(facts as object), context })
      : filterRule
    const key = keyOf(identity, own)
    const { scopes, expiresAt } = identity ?? {}
    return Object.freeze({ key, context, filter: filter ?? undefined, isPrivate: true, scopes, expiresAt })
  }
}

/**
 * The key of who has sent a request: the subject of its token, and the user of what the function `context` has returned.
 * A token may be that of a gateway, which says by a header for whom it asks.
 */
function keyOf(identity: TokenIdentity | undefined, own: CallerContext | undefined): string {
  const user = own === undefined ? '' : sharedCallerId(own, TENANT_KEY)
  // JSON: no subject looks like one with a user.
  return identity === undefined ? user : `${JSON.stringify(identity.subject)}\n${user}`
}

function isFunction<Type extends (...args: never[]) => unknown>(value: unknown): value is Type {
  return typeof value === 'function'
}
