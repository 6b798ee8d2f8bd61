// Method: what a server answers to one kind of request.

import type { Members } from '../../border/kind'
import type { CancelSignal } from '../../call/abort-signals'
import type { StateSeal } from '../../call/sealed-state'
import type { RegistryAttachment } from '../../registry/registry-attachment'
import type { Admission } from '../admission'
import type { ContentCatalog } from '../content/content-catalog'
import type { Exposure } from '../exposure/exposure'
import type { Pieces } from '../protocol/answers'
import type { Exchange, Reply } from '../protocol/exchange'
import type { ProtocolFault, RequestId } from '../protocol/json-rpc'
import type { Revision } from '../protocol/revisions'
import type { ListChanges } from '../subscriptions/list-changes'
import type { ToolViews } from '../tools/tool-views'

/** What all requests of a server share. */
export interface ServerState {
  readonly registry: RegistryAttachment
  readonly views: ToolViews
  readonly exposure: Exposure
  /** The resources and prompts; `undefined` where none are served. */
  readonly content: ContentCatalog | undefined
  readonly changes: ListChanges
  readonly admission: Admission
  /** Name and version of the server, as JSON. */
  readonly serverInfo: string
  readonly instructions: string | undefined
  /** Whether clients that open with `initialize` are served. */
  readonly hasLegacy: boolean
  /** Whether clients approve calls of tools that need it. */
  readonly asksClients: boolean
  /** How long a client may keep a list, in ms. */
  readonly ttlMs: number
  /** Seals the states of calls that ask their clients. */
  readonly seal: () => StateSeal
  /** Waits for the first load of the tools, at most some seconds. `undefined` once it is over. */
  readonly whenReady: () => Promise<void> | undefined
}

/** A request whose revision is known. */
export interface ServedRequest {
  readonly id: RequestId
  readonly params: Members
  /** The whole message as it was received. */
  readonly text: string
  readonly revision: Revision
  readonly exchange: Exchange
  /** Aborts when the client cancels the request, or is gone: then the answer is not sent. */
  readonly signal: CancelSignal | undefined
}

/** The members of a result as JSON, without braces; or an error; or another reply. */
export type MethodAnswer = { readonly members: Pieces; readonly isInputRequired?: true } | ProtocolFault | Reply

/** Answers a request. */
export type Method = (server: ServerState, request: ServedRequest) => MethodAnswer | Promise<MethodAnswer>
