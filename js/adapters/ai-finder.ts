// Finder in the AI SDK: its tools as a record that grows between steps, or behind the tool search of version 7. Imports
// nothing of the SDK.

import type { AiSdkOutput, AiSdkTool, FinderAnswers, PlainError } from '../../index'
import { isMembers } from '../border/kind'
import { checkOptions, invalidOption, milliseconds, readOption } from '../border/options'
import { offerOf } from '../finder/finder'
import type { Finder } from '../finder/finder'
import type { FinderOffer } from '../finder/finder-offer'
import { isApproved } from './ai-approval'
import type { AiMessage } from './ai-approval'
import { withFileParts } from './ai-file-parts'
import { liveRecord } from './live-record'
import { callFailure } from './offered-tools'

type AiFinder = Finder<'ai-sdk'>

/** What the SDK hands to a tool beside its input. */
interface ToolRun {
  readonly toolCallId: string
  readonly messages?: readonly AiMessage[]
  readonly abortSignal?: AbortSignal
}

/** `toolSearch` of version 7. It may return anything. */
type ToolSearch = (options: object) => object

/** Makes the context of a call from what the SDK hands to its tool. It may return anything. */
type ContextFunction = (run: ToolRun) => unknown

/** The options of the calls, checked as far as the snapshot does not check them. */
interface FinderCallOptions {
  /** The context of every call, or a function that makes it. */
  readonly context: unknown
  readonly timeoutMs: unknown
  readonly ask: unknown
}

/** Marks a schema of the SDK, of any copy of it. */
const SCHEMA = Symbol.for('vercel.ai.schema')

export function finderTools(given: unknown, options: unknown) {
  const offer = offerOf(given)
  if (offer?.rule.target !== 'ai-sdk')
    throw invalidOption('finder', "must be a finder for this SDK: snapshot.finder('ai-sdk', options)")
  const { context, timeoutMs, ask, tools: others, toolSearch } = checkOptions(options, OPTIONS)
  if (timeoutMs !== undefined) milliseconds('timeoutMs', timeoutMs, Infinity)
  const calls: FinderCallOptions = { context, timeoutMs, ask }
  const run = new FinderRun(given as AiFinder, offer, calls)
  const own = otherTools(others)
  if (toolSearch === undefined) return run.emulated(own)
  if (typeof toolSearch !== 'function')
    throw invalidOption('toolSearch', 'must be the function toolSearch of the AI SDK 7')
  return run.searched(own, toolSearch as ToolSearch)
}

const OPTIONS = Object.freeze(['context', 'timeoutMs', 'ask', 'tools', 'toolSearch'] as const)

/** A finder over the steps of one run. */
class FinderRun {
  #finder: AiFinder
  readonly #offer: FinderOffer
  readonly #calls: FinderCallOptions

  constructor(finder: AiFinder, offer: FinderOffer, calls: FinderCallOptions) {
    this.#finder = finder
    this.#offer = offer
    this.#calls = calls
  }

  /** The tools of each step: what is found in one is there in the next. */
  emulated(others: PropertyDescriptorMap) {
    let made = this.#makeTools(this.#finder.definitions())
    const tools = liveRecord(() => made, others)
    const current = () => this.#finder
    return {
      tools,
      prepareStep: () => {
        this.#finder = this.#finder.next()
        made = this.#makeTools(this.#finder.definitions())
        return { activeTools: Object.keys(tools) }
      },
      get finder() {
        return current()
      },
    }
  }

  /** All tools, which the SDK defers, and its tool search with ours as its function. */
  searched(others: PropertyDescriptorMap, toolSearch: ToolSearch) {
    const { rule, always, deferred } = this.#offer
    const { search } = rule.names
    const written = this.#offer.first as readonly unknown[] as readonly AiSdkTool[]
    const first = written.filter(({ name }) => this.#isAlways(name, always))
    const later = this.#makeTools(deferred.map(({ definition }) => definition as unknown as AiSdkTool))
    for (const tool of Object.values(later)) Object.assign(tool, { deferLoading: true })
    const made: Record<string, object> = {
      ...this.#makeTools(first),
      [search]: toolSearch({ search: ({ query }: { query: string }) => this.#search(query), maxResults: rule.limit }),
      ...later,
    }
    const current = () => this.#finder
    return {
      tools: liveRecord(() => made, others),
      // The SDK knows itself what it has found.
      prepareStep: () => ({}),
      get finder() {
        return current()
      },
    }
  }

  #isAlways(wireName: string, always: ReadonlySet<string>): boolean {
    const name = this.#offer.tools.resolve(wireName, 'ai-sdk')
    return name !== undefined && always.has(name)
  }

  /** The names that a search finds. They are loaded in the finder too. */
  async #search(query: string): Promise<string[]> {
    const { search } = this.#offer.rule.names
    const call = { toolCallId: '', toolName: search, input: { queries: [query] } }
    const { output } = await this.#finder.respond<FinderAnswers<'ai-sdk'>>(call)
    const found: unknown = output.type === 'json' ? output.value : undefined
    const tools = isMembers(found) && Array.isArray(found.tools) ? (found.tools as { readonly name: string }[]) : []
    return tools.map(({ name }) => name)
  }

  #makeTools(definitions: readonly AiSdkTool[]): Record<string, object> {
    return Object.fromEntries(definitions.map((definition) => [definition.name, this.#makeTool(definition)]))
  }

  #makeTool({ name, description, inputSchema, strict }: AiSdkTool) {
    const sent = (input: unknown, { toolCallId }: ToolRun) => ({ toolCallId, toolName: name, input })
    const asks = this.#asksFor(name)
    return {
      description,
      strict,
      // Without `validate`: the call is validated by its tool, with a message for the model.
      inputSchema: { [SCHEMA]: true, _type: undefined, jsonSchema: inputSchema, validate: undefined },
      ...(asks && {
        needsApproval: async (input: unknown, run: ToolRun) =>
          this.#offer.tools.needsApproval('ai-sdk', sent(input, run), await this.#optionsOf(run)),
      }),
      execute: async (input: unknown, run: ToolRun) => {
        const { abortSignal: signal } = run
        const approved = asks && isApproved(run.messages, run.toolCallId)
        const options = { ...(await this.#optionsOf(run)), ...(signal && { signal }), ...(approved && { approved }) }
        const { output } = await this.#finder.respond<FinderAnswers<'ai-sdk'>>(sent(input, run), options)
        if (output.type === 'error-json') throw callFailure((output.value as { readonly error: PlainError }).error)
        return 'context' in run ? withFileParts(output) : output
      },
      toModelOutput: ({ output }: { readonly output: AiSdkOutput }) => output,
    }
  }

  /** Whether some calls of a tool need the approval of a person. */
  #asksFor(wireName: string): boolean {
    const { tools, taken } = this.#offer
    const name = tools.resolve(wireName, 'ai-sdk')
    return name !== undefined && !taken.has(name) && tools.get(name)?.requiresApproval === true
  }

  async #optionsOf(run: ToolRun): Promise<object> {
    const { context, timeoutMs, ask } = this.#calls
    const own: unknown = typeof context === 'function' ? await (context as ContextFunction)(run) : context
    return {
      ...(own !== undefined && { context: own }),
      ...(timeoutMs !== undefined && { timeoutMs }),
      ...(ask !== undefined && { ask }),
    }
  }
}

/** Reads the tools that the caller has beside those of the finder. */
function otherTools(tools: unknown): PropertyDescriptorMap {
  if (tools === undefined) return {}
  if (!isMembers(tools)) throw invalidOption('tools', 'must be an object with tools by name')
  return readOption('tools', () => Object.getOwnPropertyDescriptors({ ...tools }))
}
