// Task of LangGraph: what it knows of the interrupts that wait, and of the calls that share it.

import type { ToolConfig } from './langchain-peer'

/** What LangGraph keeps of a task while it runs. */
interface Scratchpad {
  /** The answers of the task so far, in the order of its interrupts. */
  readonly resume?: readonly unknown[]
  /** What resumed the whole graph: LangGraph gives it to each task that waits. */
  readonly nullResume?: unknown
  /** The number of the last interrupt, from 0. */
  readonly interruptCounter?: number
  readonly currentTaskInput?: unknown
}

/** The members of a run's configuration that LangGraph adds. */
interface Configurable {
  readonly thread_id?: unknown
  readonly checkpoint_map?: Readonly<Record<string, unknown>>
  readonly __pregel_scratchpad?: Scratchpad
  readonly __pregel_checkpointer?: {
    readonly getTuple?: (config: object) => Promise<{ readonly pendingWrites?: readonly PendingWrite[] } | undefined>
  }
}

/** A write of a task that LangGraph keeps beside its checkpoint. */
type PendingWrite = readonly [task: string, channel: string, value: unknown]

interface ModelMessage {
  readonly tool_calls?: readonly { readonly id?: string }[]
}

/** What a node gets: messages, a state with messages, or one call, as the agent of LangChain sends it. */
interface NodeInput {
  readonly messages?: unknown
  readonly lg_tool_call?: { readonly id?: string }
}

/** Answers that calls of a task have read, for each task that runs. */
const READ_ANSWERS = new WeakMap<object, unknown[]>()

/** The task of LangGraph in which a tool is called. */
export class GraphTask {
  readonly #configurable: Configurable
  readonly #scratchpad: Scratchpad

  constructor({ configurable }: ToolConfig) {
    this.#configurable = configurable ?? {}
    this.#scratchpad = this.#configurable.__pregel_scratchpad ?? {}
  }

  /** All answers that the task has. */
  get answers(): readonly unknown[] {
    const { resume = [], nullResume } = this.#scratchpad
    return nullResume === undefined ? resume : [...resume, nullResume]
  }

  /** Whether the next answer is for this task alone, and for no other one that waits. */
  get hasOwnAnswer(): boolean {
    const { resume = [], interruptCounter = -1 } = this.#scratchpad
    return interruptCounter + 1 < resume.length
  }

  /** Answers that calls of the task have read; those of other calls may be among them. */
  get readAnswers(): unknown[] {
    const known = READ_ANSWERS.get(this.#scratchpad) ?? []
    READ_ANSWERS.set(this.#scratchpad, known)
    return known
  }

  /** Whether the task makes this call alone. */
  isAlone(id: string): boolean {
    const { lg_tool_call } = this.#input
    if (lg_tool_call !== undefined) return lg_tool_call.id === id
    return this.#calls.length === 1 && this.#calls[0]?.id === id
  }

  /** Whether the model gave several calls of one message the same id. */
  isRepeated(id: string): boolean {
    return this.#calls.filter((call) => call.id === id).length > 1
  }

  /**
   * The values of all interrupts of the checkpoint that is resumed, also of those that were answered since. Nothing if
   * they cannot be known.
   */
  async interrupts(): Promise<readonly unknown[] | undefined> {
    const { thread_id, checkpoint_map, __pregel_checkpointer: checkpointer } = this.#configurable
    const checkpoint_id = checkpoint_map?.['']
    if (typeof checkpointer?.getTuple !== 'function' || checkpoint_id === undefined) return undefined
    const tuple = await checkpointer.getTuple({ configurable: { thread_id, checkpoint_ns: '', checkpoint_id } })
    return tuple?.pendingWrites
      ?.filter(([, channel]) => channel === '__interrupt__')
      .flatMap(([, , value]) => value as { readonly value?: unknown })
      .map(({ value }) => value)
  }

  get #input(): NodeInput {
    return this.#scratchpad.currentTaskInput ?? {}
  }

  /** The calls of the model's newest message. */
  get #calls(): readonly { readonly id?: string }[] {
    const { currentTaskInput: input } = this.#scratchpad
    const messages: unknown = Array.isArray(input) ? input : this.#input.messages
    if (!Array.isArray(messages)) return []
    return (messages as ModelMessage[]).findLast(({ tool_calls }) => (tool_calls?.length ?? 0) > 0)?.tool_calls ?? []
  }
}
