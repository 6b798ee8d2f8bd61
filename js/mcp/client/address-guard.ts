// Address guard (SSRF): keeps a connection on public addresses, and on the private hosts that are allowed.

import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { blockOf } from './address-blocks'
import { UpstreamFault } from './upstream-connection'

/** Top-level names of this machine and of private networks, as `core/src/http/ssrf_guard.rs` has them. */
const LOCAL_NAMES: ReadonlySet<string> = new Set(['localhost', 'local', 'internal'])

/** The name of a host in a URL, without the brackets of an IPv6 address. */
function bareHost({ hostname }: URL): string {
  return hostname.startsWith('[') ? hostname.slice(1, -1) : hostname
}

/** Decides which addresses a connection may reach. */
export class AddressGuard {
  readonly #isAllowed: boolean
  readonly #host: string

  /**
   * `allowed` are the private hosts, as `name` or `name:port`. Without it a host that the URL itself writes as a private
   * one is allowed, such as `localhost`: whoever wrote it meant it. A name that DNS leads to a private address is not.
   */
  constructor(url: URL, allowed: readonly string[] | undefined) {
    this.#host = bareHost(url)
    const port = url.port || (url.protocol === 'https:' ? '443' : '80')
    const names = [url.hostname, this.#host, `${url.hostname}:${port}`].map((name) => name.toLowerCase())
    this.#isAllowed =
      allowed === undefined ? this.#refusal() !== undefined : allowed.some((name) => names.includes(name.toLowerCase()))
  }

  /** Throws a fault where the URL itself names a host that is not allowed. */
  check(): void {
    const why = this.#isAllowed ? undefined : this.#refusal()
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

  /** What the host itself says against it. */
  #refusal(): string | undefined {
    const host = this.#host
    if (isIP(host) !== 0) {
      const block = blockOf(host)
      return block && `it is in ${block}`
    }
    const top = host.replace(/\.+$/, '').split('.').at(-1) ?? ''
    return LOCAL_NAMES.has(top.toLowerCase()) ? 'it is a local name' : undefined
  }
}

/** Thrown by a lookup, before anything is sent. */
export class ForbiddenAddress extends Error {}

/** One address that is not public refuses the name: several are a sign of DNS rebinding. */
function addressRefusal(found: readonly LookupAddress[]): string | undefined {
  for (const { address } of found) {
    const block = blockOf(address)
    if (block !== undefined) return `it has an address in ${block}`
  }
  return undefined
}

function refusalMessage(host: string, why: string): string {
  return `host "${host}" is private: ${why}; allow it by name`
}
