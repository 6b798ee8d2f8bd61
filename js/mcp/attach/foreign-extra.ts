// Foreign extra: what a server of an SDK hands to its handlers beside a request. SDK 1 has the members itself, SDK 2 has
// them in `mcpReq`.

import { isMembers } from '../../border/kind'
import type { Members } from '../../border/kind'
import type { RequestId } from '../protocol/json-rpc'
import type { SendNotification } from './foreign-notices'

/** Sends a request that belongs to the one that is served. */
export type SendRequest = (request: object, schema: object, options: object) => Promise<unknown>

/** The members that are used. Of those of SDK 2 some may be missing. */
interface GivenExtra {
  readonly signal?: unknown
  readonly sessionId?: string
  readonly sendNotification?: SendNotification
  readonly sendRequest?: SendRequest
  readonly mcpReq?: {
    readonly id?: RequestId
    readonly signal?: unknown
    readonly envelope?: unknown
    readonly inputResponses?: unknown
    readonly requestState?: () => unknown
    readonly notify?: SendNotification
    readonly send?: SendRequest
    readonly log?: (level: string, data: unknown, logger?: string) => unknown
  }
}

const CAPABILITIES_KEY = 'io.modelcontextprotocol/clientCapabilities'
const REVISION_KEY = 'io.modelcontextprotocol/protocolVersion'

/** A round of a modern call: what its client has declared, and brings. */
export interface ForeignRound {
  readonly id: RequestId
  readonly capabilities: Members
  readonly inputResponses: unknown
  readonly requestState: unknown
}

export class ForeignExtra {
  readonly #given: GivenExtra

  constructor(extra: unknown) {
    this.#given = extra ?? {}
  }

  get signal(): unknown {
    return this.#given.signal ?? this.#given.mcpReq?.signal
  }

  get notify(): SendNotification | undefined {
    return this.#given.sendNotification ?? this.#given.mcpReq?.notify
  }

  get request(): SendRequest | undefined {
    return this.#given.sendRequest ?? this.#given.mcpReq?.send
  }

  get sessionId(): string | undefined {
    return this.#given.sessionId
  }

  /** Sends a log message, if the SDK does so for one request. */
  get log(): ((level: string, data: unknown, logger?: string) => unknown) | undefined {
    return this.#given.mcpReq?.log
  }

  /** The round of a call of 2026-07-28; nothing for older clients. */
  get round(): ForeignRound | undefined {
    const { mcpReq } = this.#given
    const envelope = mcpReq?.envelope
    if (mcpReq === undefined || !isMembers(envelope) || typeof envelope[REVISION_KEY] !== 'string') return undefined
    const capabilities = envelope[CAPABILITIES_KEY]
    return {
      id: mcpReq.id ?? 0,
      capabilities: isMembers(capabilities) ? capabilities : {},
      inputResponses: mcpReq.inputResponses,
      requestState: mcpReq.requestState?.(),
    }
  }
}
