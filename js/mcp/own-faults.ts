// Faults of the server itself: told to the program, while clients learn no more than a code.

import { ignoreRejection, revive } from '../border/error'
import { INTERNAL_ERROR, fault } from './protocol/json-rpc'
import type { ProtocolFault, RequestId } from './protocol/json-rpc'

/** Gets errors that are the server's own fault. */
export type FaultListener = (error: Error, method: string) => unknown

/** What is known of a request that the server has failed to answer. */
export interface FailedRequest {
  /** The method of the message, or that of HTTP before the message is known. */
  readonly method: string
  readonly id?: RequestId | undefined
}

/** Tells the faults of one server. */
export class OwnFaults {
  readonly #listener: FaultListener

  constructor(listener: FaultListener) {
    this.#listener = listener
  }

  /** Tells a fault to the program; returns the error for the client. It never throws. */
  tell(thrown: unknown, { method, id }: FailedRequest): ProtocolFault {
    const error = revive(thrown)
    try {
      // An async listener may reject: nobody waits for it.
      ignoreRejection(this.#listener(error, method))
    } catch {
      // The listener's own fault changes nothing.
    }
    return fault(INTERNAL_ERROR, `the server has failed (${error.code})`, { id })
  }
}
