// Host guard: which values of `Host` and `Origin` are served (DNS rebinding), and CORS for the origins of the options.

import { invalidOption, toNames } from '../../border/options'
import { NO_HEADERS, httpReply, refusal } from './http-reply'
import type { HttpReply, ReplyHeaders } from './http-reply'
import type { HttpFacts } from './http-facts'

/** `localhost`, addresses of the loopback interface, and names that browsers resolve to it. Source: RFC 6761, 6.3. */
const LOOPBACK = /^(localhost|[a-z0-9.-]+\.localhost|127(\.\d{1,3}){3}|\[::1\])$/

/** A host with or without a port. */
const HOST = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d{1,5})?$/

/** An origin of any scheme: browser extensions and desktop apps have their own. Source: RFC 6454, 6.2; RFC 3986, 3.1. */
const ORIGIN = /^([a-z][a-z0-9+.-]*):\/\/(.+)$/

/** How many values that were allowed are remembered: clients send the same ones. */
const MOST_REMEMBERED = 64

/** Headers that scripts of another origin may read. */
const EXPOSED = 'Mcp-Session-Id, WWW-Authenticate'

/** How long a browser may remember a preflight, in seconds. */
const PREFLIGHT_SECONDS = '600'

/** Whether an address to listen on is for programs of the same machine alone. */
export function isLoopback(address: string): boolean {
  return address === '::1' || LOOPBACK.test(address.toLowerCase())
}

/** Says which hosts and origins are served. */
export class HostGuard {
  readonly #hosts: ReadonlySet<string>
  readonly #origins: ReadonlySet<string>
  readonly #allowed = new Set<string>()

  /** `hosts` are names with or without a port, `origins` such as `https://app.example.com` of any scheme; in lower case. */
  constructor(hosts: readonly string[], origins: readonly string[]) {
    this.#hosts = new Set(hosts)
    this.#origins = new Set(origins)
  }

  /** Refuses a request by its `Host` and its `Origin`. */
  refuse(host: string | undefined, origin: string | undefined): HttpReply | undefined {
    if (!this.#isAllowed(host ?? '', (text) => this.#isHost(text)))
      return refusal(403, 'this host is not served: name it in the option "hosts" of the server')
    if (origin !== undefined && !this.#isAllowed(origin, (text) => this.#isOrigin(text)))
      return refusal(403, 'this origin is not served: name it in the option "origins" of the server')
    return undefined
  }

  #isAllowed(value: string, judge: (text: string) => boolean): boolean {
    if (this.#allowed.has(value)) return true
    if (!judge(value.toLowerCase())) return false
    if (this.#allowed.size < MOST_REMEMBERED) this.#allowed.add(value)
    return true
  }

  #isHost(host: string): boolean {
    const [, name = ''] = HOST.exec(host) ?? []
    return name !== '' && (LOOPBACK.test(name) || this.#hosts.has(name) || this.#hosts.has(host))
  }

  #isOrigin(origin: string): boolean {
    if (this.#origins.has(origin)) return true
    const [, scheme = '', host = ''] = ORIGIN.exec(origin) ?? []
    const [, name = ''] = HOST.exec(host) ?? []
    return /^https?$/.test(scheme) && LOOPBACK.test(name)
  }

  /** CORS headers of an answer; nothing for an origin that the options do not name. */
  corsHeaders(origin: string): ReplyHeaders | undefined {
    if (!this.#origins.has(origin.toLowerCase())) return undefined
    return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED, vary: 'Origin' }
  }
}

/** Answers the question of a browser whether a script may send a request (CORS preflight). */
export function preflight(facts: HttpFacts, methods: string): HttpReply | undefined {
  if (facts.method !== 'OPTIONS' || facts.header('access-control-request-method') === undefined) return undefined
  const asked = facts.header('access-control-request-headers')
  const headers = asked === undefined ? NO_HEADERS : { 'access-control-allow-headers': asked }
  const allowed = { 'access-control-allow-methods': methods, 'access-control-max-age': PREFLIGHT_SECONDS }
  return httpReply(204, [], { ...allowed, ...headers })
}

/** Reads the option `hosts`. */
export function readHosts(value: unknown): readonly string[] {
  const hosts = (toNames('hosts', value) ?? []).map((host) => host.toLowerCase())
  for (const host of hosts)
    if (!HOST.test(host)) throw invalidOption('hosts', `"${host}" must be a host such as "mcp.example.com"`)
  return hosts
}

/** Reads the option `origins`. */
export function readOrigins(value: unknown): readonly string[] {
  const origins = (toNames('origins', value) ?? []).map((origin) => origin.toLowerCase())
  for (const origin of origins) {
    const [, , host = ''] = ORIGIN.exec(origin) ?? []
    if (!HOST.test(host))
      throw invalidOption('origins', `"${origin}" must be an origin such as "https://app.example.com"`)
  }
  return origins
}
