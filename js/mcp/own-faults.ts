// Faults of the server itself: told to the program, while clients learn no more than a code, and the call id that joins
// both.

import { ignoreRejection, revive } from '../border/error'
import { INTERNAL_ERROR, fault } from './protocol/json-rpc'
import type { ProtocolFault, RequestId } from './protocol/json-rpc'

/** Gets errors that are the server's own fault. */
export type FaultListener = (error: Error, method: string, callId: string) => unknown

/** What is known of a request that the server has failed to answer. */
export interface FailedRequest {
  /** The method of the message, or that of HTTP before the message is known. */
  readonly method: string
  readonly id?: RequestId | undefined
}

/** The error for the client. */
export interface OwnFault extends ProtocolFault {
  readonly data: { readonly callId: string }
}

/** Tells the faults of one server. */
export class OwnFaults {
  readonly #listener: FaultListener
  /** Makes a call id. */
  readonly #nextCallId: () => string

  constructor(listener: FaultListener, nextCallId: () => string) {
    this.#listener = listener
    this.#nextCallId = nextCallId
  }

  /** Tells a fault to the program; returns the error for the client. It never throws. */
  tell(thrown: unknown, { method, id }: FailedRequest): OwnFault {
    const error = revive(thrown)
    const callId = this.#nextCallId()
    try {
      // An async listener may reject: nobody waits for it.
      ignoreRejection(this.#listener(error, method, callId))
    } catch {
      // The listener's own fault changes nothing.
    }
    // People read the message, and programs the data.
    const message = `the server has failed (${error.code}), call id ${callId}`
    return { ...fault(INTERNAL_ERROR, message, { id }), data: { callId } }
  }
}
