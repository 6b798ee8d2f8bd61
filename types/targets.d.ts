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

/** The options of a target's format. An option that the target lacks has no effect. */
export interface TargetOptions {
  /**
   * Strict mode of the provider. `true`: every tool that strict mode can express; the others are sent without it.
   * `'auto'`: only tools for which it forbids nothing but undeclared properties. `explain` has the reasons.
   * @default false
   * @see [strict mode](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#strict-mode)
   */
  strict?: boolean | 'auto'
  /**
   * The revision of the Model Context Protocol, for `mcp`.
   * @default '2025-11-25'
   */
  revision?: '2025-06-18' | '2025-11-25' | '2026-07-28'
}

/**
 * The options of definitions.
 * @see [definitions](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#definitions)
 */
export interface DefinitionOptions extends TargetOptions {
  /**
   * Tool search: the tools that the provider loads on demand (`anthropic`, `openai`), by one filter or any of several.
   * At least one tool must not be deferred.
   * @default none
   * @see [tool search](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#tool-search)
   */
  deferLoading?: ToolFilter | readonly ToolFilter[]
  /**
   * Whether the definitions have a prompt cache mark, for `anthropic` and `bedrock`.
   * @default false
   * @see [prompt cache](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#prompt-cache)
   */
  cache?: boolean
  /**
   * What happens to more tools than a request takes: `NOT_REPRESENTABLE`, the last ones left out, or all returned.
   * @default 'throw'
   * @see [request limits](https://github.com/toolrack/toolrack/blob/main/docs/providers.md#request-limits)
   */
  overLimit?: 'throw' | 'trim' | 'send'
}

/** The options of `explain`: those of the request that the tool is explained in. */
export interface ExplainOptions extends DefinitionOptions {
  /**
   * The tools of the request. A tool outside of it is explained alone.
   * @default all tools
   */
  filter?: ToolFilter
}
