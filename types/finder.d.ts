// Finders: tools that a model loads when it needs them.
import type { RespondOptions } from './call'
import type { ToolFilter } from './filter'
import type { Quarantined } from './offers'
import type { Snapshot } from './snapshot'
import type { AnthropicPart, TargetAnswers } from './target-answers'
import type { TargetCalls } from './target-calls'
import type { OpenAiTool, TargetDefinitions } from './target-definitions'
import type { Target } from './targets'
import type { RegistryTypes } from './tool'

/** A target of a finder. An MCP server has the option `expose: 'search'` instead. */
export type FinderTarget = Exclude<Target, 'mcp'>

/**
 * The options of `snapshot.finder`.
 * @see [options](https://github.com/toolrack/toolrack/blob/main/docs/finder.md#options)
 */
export interface FinderOptions {
  /**
   * The tools that can be found and called. Any other tool is `UNKNOWN_TOOL`.
   * @default the tools of the snapshot
   */
  filter?: ToolFilter
  /**
   * The tools that every request has: their names, or a filter.
   * @default none
   */
  always?: readonly string[] | ToolFilter
  /**
   * The hits of a search, from 1 to 20. The model may ask for another number.
   * @default 5
   */
  limit?: number
  /**
   * `'search'`: found tools are loaded. `'explicit'`: the model loads those that it chooses with `load_tools`.
   * @default 'search'
   */
  load?: 'search' | 'explicit'
  /** The most that a request has, where a finder emulates tool search. Over it the least recently used are unloaded. */
  budget?: FinderBudget
  /** The names of the finder's own tools. They differ, and each has 1 to 64 letters, digits, `_` and `-`. */
  names?: FinderNames
  /**
   * Whether the tool search of the provider is used: `anthropic` with 10,000 tools at most, and `openai`.
   * @default true
   */
  native?: boolean
  /**
   * The `state` of a former finder, also of another process. What is not in the offer is left out.
   * @default none
   */
  state?: FinderState
}

/** The budget of one request, with the tools that every request has. */
export interface FinderBudget {
  /**
   * The most tools. It is never over the limit of the provider.
   * @default 40
   */
  tools?: number
  /**
   * The most estimated tokens of the definitions, as `tokens` counts them.
   * @default 8000
   */
  tokens?: number
}

/** The names of the finder's own tools. */
export interface FinderNames {
  /** @default 'search_tools' */
  search?: string
  /** @default 'load_tools' */
  load?: string
  /** @default 'call_tool' */
  call?: string
}

/** The state of a finder: plain JSON. It is frozen. */
export interface FinderState {
  /**
   * The loaded tools by their own names, in the order of loading. For Anthropic also tools that are gone, whose hash is
   * empty: its messages name them.
   */
  readonly loaded: readonly { readonly name: string; readonly schemaHash: string }[]
  /** The revision that they are of. */
  readonly revision: number
}

/** The tool search of OpenAI's Responses API that the client executes: an item of `tools`. */
export interface OpenAiToolSearch {
  type: 'tool_search'
  execution: 'client'
  description: string
  parameters: Record<string, unknown>
}

/** A call of that tool search. */
export interface OpenAiToolSearchCall {
  type: 'tool_search_call'
  call_id?: string | null
  execution?: 'server' | 'client'
  arguments: unknown
}

/** The output of that tool search, with the definitions of the found tools. */
export interface OpenAiToolSearchOutput {
  type: 'tool_search_output'
  call_id: string
  execution: 'client'
  status: 'completed'
  tools: OpenAiTool[]
}

/** A tool result of Anthropic's Messages API with references: the API loads the definitions that they name. */
export interface AnthropicToolReferences {
  type: 'tool_result'
  tool_use_id: string
  content: string | (AnthropicPart | { type: 'tool_reference'; tool_name: string })[]
  is_error?: true
}

/** What the targets whose tool search a finder uses have beside `TargetDefinitions`. */
type OpenAiTargets = 'openai' | 'openai-responses'

/** The tools of a request, as the SDK of the target takes them. */
export type FinderDefinitions<T extends FinderTarget> = T extends OpenAiTargets
  ? (OpenAiTool | OpenAiToolSearch)[]
  : TargetDefinitions[T]
/** A call that a finder answers. */
export type FinderCalls<T extends FinderTarget> = T extends OpenAiTargets
  ? TargetCalls[T] | OpenAiToolSearchCall
  : TargetCalls[T]
/** The answer of a finder. */
export type FinderAnswers<T extends FinderTarget> = T extends OpenAiTargets
  ? TargetAnswers[T] | OpenAiToolSearchOutput
  : T extends 'anthropic'
    ? AnthropicToolReferences
    : TargetAnswers[T]

/**
 * A finder: the tools of a snapshot that a model searches, loads and calls. One finder is for one request.
 * @see [finders](https://github.com/toolrack/toolrack/blob/main/docs/finder.md)
 */
export interface Finder<T extends FinderTarget = FinderTarget, Types extends RegistryTypes = {}> {
  /** The target. */
  readonly target: T
  /** Whether the tool search of the provider is used. */
  readonly native: boolean
  /** The revision of the snapshot. */
  readonly revision: number
  /** The loaded tools as plain JSON, for the option `state`. */
  readonly state: FinderState
  /**
   * What changed since the model was shown its tools, in one line. The next answer of a search or of `load_tools` tells
   * it, and it is `undefined` then.
   */
  readonly notice: string | undefined
  /** Tools whose names are those of the finder's own tools: the model calls them through `call_tool`. */
  readonly taken: readonly Quarantined[]
  /** Returns the tools of this request. What its answers load is in the next one. */
  definitions(): FinderDefinitions<T>
  /**
   * Answers a call of a model, or several: those of the finder's own tools, and any other as `snapshot.respond` does.
   * A tool that the model was not shown is not called: the answer is `NOT_LOADED` with its definition, and loads it.
   * Rejects with the errors of `snapshot.respond`.
   */
  respond(call: FinderCalls<T>, options?: RespondOptions<Types>): Promise<FinderAnswers<T>>
  respond(calls: readonly FinderCalls<T>[], options?: RespondOptions<Types>): Promise<FinderAnswers<T>[]>
  /**
   * Returns the finder of the next request. With another snapshot a new turn begins: loaded tools stay loaded if they
   * are there, and `notice` says what changed.
   */
  next(snapshot?: Snapshot<Types>): Finder<T, Types>
}
