// Targets: model providers and frameworks, and the options of their definitions.
import type { ToolFilter } from './filter'
import type { TargetDefinitions } from './target-definitions'

/**
 * The name of a target: a model provider's API, a protocol or a framework.
 * @see [targets](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#targets)
 */
export type Target = keyof TargetDefinitions

/** One tool in the format of a target. */
export type TargetTool<T extends Target> = TargetDefinitions[T] extends { functionDeclarations: (infer D)[] }[]
  ? D
  : Exclude<TargetDefinitions[T][number], { cachePoint: unknown }>

/** The options of the format of a target. An option that a target does not have is ignored. */
export interface TargetOptions {
  /**
   * Strict mode of the provider. `true`: every tool whose schema strict mode can express; others are sent without it.
   * `'auto'`: only tools for which strict mode refuses nothing but undeclared properties.
   * Pass the same value to `definitions` and `respond`. `explain` returns the reasons of each tool.
   * @default false
   * @see [strict mode](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#strict-mode)
   */
  strict?: boolean | 'auto'
  /**
   * The revision of the Model Context Protocol. For `mcp` only.
   * @default '2025-11-25'
   */
  revision?: '2025-06-18' | '2025-11-25' | '2026-07-28'
}

/**
 * The options of `definitions`, `offer` and `delta`.
 * @see [definitions](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#definitions)
 */
export interface DefinitionOptions extends TargetOptions {
  /**
   * Tool search: the tools that the provider loads on demand, as a filter or a list of filters of which one must match.
   * For `anthropic` and `openai`; other targets ignore it. At least one tool must not be deferred.
   * @default none
   * @see [tool search](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#tool-search)
   */
  deferLoading?: ToolFilter | readonly ToolFilter[]
  /**
   * Prompt cache: whether the definitions have a cache mark. For `anthropic` and `bedrock` only.
   * @default false
   * @see [prompt cache](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#prompt-cache)
   */
  cache?: boolean
  /**
   * What happens if there are more tools than one request may have. `'throw'`: it throws `NOT_REPRESENTABLE`.
   * `'trim'`: the last tools are left out. `'send'`: all are returned.
   * @default 'throw'
   * @see [request limits](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#request-limits)
   */
  overLimit?: 'throw' | 'trim' | 'send'
}

/** The options of `explain`: those of the request that would contain the tool. */
export interface ExplainOptions extends DefinitionOptions {
  /**
   * The filter of the tools of the request. A tool that does not match is explained as the only tool of a request.
   * @default all tools
   */
  filter?: ToolFilter
}
