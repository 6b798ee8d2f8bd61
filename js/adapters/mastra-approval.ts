// Approval of calls by Mastra: what its agent has asked about. An agent executes a call that needs approval only after a
// person has approved it, and does not say so to the tool.

/** Calls that are remembered; of one that is forgotten, the approval is asked for again. */
const MOST_CALLS = 1_000

/** The calls of one tool that an agent was told to ask a person about, by their arguments. */
export class AskedCalls {
  readonly #asked = new Set<string>()

  /** Remembers the newest answer for these arguments, and returns it. */
  remember(input: unknown, needsApproval: boolean): boolean {
    const key = JSON.stringify(input)
    this.#asked.delete(key)
    if (needsApproval) this.#asked.add(key)
    if (this.#asked.size > MOST_CALLS) this.#asked.delete(this.#asked.values().next().value as string)
    return needsApproval
  }

  has(input: unknown): boolean {
    return this.#asked.has(JSON.stringify(input))
  }
}
