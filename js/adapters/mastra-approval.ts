// Approval of calls by Mastra: what its agent has asked about. The loop of an agent asks whether a call needs approval
// right before it executes the call, executes it only if a person has approved it, and does not say so to the tool.

import { callDigest, callerOf } from './call-digest'

/** Calls that are remembered; of one that is forgotten, the approval is asked for again. */
const MOST_CALLS = 1_000

/** What the framework says of the agent that makes a call. */
export interface CallingAgent {
  readonly toolCallId: string
  /** There in the loop of an agent. Its legacy methods ask nobody, and have none. */
  readonly outputWriter?: unknown
}

/** The calls of one tool that an agent was told to ask a person about. */
export class AskedCalls {
  /** By caller and arguments, with the very arguments of the question. */
  readonly #asked = new Map<string, unknown>()

  /** Remembers the newest answer for these arguments of a caller. */
  remember(context: unknown, input: unknown, needsApproval: boolean): void {
    const key = keyOf(context, input)
    this.#asked.delete(key)
    if (needsApproval) this.#asked.set(key, input)
    if (this.#asked.size > MOST_CALLS) this.#asked.delete(this.#asked.keys().next().value as string)
  }

  /** Whether a person has approved the call that is executed now. A question counts for one call. */
  take(context: unknown, input: unknown, agent: CallingAgent | undefined): boolean {
    if (agent === undefined) return false
    const key = keyOf(context, input)
    // A network of agents hands on the very arguments that it asked about, and no writer.
    const isAsked = typeof agent.outputWriter === 'function' || this.#asked.get(key) === input
    return isAsked && this.#asked.delete(key)
  }
}

function keyOf(context: unknown, input: unknown): string {
  return callDigest(callerOf(context), input)
}
