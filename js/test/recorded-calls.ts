// Recorded calls: which tools were called, with the arguments that they got and what came of it. In tests alone.

import { types } from 'node:util'
import type { Arguments, Identity } from '../call/interfaces'
import type { CallRecorder, CallRecording } from '../registry/test-hooks'
import { RenderedReply } from '../reply/model-reply'
import { StructuredResult } from '../reply/structured-result'
import type { RecordedCall } from '../../types/test'
import { plainCopy } from './plain-copy'

/** A recorded call that changes until it ends. */
type OpenCall = { -readonly [Key in keyof RecordedCall]: RecordedCall[Key] }

/** The calls of a registry, in the order of their start. */
export class RecordedCalls implements CallRecorder {
  #calls: OpenCall[] = []

  begin(toolName: string, callId: string, target: string | undefined): CallRecording {
    const call = { callId, toolName, params: {}, context: {}, outcome: 'pending' } as OpenCall
    // The core has read the call by its target.
    if (target !== undefined) call.target = target as NonNullable<RecordedCall['target']>
    this.#calls.push(call)
    return new OpenRecording(call)
  }

  /** The calls of a tool, or of all; the list is the caller's own. */
  of(toolName: string | undefined): RecordedCall[] {
    return this.#calls.filter((call) => toolName === undefined || call.toolName === toolName)
  }

  clear(): void {
    this.#calls = []
  }
}

class OpenRecording implements CallRecording {
  readonly #call: OpenCall

  constructor(call: OpenCall) {
    this.#call = call
  }

  madeBy({ userId, auditingId, metadata }: Identity, args: Arguments): void {
    const context = { userId, auditingId, metadata }
    const known = Object.entries(context).filter(([, value]) => value !== undefined)
    this.#call.context = plainCopy(Object.fromEntries(known))
    this.#call.params = plainCopy(args)
  }

  executes(args: Arguments): void {
    this.#call.params = plainCopy(args)
  }

  end(outcome: { readonly error: unknown } | { readonly value: unknown }): void {
    const call = this.#call
    // A stream ends once more than a call.
    if (call.outcome !== 'pending') return
    if ('error' in outcome) {
      // Only errors of toolrack end a call.
      call.error = outcome.error as NonNullable<RecordedCall['error']>
      call.outcome = call.error.code
    } else {
      const { value } = outcome
      // A copy: a tool may return the same object again, and change it.
      call.value = plainCopy(isReply(value) || StructuredResult.is(value) ? value.value : value)
      call.outcome = 'ok'
    }
  }
}

function isReply(value: unknown): value is RenderedReply {
  return !types.isProxy(value) && value instanceof RenderedReply
}
