// Address guard (SSRF): keeps a connection on public addresses, and on the private hosts that are allowed.

import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import type { LookupFunction } from 'node:net'
import { privateHost } from '../../border/native'
import { UpstreamFault } from './upstream-connection'

/** The name of a host in a URL, without the brackets of an IPv6 address. */
function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/** Decides which addresses a connection may reach. */
export class AddressGuard {
  readonly #isAllowed: boolean
  readonly #host: string
  /** What the host itself says against it. */
  readonly #refusal: string | undefined

  /**
   * `allowed` are the private hosts, as `name` or `name:port`. Without it a host that the URL itself writes as a private
   * one is allowed, such as `localhost`: whoever wrote it meant it. A name that DNS leads to a private address is not.
   */
  constructor(url: URL, allowed: readonly string[] | undefined) {
    this.#host = bareHost(url)
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    const names = [url.hostname, this.#host, `${url.hostname}:${port}`].map((name) => name.toLowerCase())
    const why = privateHost(this.#host)
    this.#refusal = why === null ? undefined : `it is ${why}`
    this.#isAllowed =
      allowed === undefined ? this.#refusal !== undefined : allowed.some((name) => names.includes(name.toLowerCase()))
  }

  /** Throws a fault where the URL itself names a host that is not allowed. */
  check(): void {
    const why = this.#isAllowed ? undefined : this.#refusal
    if (why !== undefined) throw new UpstreamFault('down', refusalMessage(this.#host, why))
  }

  /** Resolves a name: the addresses that were checked are those that are connected to (DNS rebinding). */
  readonly lookup: LookupFunction = (name, options, done) => {
    systemLookup(name, { ...options, all: true }, (error: NodeJS.ErrnoException | null, found: LookupAddress[]) => {
      if (error !== null) return done(error, '')
      const why = this.#isAllowed ? undefined : addressRefusal(found)
      const [first] = found
      if (why !== undefined) return done(new ForbiddenAddress(refusalMessage(name, why)), '')
      if (options.all === true) return done(null, found)
      return first === undefined ? done(new Error('no address'), '') : done(null, first.address, first.family)
    })
  }
}

/** Thrown by a lookup, before anything is sent. */
export class ForbiddenAddress extends Error {}

/** One address that is not public refuses the name: several are a sign of DNS rebinding. */
function addressRefusal(found: readonly LookupAddress[]): string | undefined {
  for (const { address } of found) {
    const why = privateHost(address)
    if (why !== null) return `it has an address ${why}`
  }
  return undefined
}

function refusalMessage(host: string, why: string): string {
  return `host "${host}" is private: ${why}; allow it by name`
}
