// Foreign server: a server of the official SDK, 1 or 2, known by its members and never by an import.

import { invalidOption } from '../../border/options'
import { ignoreRejection, reasonOf } from '../../border/error'

/** A request as a foreign server hands it to its handlers. */
export interface ForeignRequest {
  readonly method?: string
  readonly params?: {
    readonly name?: unknown
    readonly arguments?: unknown
    readonly cursor?: unknown
    readonly _meta?: unknown
  }
}

/** Answers requests of one method. The second argument is what the server knows of the request. */
export type ForeignHandler = (request: ForeignRequest, extra: unknown) => unknown

/** A server of the low level: `Server` of `@modelcontextprotocol/sdk` 1 and of `@modelcontextprotocol/server` 2. */
interface LowLevelServer {
  /** The handlers by method. Private in both, and the only way to keep those that are there. */
  readonly _requestHandlers: Map<string, ForeignHandler>
  registerCapabilities(capabilities: object): void
  sendToolListChanged(): Promise<void> | void
  /** What a client has declared that opened with `initialize`. */
  getClientCapabilities?(): unknown
  /** Sends a message of the level that the client wants, if the server has the capability `logging`. */
  sendLoggingMessage?(message: object, sessionId?: string): unknown
  /** Gets errors that no client is told of. */
  onerror?: (error: Error) => unknown
}

/** An `McpServer` of one of the SDKs. */
interface HighLevelServer {
  readonly server: LowLevelServer
  /** Sets the handlers of tools, where it has none yet: it does so itself with its first tool, and only if it may. */
  setToolRequestHandlers?(): void
  readonly _registeredTools?: object
}

/** How many registries were attached to a server, those that were detached included. */
const ATTACHMENTS = new WeakMap<LowLevelServer, number>()

/** A server of an SDK, as {@link attachMcp} uses it. */
export class ForeignServer {
  readonly #low: LowLevelServer
  readonly #high: HighLevelServer | undefined

  constructor(value: unknown) {
    try {
      const given = value as HighLevelServer & LowLevelServer
      this.#high = isLowLevel(given?.server) ? given : undefined
      this.#low = this.#high?.server ?? given
      if (!isLowLevel(this.#low)) throw new TypeError('it has no request handlers')
    } catch (thrown) {
      throw invalidOption(
        'server',
        `must be a Server or McpServer of @modelcontextprotocol/sdk 1 or @modelcontextprotocol/server 2: ${reasonOf(thrown)}`,
      )
    }
  }

  /** Says that the server has tools. Throws if it is connected already and has said that it has none. */
  declareTools(): void {
    try {
      this.#high?.setToolRequestHandlers?.()
      if (!this.#low._requestHandlers.has('tools/list'))
        this.#low.registerCapabilities({ tools: { listChanged: true } })
    } catch (thrown) {
      throw invalidOption('server', `cannot have tools: ${reasonOf(thrown)}; attach the registry before it connects`)
    }
  }

  /** Replaces the handler of a method; `wrap` gets the one that is there. The returned function puts it back. */
  wrap(method: string, wrap: (theirs: ForeignHandler | undefined) => ForeignHandler): () => void {
    const handlers = this.#low._requestHandlers
    const theirs = handlers.get(method)
    const ours = wrap(theirs)
    handlers.set(method, ours)
    return () => {
      if (handlers.get(method) !== ours) return
      if (theirs === undefined) handlers.delete(method)
      else handlers.set(method, theirs)
    }
  }

  /** Counts an attachment. Returns which one it is on its server, from 1. */
  countAttachment(): number {
    const place = (ATTACHMENTS.get(this.#low) ?? 0) + 1
    ATTACHMENTS.set(this.#low, place)
    return place
  }

  /** Whether the server can be asked for its own tools: then its list needs not to be read. */
  get knowsItsTools(): boolean {
    return Object.keys(this.#high?._registeredTools ?? {}).length > 0
  }

  /** Whether the server itself has a tool, as far as it can be asked. */
  hasOwnTool(name: string): boolean {
    const tools = this.#high?._registeredTools
    return tools !== undefined && Object.hasOwn(tools, name)
  }

  /** What the client of the connection can be asked. */
  get clientCapabilities(): unknown {
    return this.#low.getClientCapabilities?.()
  }

  /** Sends a log message. */
  log(message: object, sessionId: string | undefined): unknown {
    return this.#low.sendLoggingMessage?.(message, sessionId)
  }

  /** Hands an error to the listener of the server for faults. */
  tellFault(error: Error): void {
    try {
      ignoreRejection(this.#low.onerror?.(error))
    } catch {
      // The listener's own fault changes nothing.
    }
  }

  /** The server, as a garbage collector sees it. */
  get object(): object {
    return this.#low
  }

  /** Returns a function that tells clients of a changed list. It does not keep the server alive. */
  weakNotifier(): () => void {
    const reference = new WeakRef(this.#low)
    return () => notify(reference.deref())
  }
}

/** Tells clients that the list has changed. A server that is not connected tells nobody. */
function notify(server: LowLevelServer | undefined): void {
  try {
    // SDK 2 answers nothing where no client listens.
    void Promise.resolve(server?.sendToolListChanged()).catch(() => {})
  } catch {
    // The client is gone; its next list has the change.
  }
}

function isLowLevel(value: unknown): value is LowLevelServer {
  const server = value as Partial<LowLevelServer> | null | undefined
  return (
    typeof server?._requestHandlers?.get === 'function' &&
    typeof server.registerCapabilities === 'function' &&
    typeof server.sendToolListChanged === 'function'
  )
}
