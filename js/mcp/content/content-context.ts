// Content context: what functions of resources and prompts get about a request, and how they run: deadline, cancellation.

import type { McpContentContext } from '../../../types/mcp-content'
import type { Clock } from '../../border/clock'
import { startTimerOf } from '../../border/timers'
import { CallSignal, onAbort } from '../../call/abort-signals'
import { frozenMetadata } from '../../call/context'
import { makeLogMessage } from '../../call/log'
import { progressReporter } from '../../call/progress'
import { inputRequired, readQuestion } from '../../call/questions'
import type { Asker } from '../../call/questions'
import { INTERNAL_ERROR } from '../protocol/json-rpc'
import type { Identity } from '../../call/interfaces'
import type { ContentCall } from './content-item'
import { ContentFault } from './content-fault'

/** What runs of one server share. */
export interface ContentEnvironment {
  readonly clock: Clock
  /** The deadline of a function, in ms. */
  readonly timeoutMs: number
  /** Makes a call id. */
  readonly callId: () => string
}

/** A request, for errors: `resource "file:///a"`. */
export type ContentLabel = string

/** What a function gets. Frozen, and never shared by two requests. */
class ContentContext implements McpContentContext {
  readonly #signal: CallSignal
  readonly #asker: Asker | undefined
  readonly #label: ContentLabel
  readonly userId: unknown
  readonly auditingId: unknown
  readonly metadata: unknown
  readonly callId: string

  constructor(
    { userId, auditingId, metadata }: Identity,
    callId: string,
    label: ContentLabel,
    { signal, ask }: { readonly signal: CallSignal; readonly ask: Asker | undefined },
  ) {
    this.userId = userId
    this.auditingId = auditingId
    this.metadata = frozenMetadata(metadata)
    this.callId = callId
    this.#label = label
    this.#signal = signal
    this.#asker = ask
    Object.freeze(this)
  }

  get signal(): AbortSignal {
    return this.#signal.signal
  }

  get progress(): McpContentContext['progress'] {
    return progressReporter(this.#signal)
  }

  get log(): McpContentContext['log'] {
    const signal = this.#signal
    return (level, data, logger) => {
      const message = makeLogMessage(level, data, logger)
      if (!signal.isAborted) signal.listeners?.log?.(message)
    }
  }

  get ask(): McpContentContext['ask'] {
    return (key: unknown, request: unknown) => {
      const answer = this.#ask(key, request)
      // A function that does not wait for it must not end the process.
      answer.catch(() => {})
      return answer as Promise<never>
    }
  }

  async #ask(key: unknown, request: unknown): Promise<unknown> {
    const question = readQuestion(key, request)
    const signal = this.#signal
    if (signal.isAborted) throw signal.signal.reason
    if (this.#asker === undefined) throw inputRequired(this.#label, question)
    return this.#asker(question)
  }
}

/**
 * Runs a function of the options for a request. It ends at its deadline, and when the client is gone, whatever the
 * function does; its signal aborts then.
 */
export async function runContent(
  { clock, timeoutMs, callId }: ContentEnvironment,
  { principal, signal: caller, listeners }: ContentCall,
  label: ContentLabel,
  work: (context: McpContentContext) => unknown,
): Promise<unknown> {
  const signal = new CallSignal()
  signal.listeners = listeners
  const context = new ContentContext(principal.context, callId(), label, { signal, ask: listeners.ask })
  let end: (reason: unknown) => void = () => {}
  const over = new Promise<never>((_, reject) => (end = reject))
  const abort = (reason: unknown): void => {
    signal.abort(reason)
    end(reason)
  }
  const stopAbort = caller && onAbort(caller, () => abort(caller.reason))
  if (caller?.aborted === true) abort(caller.reason)
  const stopTimer = startTimerOf(clock, timeoutMs, () =>
    abort(new ContentFault(INTERNAL_ERROR, `${label} did not answer within ${timeoutMs} ms`)),
  )
  try {
    const answer = signal.isAborted ? over : new Promise((resolve) => resolve(work(context)))
    return await Promise.race([answer, over])
  } finally {
    stopTimer()
    stopAbort?.()
  }
}
