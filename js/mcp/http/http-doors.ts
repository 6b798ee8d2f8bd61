// HTTP doors: the handlers of a server for frameworks, and its own listeners.

import type { McpListening } from '../../../types/mcp'
import { checkOptions, invalidOption, toName } from '../../border/options'
import type { Clock } from '../../border/clock'
import { raise } from '../../border/raised-error'
import { endTransports } from '../transport'
import type { Transport } from '../transport'
import { makeFetchHandler } from './fetch-handler'
import type { FetchHandler } from './fetch-handler'
import { HttpTransport } from './http-transport'
import type { HttpParts } from './http-transport'
import { isLoopback } from './host-guard'
import type * as listenerModule from './listener'
import type { ListenAddress } from './listener'
import { makeNodeHandler } from './node-handler'
import type { NodeHandler } from './node-handler'

const LOOPBACK = '127.0.0.1'
const PATH = '/mcp'
const MOST_PORT = 65_535

/** What the doors need of their server. */
export interface DoorParts extends HttpParts {
  /** Whether other machines may connect without the option `auth`. */
  readonly isInsecure: boolean
  readonly clock: Clock
  /** The transports that end with the server. */
  readonly transports: Set<Transport>
}

/** The ways into a server over HTTP. */
export class HttpDoors {
  readonly #parts: DoorParts
  /** The transport of the handlers. */
  #shared: HttpTransport | undefined
  #handler: NodeHandler | undefined
  #fetch: FetchHandler | undefined
  #isClosed = false

  constructor(parts: DoorParts) {
    this.#parts = parts
  }

  get handler(): NodeHandler {
    this.#handler ??= makeNodeHandler(this.#transport, this.#parts.clock)
    return this.#handler
  }

  get fetch(): FetchHandler {
    this.#fetch ??= makeFetchHandler(this.#transport, this.#parts.clock)
    return this.#fetch
  }

  get #transport(): HttpTransport {
    if (this.#shared === undefined) {
      this.#shared = new HttpTransport(this.#parts)
      if (this.#isClosed) this.#shared.close()
      else this.#parts.transports.add(this.#shared)
    }
    return this.#shared
  }

  /** Opens no more: the server is closed. */
  close(): void {
    this.#isClosed = true
  }

  async listen(options: unknown): Promise<McpListening> {
    const parts = this.#parts
    const { clock, transports, settings } = parts
    const address = readAddress(options)
    if (this.#isClosed) throw raise('CLOSED', { what: 'MCP server' })
    if (!isLoopback(address.host) && parts.authorizer === undefined && !parts.isInsecure)
      throw invalidOption(
        'host',
        `"${address.host}" lets other machines connect: say who may by the option "auth" of the server, or "insecure: true"`,
      )
    // Whoever names the address that it listens on was not led here by DNS.
    const hosts = [...settings.hosts, hostOf(address.host)]
    const transport = new HttpTransport({ ...parts, settings: { ...settings, hosts } })
    const handler = makeNodeHandler(transport, clock)
    const { Listener } = loadListener()
    const listener = new Listener(address, { transport, handler, receiveMs: settings.receiveMs })
    // From now on it ends with the server, also while it starts.
    transports.add(listener)
    try {
      await listener.start()
      if (this.#isClosed) throw raise('CLOSED', { what: 'MCP server' })
    } catch (error) {
      transports.delete(listener)
      throw error
    }
    return Object.freeze({
      url: listener.url,
      port: listener.port,
      close: async () => {
        await endTransports([listener], clock)
        transports.delete(listener)
      },
    })
  }
}

/** Where only `fetch` is used, `node:http` need not be there. */
function loadListener(): typeof listenerModule {
  return require('./listener') as typeof listenerModule
}

function readAddress(options: unknown): ListenAddress {
  const { port = 0, host = LOOPBACK, path = PATH } = checkOptions(options, ['port', 'host', 'path'])
  if (typeof port !== 'number' || !Number.isSafeInteger(port) || port < 0 || port > MOST_PORT)
    throw invalidOption('port', `must be a whole number from 0 to ${MOST_PORT}`)
  const address = { port, host: toName('host', host), path: toName('path', path) }
  if (!/^\/[^?#\s]*$/.test(address.path)) throw invalidOption('path', 'must start with "/", and have no query')
  return address
}

/** An address as the header `Host` has it. */
function hostOf(host: string): string {
  return (host.includes(':') ? `[${host}]` : host).toLowerCase()
}
